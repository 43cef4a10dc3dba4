// What bench/inbox.js measures: our inbox and the raw engine below it, each with a store of its own.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInbox } from '../packages/inbox/dist/index.js';
import { eventOf } from './event.js';
import { startPostgres, startRedis } from './servers.js';

const requireOurs = createRequire(new URL('../packages/inbox/package.json', import.meta.url));
const AT_A_TIME = 64;

const bodyOf = () => Buffer.from(JSON.stringify(eventOf({ videoId: randomUUID() })));

/** Runs `work` count times, as many at a time as connections would. */
async function times(count, work, atATime = AT_A_TIME) {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: Math.min(count, atATime) }, lane));
}

/** Our inbox: `fill`, `accept` and `process` as many deliveries as said. */
async function inboxAt(url) {
  const inbox = await openInbox(url, { name: 'bench' });
  const accept = () => inbox.accept({ event: null, rawBody: bodyOf() });
  return {
    fill: (count) => times(count, accept, 1_024),
    accept: (count) => times(count, accept),
    process: (count) =>
      handledBy((handle) => {
        const processing = inbox.process(handle, { concurrency: AT_A_TIME });
        return () => processing.stop();
      }, count),
    close: () => inbox.close(),
  };
}

/** Starts a worker, and stops it once its handler was called often enough; the time to stop is not measured. */
async function handledBy(start, count) {
  let left = count;
  let stop;
  await new Promise((resolve) => {
    stop = start(async () => {
      if (--left === 0) resolve(undefined);
    });
  });
  const ended = performance.now();
  await stop?.();
  return ended;
}

async function rawBullmq(url) {
  const { Queue, Worker } = requireOurs('bullmq');
  const { Redis } = requireOurs('ioredis');
  const client = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue('raw', { connection: client });
  const data = () => ({ body: bodyOf().toString('base64') });
  const opts = () => ({ jobId: randomUUID(), removeOnComplete: { age: 86_400 } });
  return {
    async fill(count) {
      for (let left = count; left > 0; left -= 500) {
        await queue.addBulk(
          Array.from({ length: Math.min(500, left) }, () => ({ name: 'd', data: data(), opts: opts() })),
        );
      }
    },
    accept: (count) => times(count, () => queue.add('d', data(), opts())),
    process: (count) =>
      handledBy((handle) => {
        const worker = new Worker('raw', handle, { connection: client, concurrency: AT_A_TIME });
        return () => worker.close();
      }, count),
    async close() {
      await queue.close();
      client.disconnect();
    },
  };
}

async function rawPgBoss(url) {
  const { PgBoss } = await import(requireOurs.resolve('pg-boss'));
  const boss = new PgBoss({ connectionString: url, schema: 'raw', supervise: false, schedule: false, max: 10 });
  // Heard when the server of the bench ends before pg-boss's last connection; a failed call rejects.
  boss.on('error', () => undefined);
  await boss.start();
  await boss.createQueue('raw');
  const data = () => ({ body: bodyOf().toString('base64') });
  return {
    async fill(count) {
      for (let left = count; left > 0; left -= 500) {
        await boss.insert(
          'raw',
          Array.from({ length: Math.min(500, left) }, () => ({ data: data() })),
        );
      }
    },
    accept: (count) => times(count, () => boss.send('raw', data())),
    async process(count) {
      for (let left = count; left > 0; ) {
        const jobs = await boss.fetch('raw', { batchSize: AT_A_TIME });
        await boss.complete(
          'raw',
          jobs.map(({ id }) => id),
        );
        left -= jobs.length;
      }
      return performance.now();
    },
    close: () => boss.stop({ graceful: false }),
  };
}

/** What one would write without group commit: the same settings, a commit and so an fsync for each. */
async function rawLibsql(file) {
  const Database = requireOurs('libsql');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB NOT NULL UNIQUE, state INTEGER NOT NULL)');
  db.exec('CREATE INDEX raw_waiting ON raw (id) WHERE state = 0');
  const insert = db.prepare('INSERT INTO raw (body, state) VALUES (?, 0) ON CONFLICT DO NOTHING');
  const handle = db.prepare(
    'UPDATE raw SET state = ? WHERE id IN (SELECT id FROM raw WHERE state = ? ORDER BY id LIMIT 1)',
  );
  return {
    async fill(count) {
      db.exec('BEGIN');
      for (let n = 0; n < count; n++) insert.run([bodyOf()]);
      db.exec('COMMIT');
    },
    accept: (count) => times(count, async () => insert.run([bodyOf()])),
    async process(count) {
      for (let n = 0; n < count; n++) {
        handle.run([1, 0]);
        handle.run([2, 1]);
      }
      return performance.now();
    },
    close: async () => db.close(),
  };
}

/** @returns the two contenders of an engine, and how to remove what they left */
export const ENGINES = {
  async SQLite() {
    const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-sqlite-'));
    const [inbox, raw] = [await inboxAt(`file:${join(folder, 'inbox.db')}`), await rawLibsql(join(folder, 'raw.db'))];
    return { inbox, raw, stop: async () => rmSync(folder, { recursive: true, force: true }) };
  },
  async Redis() {
    const { url, stop } = await startRedis();
    return { inbox: await inboxAt(url), raw: await rawBullmq(url), stop };
  },
  async PostgreSQL() {
    const { url, stop } = await startPostgres();
    return { inbox: await inboxAt(url), raw: await rawPgBoss(url), stop };
  },
};
