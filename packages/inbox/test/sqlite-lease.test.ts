// Two workers of one file, of which one was held up for longer than its lease.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadSqlite } from '../src/load-peer.js';
import { settingsOf } from '../src/options.js';
import { openFile } from '../src/sqlite/file.js';
import { Records } from '../src/sqlite/records.js';
import { SqliteQueue } from '../src/sqlite/work.js';
import { Writer } from '../src/sqlite/writer.js';
import { until } from './waiting.js';

it('what a worker that only seemed dead has handled is handled', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-lease-'));
  const settings = settingsOf({ lease: 1_000, onError: () => {} });
  const Database = await loadSqlite();
  const open = async () => {
    const file = await openFile(Database, join(folder, 'inbox.db'), settings);
    const writer = new Writer(file, settings, () => undefined);
    return { file, writer, queue: new SqliteQueue(file, writer, settings), records: new Records(file, settings) };
  };
  const [slow, other] = [await open(), await open()];
  try {
    await slow.writer.accept({ key: 'k', event: null, body: Buffer.from('x'), secretIndex: 0, carrier: null });
    const [first] = await slow.queue.take(1, 1_000);
    let second: typeof first;
    await until(async () => {
      [second] = await other.queue.take(1, 1_000);
      return second !== undefined;
    });
    if (first === undefined || second === undefined) throw new Error('not taken');
    expect(await slow.queue.settle(first, { state: 'retry', error: 'late', delayMs: 0 })).toBe(false);
    expect(await slow.queue.settle(first, { state: 'handled' })).toBe(true);
    expect(await other.queue.settle(second, { state: 'retry', error: 'again', delayMs: 0 })).toBe(false);
    expect(other.records.stats()).toMatchObject({ handled: 1, waiting: 0, running: 0 });
  } finally {
    for (const { file } of [slow, other]) file.db.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
