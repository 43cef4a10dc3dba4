// What surrounds a PostgreSQL inbox: parsers that the app has set for all of pg, the database's own settings, clocks, lost answers.
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { isAvailable, type Service, startPgBouncer, startPostgres } from '../../../tests/support/services.js';
import { type InboxDeadLetter, openInbox } from '../src/index.js';
import { loadPostgres } from '../src/load-peer.js';
import { settingsOf } from '../src/options.js';
import { Connections } from '../src/postgres/connections.js';
import { startTcpProxy } from './tcp-proxy.js';
import { settled, until } from './waiting.js';

const FAST = { pollInterval: 25, retryDelay: 20, lease: 60_000 };

describe.skipIf(!isAvailable('postgres'))('a PostgreSQL inbox', () => {
  let server: Service;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server?.stop());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  async function query(sql: string): Promise<void> {
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  it('handles, lists and gives up deliveries though the app has set parsers of its own, and the database other texts', async () => {
    await query('CREATE DATABASE other');
    await query("ALTER DATABASE other SET datestyle = 'German, DMY'");
    await query("ALTER DATABASE other SET bytea_output = 'escape'");
    const { builtins } = pg.types;
    const changed = ['TIMESTAMPTZ', 'JSON', 'JSONB', 'INT4', 'INT8', 'BOOL', 'NUMERIC', 'UUID'] as const;
    const before = changed.map((name) => [builtins[name], pg.types.getTypeParser(builtins[name])] as const);
    for (const [oid] of before) pg.types.setTypeParser(oid, (text: string) => `read otherwise: ${text}`);
    try {
      const inbox = await openInbox(server.url.replace(/postgres$/, 'other'), {
        ...FAST,
        maxAttempts: 1,
        onError() {},
        onDead() {},
      });
      const bodies = [Buffer.from('good \x00\xff\\', 'latin1'), Buffer.from('bad')] as const;
      for (const rawBody of bodies) await inbox.accept({ rawBody });
      const seen: Uint8Array[] = [];
      inbox.process(({ rawBody }) => {
        seen.push(rawBody);
        if (rawBody[0] === 98) throw new Error('no');
      });
      await settled(inbox, { handled: 1, dead: 1, waiting: 0, running: 0 });
      expect(seen).toEqual(expect.arrayContaining([...bodies]));
      const about = (time: number | null | undefined) => Math.abs((time ?? 0) - Date.now()) < 600_000;
      const { items } = await inbox.list();
      expect(items.map((item) => [item.state, about(item.acceptedAt), about(item.settledAt)])).toEqual([
        ['dead', true, true],
        ['handled', true, true],
      ]);
      const [letter] = await inbox.deadLetters();
      expect([letter?.rawBody, about(letter?.acceptedAt), about(letter?.deadAt)]).toEqual([bodies[1], true, true]);
      await inbox.close();
    } finally {
      for (const [oid, parser] of before) pg.types.setTypeParser(oid, parser);
    }
  });

  it.each([
    ['an hour ahead', 3_600_000],
    ['an hour behind', -3_600_000],
  ])('waits as long as it should before a retry, with a clock that is %s of the server’s', async (_, offset) => {
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + offset);
    const inbox = await openInbox(server.url, { ...FAST, name: 'clocks', retryDelay: 400, onError() {} });
    await inbox.accept({ rawBody: Buffer.from(`${offset}`) });
    const runs: number[] = [];
    inbox.process(() => {
      runs.push(performance.now());
      if (runs.length === 1) throw new Error('not yet');
    });
    await until(() => runs.length === 2);
    const [first = 0, second = 0] = runs;
    expect(second - first).toBeGreaterThanOrEqual(200);
    await inbox.close();
  });

  it.skipIf(!isAvailable('pgbouncer'))('opens and works behind PgBouncer, in several processes at once', async () => {
    const bouncer = await startPgBouncer(server);
    const open = () => openInbox(bouncer.url, { ...FAST, name: 'bounced' });
    const inboxes = await Promise.all(Array.from({ length: 8 }, open));
    inboxes.push(await open());
    const bodies = Array.from({ length: 50 }, (_, index) => `delivery ${index}`);
    await Promise.all(bodies.map((body, index) => inboxes[index % 9]?.accept({ rawBody: Buffer.from(body) })));
    const seen: string[] = [];
    for (const inbox of inboxes) inbox.process(({ rawBody }) => void seen.push(Buffer.from(rawBody).toString()));
    const [inbox] = inboxes;
    if (inbox) await settled(inbox, { handled: 50, waiting: 0, running: 0 });
    expect(seen.sort()).toEqual(bodies.sort());
    await Promise.all(inboxes.map((each) => each.close()));
    await bouncer.stop();
  });

  it('with create: false is opened by a user who may only read, and makes nothing', async () => {
    const maker = await openInbox(server.url, { ...FAST, name: 'looked_at' });
    await maker.accept({ rawBody: Buffer.from('{}') });
    await maker.close();
    await query(
      "CREATE ROLE reader LOGIN PASSWORD 'reading'; ALTER ROLE reader SET default_transaction_read_only = on",
    );
    const url = new URL(server.url);
    [url.username, url.password] = ['reader', 'reading'];
    const open = () => openInbox(url.href, { name: 'looked_at', create: false });
    await expect(open()).rejects.toThrow(/GRANT USAGE ON SCHEMA/);
    await query('GRANT USAGE ON SCHEMA looked_at TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA looked_at TO reader');
    const inbox = await open();
    expect(await inbox.stats()).toMatchObject({ waiting: 1, paused: false });
    expect((await inbox.list()).items.map(({ state }) => state)).toEqual(['waiting']);
    await inbox.close();
    // As where a newer pg-boss is installed than the workers have.
    await query('UPDATE looked_at.version SET version = version - 1');
    const other = openInbox(server.url, { name: 'looked_at', create: false });
    await expect(other).rejects.toMatchObject({
      code: 'open_failed',
      message: expect.stringMatching(/another version/),
    });
  });

  it('has the server itself end a page that takes too long, before the client gives it up', async () => {
    const connections = new Connections(await loadPostgres(), server.url, settingsOf({}));
    const shown = connections.pageTransaction((tx) => tx.executeSql('SHOW statement_timeout'));
    expect((await shown).rows).toEqual([{ statement_timeout: '25s' }]);
    await connections.close();
  });

  it('deletes all that is past its time and takes back all that died in one round of maintenance', async () => {
    const inbox = await openInbox(server.url, { ...FAST, name: 'much' });
    await Promise.all(Array.from({ length: 250 }, (_, n) => inbox.accept({ rawBody: Buffer.from(`died ${n}`) })));
    await query("UPDATE much.job SET state = 'active', started_on = now() - interval '1 hour'");
    await query(`INSERT INTO much.delivery (key, job, body, size, secret_index, state, settled_at)
      SELECT 'old ' || n, gen_random_uuid(), '', 0, 0, 2, now() - interval '2 days' FROM generate_series(1, 2500) n`);
    await inbox.pause();
    // No second round comes: its timer stands still.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    inbox.process(() => {});
    await vi.advanceTimersByTimeAsync(10_000);
    await settled(inbox, { handled: 0, running: 0 });
    vi.useRealTimers();
    await inbox.close();
  });

  it('calls onDead with the bytes of what a worker that died has left', async () => {
    const dead: InboxDeadLetter[] = [];
    const inbox = await openInbox(server.url, {
      ...FAST,
      name: 'died',
      lease: 1_000,
      maxAttempts: 1,
      onDead: (record) => dead.push(record),
    });
    await inbox.accept({ rawBody: Buffer.from('it died') });
    await query("UPDATE died.job SET state = 'active', started_on = now() - interval '1 hour'");
    inbox.process(() => {});
    await until(() => dead.length > 0);
    expect(dead).toMatchObject([{ reason: 'process_died', rawBody: Buffer.from('it died') }]);
    await inbox.close();
  });

  it('calls onDead though the answer to the commit that stored the dead letter was lost', async () => {
    const dead: InboxDeadLetter[] = [];
    const proxy = await losingProxy(server.port, 'for good and lost');
    const url = new URL(server.url);
    url.port = String(proxy.port);
    const inbox = await openInbox(url.href, {
      ...FAST,
      name: 'lost',
      maxAttempts: 1,
      onError() {},
      onDead: (record) => dead.push(record),
    });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    inbox.process(() => {
      throw new Error('for good and lost');
    });
    await until(() => dead.length > 0);
    await settled(inbox, { dead: 1, waiting: 0, running: 0 });
    await inbox.close();
    await proxy.close();
    expect([proxy.lost(), dead.length]).toEqual([1, 1]);
  });
});

/** Once: after a client has sent `marker` and then COMMIT, cuts both sides when the server has answered, and passes no answer on. */
async function losingProxy(port: number, marker: string) {
  let lost = 0;
  const proxy = await startTcpProxy(
    () => port,
    (client, upstream) => {
      let marked = false;
      let commits = false;
      client.on('data', (bytes) => {
        marked ||= bytes.includes(marker);
        commits = marked && lost === 0 && bytes.includes('COMMIT');
        upstream.write(bytes);
      });
      upstream.on('data', (bytes) => {
        if (!commits) return client.write(bytes);
        lost++;
        return client.destroy();
      });
    },
  );
  return { ...proxy, lost: () => lost };
}
