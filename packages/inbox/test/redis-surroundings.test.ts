// What surrounds a Redis inbox: a failover, a replica, the server's policy, a connection lost in the middle of a retry.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startRedis, startRedisCluster } from '../../../tests/support/services.js';
import { openInbox } from '../src/index.js';
import { loadRedis } from '../src/load-peer.js';
import { Connections } from '../src/redis/connections.js';
import { startTcpProxy } from './tcp-proxy.js';
import { settled, until } from './waiting.js';

const SYNC_AT_ONCE = ['--repl-diskless-sync-delay', '0'];
const FAST = { lease: 60_000, retryDelay: 20, onError() {}, onDead() {} };

describe.skipIf(!isAvailable('redis'))('a Redis inbox', () => {
  let first: Service;
  let second: Service;
  let one: Redis;
  let two: Redis;
  beforeAll(async () => {
    [first, second] = await Promise.all([startRedis({ args: SYNC_AT_ONCE }), startRedis({ args: SYNC_AT_ONCE })]);
    one = new Redis(first.url);
    two = new Redis(second.url);
  }, 120_000);
  afterAll(async () => {
    one?.disconnect();
    two?.disconnect();
    await Promise.all([first?.stop(), second?.stop()]);
  });

  it('goes on at the new primary after a failover in which the old one keeps its connections', async () => {
    const proxy = await startProxy(first.port);
    const inbox = await openInbox(proxy.url, { ...FAST, name: 'failover' });
    const seen: string[] = [];
    inbox.process(({ rawBody }) => void seen.push(String(rawBody)));
    await inbox.accept({ rawBody: Buffer.from('before') });
    await until(() => seen.length === 1);
    await two.replicaof('127.0.0.1', first.port);
    await until(async () => /master_link_status:up/.test(await two.info('replication')));
    await two.replicaof('NO', 'ONE');
    proxy.leadTo(second.port);
    await one.replicaof('127.0.0.1', second.port);
    await until(() =>
      inbox.accept({ rawBody: Buffer.from('after') }).then(
        () => true,
        () => false,
      ),
    );
    await until(() => seen.length === 2);
    expect(seen).toEqual(['before', 'after']);

    const onReplica = openInbox(first.url, { ...FAST, name: 'failover' });
    await expect(onReplica).rejects.toMatchObject({
      code: 'open_failed',
      message: expect.stringMatching(/replica.*primary/),
    });
    await inbox.close();
    await one.replicaof('NO', 'ONE');
    await proxy.close();
  });

  it('finds a dead letter by its event after a retry that was cut off', async () => {
    const proxy = await startProxy(first.port);
    const options = { ...FAST, name: 'cut_off', maxAttempts: 1 };
    const [inbox, other] = await Promise.all([openInbox(proxy.url, options), openInbox(first.url, options)]);
    const processing = other.process(() => {
      throw new Error('for good');
    });
    await inbox.accept({
      rawBody: Buffer.from('{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{}}'),
    });
    await settled(other, { dead: 1, waiting: 0, running: 0 });
    await processing.stop();
    const filter = { state: 'dead', event: 'video.deleted' } as const;
    proxy.cutAt(/\beval(sha)?\b/i);
    const retrying = inbox.retry(filter).catch((error: unknown) => error);
    await until(() => proxy.isCut());
    expect((await other.list(filter)).items).toHaveLength(1);
    expect(await other.retry(filter)).toBe(1);
    expect((await other.list(filter)).items).toHaveLength(0);
    expect(await one.zcard('bull:cut_off:dead-with:video.deleted')).toBe(0);
    await Promise.all([inbox.close(), other.close(), proxy.close()]);
    expect(await retrying).toMatchObject({ name: 'Error' });
  });

  it('keeps no stack of an attempt, which would hold the text of each error once more', async () => {
    const inbox = await openInbox(first.url, { ...FAST, name: 'stacks', maxAttempts: 5, retryDelay: 1 });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    inbox.process(() => {
      throw new Error('x'.repeat(10_000));
    });
    await settled(inbox, { dead: 1, waiting: 0, running: 0 });
    const [letter] = await inbox.deadLetters();
    const values = Object.values(await one.hgetall(`bull:stacks:${letter?.id}`));
    expect(values.join('').length).toBeLessThan(6_000);
    await inbox.close();
  });

  it('replaces connections that take commands and answer none', async () => {
    const proxy = await startProxy(first.port);
    const connections = new Connections(await loadRedis(), proxy.url, { maxRetriesPerRequest: null }, 500);
    const client = connections.open(() => undefined);
    const second = client.duplicate();
    await Promise.all([client.ping(), second.ping()]);
    proxy.swallow();
    expect(await Promise.all([client.ping(), second.ping()])).toEqual(['PONG', 'PONG']);
    connections.cut();
    await proxy.close();
  });

  it('keeps a connection that answers late, or owes no answer', async () => {
    const connections = new Connections(await loadRedis(), first.url, { maxRetriesPerRequest: null }, 2_000);
    const [waiting, idle] = [connections.open(() => undefined), connections.open(() => undefined)];
    let closed = 0;
    for (const client of [waiting, idle]) client.on('close', () => closed++);
    await idle.ping();
    for (let n = 0; n < 5; n++) await waiting.blpop('nothing', 0.5);
    expect(closed).toBe(0);
    connections.cut();
  });

  it('refuses a Redis Cluster, where each delivery would fail', { timeout: 120_000 }, async () => {
    const cluster = await startRedisCluster();
    const opening = openInbox(cluster.url, FAST);
    await expect(opening).rejects.toMatchObject({
      code: 'open_failed',
      message: expect.stringMatching(/Cluster.*give the URL/),
    });
    await cluster.stop();
  });

  it.each(['volatile-lru', 'volatile-ttl'])(
    'says what %s evicts: locks, and the sets of dead letters',
    async (policy) => {
      const said: string[] = [];
      await one.config('SET', 'maxmemory-policy', policy);
      const inbox = await openInbox(first.url, { ...FAST, onError: (error) => said.push(String(error)) });
      await one.config('SET', 'maxmemory-policy', 'noeviction');
      await inbox.close();
      expect(said).toEqual([expect.stringMatching(`${policy}.*locks.*dead letters.*set noeviction`)]);
    },
  );
});

/** Leads each new connection to the port of that moment. */
async function startProxy(port: number) {
  let target = port;
  let end: RegExp | undefined;
  let age = 0;
  const proxy = await startTcpProxy(
    () => target,
    (client, upstream) => {
      const born = age;
      upstream.on('data', (bytes) => age === born && client.write(bytes));
      client.on('data', (bytes) => {
        if (age !== born) return false;
        if (end?.test(bytes.toString('latin1')) !== true) return upstream.write(bytes);
        // Nobody listens at this port.
        target = 1;
        proxy.cut();
        return false;
      });
    },
  );
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    leadTo(other: number) {
      target = other;
    },
    /** Loses the server for good when a client sends this. */
    cutAt(pattern: RegExp) {
      end = pattern;
    },
    /** Passes nothing on any more of what is connected at this moment; both ends stay open. */
    swallow() {
      age++;
    },
    isCut: () => target === 1,
    close: proxy.close,
  };
}
