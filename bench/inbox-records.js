// What an operator waits for with many dead letters: a page of 50 at every cursor, each filter that an index serves, a search
// in the errors, a bulk retry and a bulk discard of all, and the memory that takes. DEAD sets how many (100,000); ENGINES
// names some of SQLite,PostgreSQL,Redis.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInbox } from '../packages/inbox/dist/index.js';
import { table } from './measure.js';
import { startPostgres, startRedis } from './servers.js';

const DEAD = Number(process.env.DEAD ?? 100_000);
const PAGE = 50;
/** One event in a thousand has this name. */
const RARE = 'system.warning';

const ENGINES = {
  async SQLite() {
    const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-records-'));
    return { url: `file:${join(folder, 'inbox.db')}`, stop: async () => rmSync(folder, { recursive: true }) };
  },
  PostgreSQL: startPostgres,
  Redis: startRedis,
};

const bodyOf = (n) =>
  Buffer.from(
    JSON.stringify({
      event: n % 1_000 === 0 ? RARE : n % 2 ? 'video.processed' : 'video.uploaded',
      timestamp: '2024-03-31T12:00:00Z',
      data: { id: createHash('sha256').update(String(n)).digest('hex') },
    }),
  );

async function fill(inbox) {
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < DEAD; n = next++) await inbox.accept({ rawBody: bodyOf(n) });
  };
  await Promise.all(Array.from({ length: 512 }, lane));
  let failed = 0;
  const processing = inbox.process(() => Promise.reject(new Error(`no table ${failed++}`)), { concurrency: 64 });
  while ((await inbox.stats()).dead < DEAD) await new Promise((resolve) => setTimeout(resolve, 500));
  await processing.stop();
}

/** Every page of a list: how long each took, and how many records there were. */
async function walk(inbox, options) {
  const times = [];
  let records = 0;
  let cursor;
  do {
    const began = performance.now();
    const page = await inbox.list({ state: 'dead', ...options, limit: PAGE, cursor });
    times.push(performance.now() - began);
    records += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return [records, times.length, at(0.5).toFixed(1), at(0.99).toFixed(1), at(1).toFixed(1)].map(String);
}

async function timed(work) {
  const before = process.memoryUsage().rss;
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const began = performance.now();
  const changed = await work();
  const seconds = (performance.now() - began) / 1_000;
  clearInterval(sampling);
  if (changed !== DEAD) throw new Error(`${changed} of ${DEAD} were changed`);
  return [seconds.toFixed(1), String(Math.round(DEAD / seconds)), ((most - before) / 1_048_576).toFixed(0)];
}

for (const name of process.env.ENGINES?.split(',') ?? Object.keys(ENGINES)) {
  const { url, stop } = await ENGINES[name]();
  const inbox = await openInbox(url, { maxAttempts: 1, onDead: () => {}, onError: () => {} });
  await fill(inbox);
  const { items } = await inbox.list({ state: 'dead', limit: 1 });
  const newest = items[0]?.settledAt ?? 0;
  const middle = newest - (newest - (await oldest(inbox))) / 2;
  table(
    `${name}: pages of ${PAGE} among ${DEAD.toLocaleString('en')} dead letters, every cursor`,
    ['', 'records', 'pages', 'median ms', '99 % ms', 'most ms'],
    [
      ['all', ...(await walk(inbox, {}))],
      ['event: half of them', ...(await walk(inbox, { event: 'video.processed' }))],
      ['event: one in 1,000', ...(await walk(inbox, { event: RARE }))],
      ['since the middle', ...(await walk(inbox, { since: middle }))],
      ['error: one of all (a scan)', ...(await walk(inbox, { error: 'no table 4711' }))],
    ],
  );
  table(
    `${name}: all of them`,
    ['', 'seconds', 'records/s', 'MiB more'],
    [
      ['retry({})', ...(await timed(() => inbox.retry({})))],
      ["discard({ state: 'waiting' })", ...(await timed(() => inbox.discard({ state: 'waiting' })))],
    ],
  );
  await inbox.close();
  await stop();
}

/** When the first of the dead letters was settled, from the times of all. */
async function oldest(inbox) {
  let least = Number.POSITIVE_INFINITY;
  let cursor;
  do {
    const page = await inbox.list({ state: 'dead', limit: 1_000, cursor });
    least = Math.min(least, page.items.at(-1)?.settledAt ?? least);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return least;
}
