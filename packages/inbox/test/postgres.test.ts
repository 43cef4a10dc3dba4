import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAvailable, type Service, startPostgres } from '../../../tests/support/services.js';
import { openInbox } from '../src/index.js';
import { contract } from './contract.js';
import { expectOnDeadAfterCommit } from './on-dead.js';
import { expectNoStartAfterStop } from './stopping.js';
import { settled, until } from './waiting.js';

// Lets user postgres in without a password, and everybody else with theirs.
const HBA = join(mkdtempSync(join(tmpdir(), 'inbox-hba-')), 'pg_hba.conf');
writeFileSync(HBA, 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
chmodSync(dirname(HBA), 0o755);

describe.skipIf(!isAvailable('postgres'))('on a real server', () => {
  let server: Service | undefined;
  beforeAll(async () => {
    server = await startPostgres({ args: ['-c', `hba_file=${HBA}`] });
    await query("CREATE ROLE guarded LOGIN PASSWORD 'another'; CREATE ROLE weak LOGIN PASSWORD 'hunter2'");
  });

  async function query<T>(sql: string): Promise<T[]> {
    const client = new pg.Client(server?.url ?? '');
    await client.connect();
    try {
      const { rows } = await client.query(sql);
      return rows as T[];
    } finally {
      await client.end();
    }
  }

  /** Locks a table until the function it resolves with is called. */
  async function locked(table: string): Promise<() => Promise<void>> {
    const client = new pg.Client(server?.url ?? '');
    await client.connect();
    await client.query(`BEGIN; LOCK TABLE ${table}`);
    return async () => {
      await client.query('COMMIT');
      await client.end();
    };
  }

  afterEach(() => void vi.restoreAllMocks());
  afterAll(() => server?.stop());

  it('is opened by many processes at the same moment', async () => {
    for (let round = 0; round < 8; round++) {
      const opening = Array.from({ length: 6 }, () => openInbox(server?.url ?? '', { name: `together_${round}` }));
      const opened = await Promise.allSettled(opening);
      await Promise.all(opened.map((inbox) => (inbox.status === 'fulfilled' ? inbox.value.close() : undefined)));
      expect(opened.map(({ status }) => status)).toEqual(Array(6).fill('fulfilled'));
    }
  });

  it('calls onDead when the dead letter is stored, not before', async () => {
    await expectOnDeadAfterCommit(server?.url ?? '', 'announced', () => locked('announced.delivery IN EXCLUSIVE MODE'));
  });

  it('starts no handler once stop() has resolved, though a take was under way', async () => {
    await expectNoStartAfterStop(server?.url ?? '', 'stopped_in_a_take', () =>
      locked('stopped_in_a_take.job IN EXCLUSIVE MODE'),
    );
  });

  it('starts no handler once pause() has resolved, though a take was under way', async () => {
    const inbox = await openInbox(server?.url ?? '', { name: 'paused_in_a_take', pollInterval: 20 });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    const unlock = await locked('paused_in_a_take.job IN EXCLUSIVE MODE');
    let started = 0;
    inbox.process(() => void started++);
    await until(async () => (await query('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0);
    let startedBefore: number | undefined;
    const paused = inbox.pause().then(() => setImmediate(() => (startedBefore = started)));
    await until(async () => (await query('SELECT 1 FROM paused_in_a_take.pause')).length === 1);
    await sleep(100);
    await unlock();
    await paused;
    await settled(inbox, { handled: 1 });
    expect(startedBefore).toBe(1);
    await inbox.close();
  });

  it('has one timer for maintenance, though a worker was stopped and started during a round', async () => {
    // A wait that no other timer has.
    const WAIT = 613;
    const pending = new Set<unknown>();
    let [most, ended] = [0, 0];
    const { setTimeout: set, clearTimeout: clear } = globalThis;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((work: () => void, ms?: number) => {
      if (ms !== WAIT) return set(work, ms);
      const timer = set(() => {
        pending.delete(timer);
        ended++;
        work();
      }, ms);
      pending.add(timer);
      most = Math.max(most, pending.size);
      return timer;
    }) as typeof setTimeout);
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      pending.delete(timer);
      clear(timer);
    });
    const inbox = await openInbox(server?.url ?? '', { name: 'restarted', lease: WAIT * 4 });
    const unlock = await locked('restarted.delivery IN ACCESS EXCLUSIVE MODE');
    const first = inbox.process(() => undefined);
    await until(async () => ended === 1 && (await query('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0);
    await first.stop();
    inbox.process(() => undefined);
    await unlock();
    await until(() => ended >= 5);
    await inbox.close();
    expect([most, pending.size]).toEqual([1, 0]);
  });

  it('leaves no connection behind', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const before = sockets();
    const inbox = await openInbox(server?.url ?? '', { name: 'leaves_none' });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    inbox.process(() => undefined);
    await settled(inbox, { handled: 1 });
    await Promise.all(Array.from({ length: 10 }, () => inbox.stats()));
    await inbox.close();
    expect(sockets()).toBe(before);
    await expect
      .poll(() =>
        query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"),
      )
      .toEqual([]);
  });

  it('keeps inboxes of similar names apart', async () => {
    const rawBody = Buffer.from('{"which":1}');
    for (const name of ['x-a', 'x_a', 'x-_a']) {
      const inbox = await openInbox(server?.url ?? '', { name });
      expect(await inbox.accept({ rawBody })).toEqual({ duplicate: false });
      await inbox.close();
    }
  });

  it.each(['user', 'select', 'table', 'pg_inbox', 'delivery', 'a'.repeat(40)])(
    'opens an inbox called %s',
    async (name) => {
      const inbox = await openInbox(server?.url ?? '', { name });
      expect(await inbox.accept({ rawBody: Buffer.from('{}') })).toEqual({ duplicate: false });
      inbox.process(() => undefined);
      await settled(inbox, { handled: 1, waiting: 0 });
      await inbox.close();
    },
  );

  it('keeps what was acknowledged, however long nobody takes it', async () => {
    const inbox = await openInbox(server?.url ?? '', { name: 'kept' });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    const [job] = await query("SELECT keep_until > now() + interval '50 years' AS kept FROM kept.job");
    expect(job).toEqual({ kept: true });
    // What pg-boss deletes in its own maintenance, should someone run it on this schema.
    const boss = new PgBoss({ connectionString: server?.url ?? '', schema: 'kept', supervise: false });
    boss.on('error', () => undefined);
    await boss.start();
    await boss.supervise();
    await boss.stop({ graceful: false });
    expect(await inbox.stats()).toMatchObject({ waiting: 1 });
    inbox.process(() => undefined);
    await settled(inbox, { handled: 1 });
    expect(await query('SELECT id FROM kept.job')).toEqual([]);
    await inbox.close();
  });

  it('refuses a schema that pg-boss 10 made', async () => {
    await query(
      'CREATE SCHEMA old; CREATE TABLE old.version (version int PRIMARY KEY); INSERT INTO old.version VALUES (24)',
    );
    await expect(openInbox(server?.url ?? '', { name: 'old' })).rejects.toMatchObject({
      code: 'open_failed',
      message: expect.stringContaining('pg-boss 10 or 11'),
    });
  });

  it.each<[string, (url: URL) => void, RegExp]>([
    ['a wrong password', (url) => (url.username = 'guarded'), /refuses the user or password/],
    ['an unknown database', (url) => (url.pathname = '/nowhere'), /database in the URL does not exist/],
    ['a port where nothing listens', (url) => (url.port = '1'), /is the server up/],
    ['a host that does not exist', (url) => (url.hostname = 'nowhere.invalid'), /host in the URL is not found/],
    ['a user who may not create a schema', (url) => (url.username = 'weak'), /may not create a schema/],
  ])('names the cause with %s, at once and without the password', async (_, change, said) => {
    const url = new URL(server?.url ?? '');
    url.password = 'hunter2';
    change(url);
    const began = performance.now();
    const error = await openInbox(url.href, { name: 'refused' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'InboxError', code: 'open_failed', message: expect.stringMatching(said) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  it('stops and closes though the server does not answer any more', async () => {
    const inbox = await openInbox(server?.url ?? '', { name: 'silent', lease: 60_000 });
    let running = false;
    inbox.process(async () => {
      running = true;
      await sleep(500);
    });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    await until(() => running);
    const pids = await query<{ pid: number }>(
      'SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()',
    );
    for (const { pid } of pids) process.kill(pid, 'SIGSTOP');
    const accepting = Promise.allSettled(
      Array.from({ length: 2_000 }, (_, index) => inbox.accept({ rawBody: Buffer.from(`unanswered ${index}`) })),
    );
    const began = performance.now();
    await inbox.close();
    const took = performance.now() - began;
    for (const { pid } of pids) process.kill(pid, 'SIGCONT');
    // Less than one statement is waited for.
    expect(took).toBeLessThan(28_000);
    expect(new Set((await accepting).map(({ status }) => status))).toEqual(new Set(['rejected']));
  });

  contract('PostgreSQL', () => server?.url ?? '');
});
