// SIGKILL at random moments between claim and complete. CRASHES sets how many (10 in the gate, 50 in `npm run long -- crash`).
import { randomUUID } from 'node:crypto';
import { signedBody } from '@videocloud/webhooks/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, startListener } from '../../support/processes.js';
import { isAvailable, type Service, startPostgres, startRedis } from '../../support/services.js';

const CRASHES = Number(process.env.CRASHES ?? 10);
const SECRET = 'secret of the crash tests';
/** Long enough that a busy machine gets from a claim to the next copy before it ends. */
const LEASE_MS = 10_000;
/** For the tests that wait for the end of each lease. */
const SHORT_LEASE_MS = 3_000;
const RECEIVER = new URL('./crash-receiver.js', import.meta.url);
const EXAMPLE = new URL('../../../examples/postgres-exactly-once/server.js', import.meta.url);

/** The files of examples/postgres-exactly-once/transactions. */
const LIBRARIES = ['pg', 'postgres-js', 'kysely', 'knex', 'drizzle', 'prisma'];

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Delivery {
  readonly id: string;
  readonly body: Uint8Array;
  readonly headers: Record<string, string>;
}

async function delivery(event: 'video.deleted' | 'video.processed'): Promise<Delivery> {
  const id = `vid_${randomUUID()}`;
  const processed = { status: 'ready', formats: [], thumbnailUrl: 'https://thumb.example/1', processingTime: 3 };
  const data = { videoId: id, ...(event === 'video.processed' ? processed : {}) };
  return { id, ...(await signedBody({ event, timestamp: new Date().toISOString(), data }, SECRET)) };
}

/** The status of the answer; 0 when the connection broke instead. */
async function send(url: string, { body, headers }: Delivery): Promise<number> {
  try {
    const response = await fetch(url, { method: 'POST', body, headers });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** As the platform would, only faster: until the answer is 2xx. */
async function deliver(url: string, what: Delivery): Promise<number[]> {
  const statuses: number[] = [];
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const status = await send(url, what);
    statuses.push(status);
    if (status >= 200 && status < 300) return statuses;
    await sleep(200);
  }
  throw new Error(`never accepted: ${statuses.join(' ')}`);
}

/** Sends each delivery to a receiver that is killed some time later, all at a different moment. */
async function killDuring(
  start: (index: number) => Promise<Listener>,
  deliveries: readonly Delivery[],
  maxMs: number,
): Promise<number[]> {
  const statuses: number[] = [];
  for (const [index, what] of deliveries.entries()) {
    const receiver = await start(index);
    const answer = send(receiver.url, what);
    await sleep(Math.random() * maxMs);
    await receiver.kill();
    statuses.push(await answer);
  }
  return statuses;
}

interface Kind {
  readonly name: 'redis' | 'postgres';
  start(): Promise<Service>;
  notes(url: string): Promise<{ read(): Promise<string[]>; close(): Promise<unknown> }>;
}

const KINDS: readonly Kind[] = [
  {
    name: 'redis',
    start: startRedis,
    async notes(url) {
      const client = new Redis(url);
      return { read: () => client.lrange('notes', 0, -1), close: () => client.quit() };
    },
  },
  {
    name: 'postgres',
    start: startPostgres,
    async notes(url) {
      const pool = new pg.Pool({ connectionString: url, max: 1 });
      pool.on('error', () => undefined);
      // Before any receiver: two that make it at the same moment fail, with IF NOT EXISTS too.
      await pool.query('CREATE TABLE IF NOT EXISTS notes (at bigserial, text text)');
      const read = async () =>
        (await pool.query('SELECT text FROM notes ORDER BY at')).rows.map((row: { text: string }) => row.text);
      return { read, close: () => pool.end() };
    },
  },
];

// At once: most of their time is leases that have to end.
describe.concurrent.each(KINDS)('a receiver on $name that is killed', ({ name, start, notes }) => {
  describe.skipIf(!isAvailable(name))('with its server', () => {
    let server: Service;
    let journal: Awaited<ReturnType<Kind['notes']>>;
    const receivers: Listener[] = [];
    const receiver = async (env: Record<string, string> = {}) => {
      const given = { STORE_URL: server.url, SECRET, ...env };
      const listener = await startListener(RECEIVER, given);
      receivers.push(listener);
      return listener;
    };
    beforeAll(async () => {
      server = await start();
      journal = await notes(server.url);
    });
    afterAll(async () => {
      for (const listener of receivers) await listener.kill();
      await journal?.close();
      await server?.stop();
    });

    it(`between claim and complete, ${CRASHES} times: the next delivery after the lease runs it again`, {
      timeout: 180_000 + CRASHES * 20_000,
    }, async () => {
      const deliveries = await Promise.all(Array.from({ length: CRASHES }, () => delivery('video.deleted')));
      const lease = { LEASE_MS: String(LEASE_MS) };
      const successor = await receiver(lease);
      for (const what of deliveries) {
        const killed = await receiver({ ...lease, HANDLER_MS: 'until killed' });
        const answer = send(killed.url, what);
        while (!(await started(what))) await sleep(2);
        await sleep(Math.random() * 120);
        await killed.kill();
        expect(await answer).toBe(0);
        // The claim of the dead process is still in force, and will be over before the platform's first retry.
        expect(await send(successor.url, what)).toBe(409);
      }
      const answers = await Promise.all(deliveries.map((what) => deliver(successor.url, what)));
      for (const statuses of answers) expect(statuses.slice(0, -1).every((status) => status === 409)).toBe(true);
      const copies = await Promise.all(deliveries.map((what) => send(successor.url, what)));
      expect(copies).toEqual(deliveries.map(() => 200));
      await successor.kill();
      const all = await journal.read();
      for (const { id } of deliveries) {
        expect(all.filter((note) => note.includes(id))).toEqual([`start ${id} 1`, `start ${id} 2`, `end ${id} 2`]);
      }
    });

    it('in every attempt: dead-lettered after the fifth, without a sixth run', { timeout: 300_000 }, async () => {
      const what = await delivery('video.deleted');
      for (let attempt = 1; attempt <= 5; attempt++) {
        const killed = await receiver({ DIE_IN_HANDLER: 'yes', LEASE_MS: String(SHORT_LEASE_MS) });
        expect(await send(killed.url, what)).toBe(0);
        await killed.ended;
        await sleep(SHORT_LEASE_MS + 20);
      }
      const last = await receiver({ DIE_IN_HANDLER: 'yes', LEASE_MS: String(SHORT_LEASE_MS) });
      expect(await send(last.url, what)).toBe(200);
      await last.kill();
      const all = await journal.read();
      expect(all.filter((note) => note.includes(what.id))).toHaveLength(5);
      expect(all.filter((note) => note.startsWith('dead letter'))).toEqual(['dead letter 6']);
    });

    async function started({ id }: Delivery): Promise<boolean> {
      return (await journal.read()).includes(`start ${id} 1`);
    }
  });
});

describe.skipIf(!isAvailable('postgres'))('the example postgres-exactly-once', () => {
  let server: Service;
  let pool: pg.Pool;
  beforeAll(async () => {
    server = await startPostgres();
    pool = new pg.Pool({ connectionString: server.url, max: 2 });
    pool.on('error', () => undefined);
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  const start = (library = 'pg') =>
    startListener(EXAMPLE, { DATABASE_URL: server.url, VIDEOCLOUD_WEBHOOK_SECRET: SECRET, LIBRARY: library });
  const countEffects = async (deliveries: readonly Delivery[]) => {
    const { rows } = await pool.query('SELECT video_id AS id, count(*)::int AS times FROM processed_videos GROUP BY 1');
    const times = new Map(rows.map((row: { id: string; times: number }) => [row.id, row.times]));
    return deliveries.map(({ id }) => times.get(id) ?? 0);
  };

  it('killed between mark and effect, with each library, leaves neither; the next delivery leaves both, once', async () => {
    const survivor = await start();
    const blocker = await pool.connect();
    const runs = await Promise.all(
      LIBRARIES.map(async (library) => ({ killed: await start(library), what: await delivery('video.processed') })),
    );
    const deliveries = runs.map(({ what }) => what);
    // With the table locked, each transaction has set its mark and waits with its effect.
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE processed_videos IN ACCESS EXCLUSIVE MODE');
    const answers = runs.map(({ killed, what }) => send(killed.url, what));
    const others = `SELECT FROM pg_locks WHERE relation = 'processed_videos'::regclass AND pid <> pg_backend_pid()`;
    while ((await blocker.query(`${others} AND NOT granted`)).rowCount !== LIBRARIES.length) await sleep(5);
    await Promise.all(runs.map(({ killed }) => killed.kill()));
    // Broken, or 503 where it took longer than the handler's timeout to get here.
    expect(await Promise.all(answers)).not.toContain(200);
    await blocker.query('COMMIT');
    while ((await blocker.query(others)).rowCount !== 0) await sleep(5);
    expect((await blocker.query('SELECT FROM videocloud_webhooks WHERE done')).rowCount).toBe(0);
    expect(await countEffects(deliveries)).toEqual(runs.map(() => 0));
    blocker.release();
    await Promise.all(deliveries.map((what) => deliver(survivor.url, what)));
    expect(await Promise.all(deliveries.map((what) => send(survivor.url, what)))).toEqual(runs.map(() => 200));
    expect(await countEffects(deliveries)).toEqual(runs.map(() => 1));
    await survivor.kill('SIGTERM');
  });

  it(`leaves each effect exactly once through ${CRASHES} kills at random moments`, {
    timeout: 180_000 + CRASHES * 20_000,
  }, async () => {
    const deliveries = await Promise.all(Array.from({ length: CRASHES }, () => delivery('video.processed')));
    // From before the claim until well after the answer.
    const first = await killDuring((index) => start(LIBRARIES[index % LIBRARIES.length]), deliveries, 60);
    const survivor = await start();
    for (const [index, what] of deliveries.entries()) {
      const statuses = await deliver(survivor.url, what);
      expect(statuses.at(-1)).toBe(200);
      // What was answered 200 before the kill was committed.
      if (first[index] === 200) expect(statuses).toEqual([200]);
    }
    await survivor.kill('SIGTERM');
    expect(await countEffects(deliveries)).toEqual(deliveries.map(() => 1));
  });
});
