import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startRedis } from '../../../tests/support/services.js';
import { type InboxDeadLetter, openInbox } from '../src/index.js';
import { contract } from './contract.js';
import { expectOnDeadAfterCommit } from './on-dead.js';
import { startTcpProxy } from './tcp-proxy.js';
import { settled, until } from './waiting.js';

describe.skipIf(!isAvailable('redis'))('on a real server', () => {
  let server: Service | undefined;
  let guarded: Service | undefined;
  beforeAll(async () => {
    guarded = await startRedis({ args: ['--requirepass', 'correct'] });
    server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] });
  });
  afterAll(async () => {
    await server?.stop();
    await guarded?.stop();
  });

  contract('Redis', () => server?.url ?? '');

  it('calls onDead when the dead letter is stored, not before', async () => {
    const client = new Redis(server?.url ?? '');
    await expectOnDeadAfterCommit(server?.url ?? '', 'announced', async () => {
      await client.call('CLIENT', 'PAUSE', '60000', 'WRITE');
      return async () => void (await client.call('CLIENT', 'UNPAUSE'));
    });
    await client.quit();
  });

  it('announces no dead letter that it could not store, because another worker may have the delivery', async () => {
    const dead: string[] = [];
    const name = 'lost-lock';
    const onDead = ({ reason }: InboxDeadLetter) => dead.push(reason);
    const inbox = await openInbox(server?.url ?? '', { name, maxAttempts: 1, lease: 1_000, onError: () => {}, onDead });
    const client = new Redis(server?.url ?? '');
    inbox.process(async ({ id }) => {
      await client.del(`bull:${name}:${id}:lock`);
      throw new Error('for good');
    });
    await inbox.accept({ rawBody: Buffer.from('{"event":"video.deleted"}') });
    await settled(inbox, { dead: 1, waiting: 0, running: 0 }, 60_000);
    await Promise.all([inbox.close(), client.quit()]);
    expect(dead).toEqual(['process_died']);
  });

  it('keeps no body of a dead letter that it could never store', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const name = 'never-stored';
    // Texts only: an error whose stack was never read holds the calls it came from.
    const errors: string[] = [];
    const onError = (error: unknown) => void errors.push(String(error));
    const inbox = await openInbox(server?.url ?? '', { name, maxAttempts: 1, onError });
    const client = new Redis(server?.url ?? '');
    let body: WeakRef<Uint8Array> | undefined;
    inbox.process(async ({ id, rawBody }) => {
      body = new WeakRef(rawBody);
      await client.del(`bull:${name}:${id}`, `bull:${name}:${id}:lock`);
      throw new Error('for good');
    });
    await inbox.accept({ rawBody: Buffer.alloc(100_000, '{"event":"video.deleted"}') });
    await until(() => errors.some((error) => error.includes('Missing')));
    await until(() => {
      collect();
      return body?.deref() === undefined;
    });
    await Promise.all([inbox.close(), client.quit()]);
  });

  it('forgets what was handled after ttl, dead letters after theirs, and nothing that waits', async () => {
    const retention = { ttl: 7_000_000, deadLetterTtl: 20_000_000 };
    const inbox = await openInbox(server?.url ?? '', {
      name: 'forgets',
      maxAttempts: 1,
      onError: () => {},
      ...retention,
    });
    const accept = (text: string) => inbox.accept({ rawBody: Buffer.from(text) });
    const work = async (text: string, expected: object) => {
      const processing = inbox.process(({ rawBody }) => {
        if (rawBody.toString().startsWith('bad')) throw new Error('no');
      });
      await accept(text);
      await settled(inbox, expected);
      await processing.stop();
    };
    const client = new Redis(server?.url ?? '');
    // Moves what BullMQ goes by, as if the time had passed.
    const pass = async (ms: number) => {
      for (const set of ['bull:forgets:completed', 'bull:forgets:failed']) {
        for (const id of await client.zrange(set, 0, -1)) await client.zincrby(set, -ms, id);
      }
    };
    await work('good', { handled: 1 });
    await work('bad', { dead: 1 });

    await pass(6_900_000);
    await work('good 2', { handled: 2, dead: 1 });
    expect(await accept('good')).toEqual({ duplicate: true });
    await pass(200_000);
    await work('good 3', { handled: 2, dead: 1 });
    await pass(13_000_000);
    await work('bad 2', { dead: 1 });
    expect(await accept('good')).toEqual({ duplicate: false });
    expect(await accept('bad')).toEqual({ duplicate: false });
    expect(await inbox.stats()).toMatchObject({ waiting: 2 });
    await Promise.all([inbox.close(), client.quit()]);
  });

  // A suspect beside one that kills at once may be taken out and die with its worker before it is put back.
  it('does not count as attempts what died with its worker without having been tried', async () => {
    const inbox = await openInbox(server?.url ?? '', { name: 'untried', maxAttempts: 4, retryDelay: 10 });
    const queue = new Queue('untried', { connection: { url: server?.url ?? '' } });
    const rawBody = Buffer.from('{"event":"video.deleted"}');
    const key = createHash('sha256').update(rawBody).digest('hex');
    await inbox.accept({ rawBody });
    const client = new Redis(server?.url ?? '');
    await client.hset(queue.toKey(key), { stc: 9 });
    const attempts: number[] = [];
    inbox.process(async (_delivery, { attempt }) => {
      attempts.push(attempt);
      throw new Error('not now');
    });
    await expect.poll(() => inbox.deadLetters(), { timeout: 60_000 }).toMatchObject([{ attempts: 4 }]);
    expect(attempts).toEqual([3, 4]);

    // Brought back, it has all its attempts again.
    expect(await inbox.retry(key)).toBe(1);
    await expect.poll(() => attempts, { timeout: 60_000 }).toEqual([3, 4, 1, 2, 3, 4]);
    await expect.poll(() => inbox.deadLetters(), { timeout: 60_000 }).toMatchObject([{ attempts: 4 }]);
    await Promise.all([inbox.close(), queue.close(), client.quit()]);
  });

  it.each<[string, (url: URL) => void, RegExp]>([
    ['a wrong password', (url) => (url.password = 'hunter2'), /refuses the user or password/],
    ['a database that does not exist', (url) => (url.pathname = '/99'), /no database of the number/],
    ['a port where nothing listens', (url) => (url.port = '1'), /is the server up/],
    ['a host that does not exist', (url) => (url.hostname = 'nowhere.invalid'), /host in the URL is not found/],
  ])('names the cause with %s, at once and without the password', async (_, change, said) => {
    const url = new URL(guarded?.url ?? '');
    url.password = 'correct';
    change(url);
    const began = performance.now();
    const error = await openInbox(url.href).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'InboxError', code: 'open_failed', message: expect.stringMatching(said) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/hunter2|correct/);
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it('opens the database in the URL, with the password in it, and shows neither', async () => {
    const inbox = await openInbox(`${(guarded?.url ?? '').replace('//', '//:correct@')}/3`);
    await inbox.accept({ rawBody: Buffer.from('{}') });
    expect(inspect(inbox, { depth: 9, showHidden: true })).not.toContain('correct');
    await inbox.close();
    const client = new Redis(guarded?.url ?? '', { password: 'correct', db: 3 });
    expect(await client.dbsize()).toBeGreaterThan(0);
    await client.quit();
  });

  it('stops and closes though the server is connected and does not answer', async () => {
    const silent = await startRedis();
    const inbox = await openInbox(silent.url, { onError: () => {} });
    const pid = Number(/process_id:(\d+)/.exec(await infoOf(silent.url))?.[1]);
    let running = 0;
    const processing = inbox.process(async () => {
      running++;
      await sleep(300);
    });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    await expect.poll(() => running, { timeout: 60_000 }).toBe(1);
    inbox.process(() => undefined);
    process.kill(pid, 'SIGSTOP');
    const unanswered = Promise.allSettled(
      Array.from({ length: 3_000 }, (_, index) => inbox.accept({ rawBody: Buffer.from(`unanswered ${index}`) })),
    );
    const began = performance.now();
    await processing.stop();
    await inbox.close();
    const took = performance.now() - began;
    process.kill(pid, 'SIGCONT');
    expect(took).toBeLessThan(60_000);
    // What the server reads when it goes on is stored; the others are rejected.
    expect(new Set((await unanswered).map(({ status }) => status))).toContain('rejected');
    await silent.stop();
  });

  // As behind a proxy that is full, or at `maxclients`: what is connected stays, what was lost does not come back.
  it('closes in time, and loses no result, though its waiting connection is lost for good', {
    timeout: 180_000,
  }, async () => {
    const door = await openDoor(server?.port ?? 0);
    const inbox = await openInbox(door.url, { name: 'lost-connection' });
    const running = new Promise<void>((resolve) => {
      inbox.process(
        async () => {
          resolve();
          await sleep(500);
        },
        { concurrency: 2 },
      );
    });
    await inbox.accept({ rawBody: Buffer.from('{"event":"video.deleted"}') });
    await running;
    await expect.poll(() => door.waiting.size).toBe(1);
    door.shut();
    await sleep(50);
    await inbox.close();
    door.close();

    const again = await openInbox(server?.url ?? '', { name: 'lost-connection' });
    expect(await again.stats()).toMatchObject({ handled: 1, waiting: 0, running: 0 });
    await again.close();
  });
});

async function infoOf(url: string): Promise<string> {
  const client = new Redis(url);
  const info = await client.info('server');
  await client.quit();
  return info;
}

/** A TCP proxy before a Redis that recognizes the connection in which a worker waits for arrivals. */
async function openDoor(port: number) {
  const waiting = new Set<Socket>();
  const proxy = await startTcpProxy(
    () => port,
    (client, upstream) => {
      client.on('data', (data) => data.includes('bzpopmin') && waiting.add(client)).pipe(upstream);
      upstream.pipe(client);
    },
  );
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    waiting,
    /** Cuts the connection that waits, and lets no other in. */
    shut() {
      proxy.refuse();
      for (const socket of waiting) socket.destroy();
    },
    close: proxy.close,
  };
}
