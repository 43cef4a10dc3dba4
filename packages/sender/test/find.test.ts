import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSender, type Sender } from '../src/index.js';
import { MIGRATIONS } from '../src/store/migrations.js';
import { receiver, start } from './support/sender.js';

const EVENTS = ['video.uploaded', 'video.deleted', 'system.error'];

/** Seven deliveries: four of them arrive, three meet a closed port. */
async function delivered() {
  const api = start();
  const taking = await receiver();
  const first = await api.create(taking.url, EVENTS);
  const closed = await api.create('http://127.0.0.1:9/closed%20door', ['system.error']);
  for (const title of ['Ёлка 50% off', 'under_score', 'it\'s a "quote"', 'plain'])
    await api.sender.emit({
      event: title === 'plain' ? 'system.error' : 'video.uploaded',
      data: { title, videoId: 'v1' },
    });
  await api.sender.emit({ event: 'video.deleted', data: { videoId: `far ${'x'.repeat(5_000)} beyond` } });
  await api.sender.emit({ event: 'system.error', data: { text: 'a' } });
  await api.sender.idle();
  return { ...api, first, closed };
}

const found = (sender: Sender, search: string) => sender.findDeliveries({ search }).total;

describe('findDeliveries', () => {
  it('looks for each word in id, event, payload, URL, status, code and error, whatever the case', async () => {
    const { sender, first, closed } = await delivered();
    const all = sender.findDeliveries();
    expect([all.total, all.all]).toEqual([8, 8]);
    expect(all.items).toEqual(sender.deliveries().items);
    for (const [search, total] of [
      ['', 8],
      ['  ', 8],
      ['video.up', 3],
      ['VIDEO.UP', 3],
      ['ёлка', 1],
      ['ЁЛКА', 1],
      ['50%', 1],
      ['under_score', 1],
      ['under%score', 0],
      ["it's", 1],
      ['\\"quote', 1],
      ['closed%20', 2],
      [first, 6],
      [closed, 2],
      ['far', 1],
      ['beyond', 0],
      ['pending', 2],
      ['success', 6],
      ['200 success', 6],
      ['refused', 2],
      ['refused system', 2],
      ['refused video', 1],
      ['refused uploaded', 0],
      ['NEAR(a b)', 0],
      ['"OR"', 0],
      ['vid* -x', 0],
      ['\0', 8],
      // One or two characters.
      ['up', 3],
      ['ll', 0],
      ['f"', 1],
      ['%', 3],
      ['_', 3],
    ] as const)
      expect([search, found(sender, search)]).toEqual([search, total]);
    const [{ id } = { id: '' }] = all.items;
    expect(sender.findDeliveries({ search: id }).items).toEqual([all.items[0]]);
  });

  it('narrows by webhook, status and event, and answers parts', async () => {
    const { sender, closed } = await delivered();
    expect(sender.findDeliveries({ event: 'system.error' }).total).toBe(4);
    expect(sender.findDeliveries({ event: 'system.error', status: 'pending' }).total).toBe(2);
    expect(sender.findDeliveries({ webhookId: closed, search: 'plain' }).total).toBe(1);
    expect(sender.findDeliveries({ webhookId: 'whk_unknown' }).total).toBe(0);
    const { items } = sender.findDeliveries();
    for (const search of [undefined, 'success pending', 'e']) {
      const whole = sender.findDeliveries({ search }).items;
      expect(sender.findDeliveries({ search, offset: 2, limit: 3 }).items).toEqual(whole.slice(2, 5));
      expect(sender.findDeliveries({ search, offset: 100 }).items).toEqual([]);
    }
    expect(sender.findDeliveries({ limit: 0 })).toMatchObject({ items: [], total: items.length });
  });

  it('says where deliveries are among those that match', async () => {
    const { sender } = await delivered();
    const ids = sender.findDeliveries().items.map(({ id }) => id);
    const places = [ids[0] ?? '', ids[3] ?? '', 'del_unknown'];
    expect(sender.findDeliveries({ places }).places).toEqual([
      { newer: 0, matches: true },
      { newer: 3, matches: true },
      { newer: 8, matches: false },
    ]);
    const errors = sender.findDeliveries({ event: 'system.error', places: ids });
    for (const [at, { newer, matches }] of errors.places.entries()) {
      expect(matches).toBe(errors.items.some(({ id }) => id === ids[at]));
      if (matches) expect(errors.items[newer]?.id).toBe(ids[at]);
    }
  });

  it('refuses numbers out of bounds', () => {
    const { sender } = start();
    for (const wrong of [
      { offset: -1 },
      { offset: 0.5 },
      { limit: 2_001 },
      { limit: -1 },
      { search: 'x'.repeat(501) },
      { places: Array.from({ length: 51 }, () => 'del_1') },
    ])
      expect(() => sender.findDeliveries(wrong)).toThrow(TypeError);
    expect(sender.findDeliveries({ search: 'anything', places: ['del_1'] })).toMatchObject({
      items: [],
      total: 0,
      all: 0,
    });
  });
});

it('indexDeliveries lets other work run, is kept in the file, and ends with the sender', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'find-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, 'sender.db');
  const sender = createSender({ database, clock: 'virtual', allowPrivateAddresses: true });
  await sender.fetch(
    new Request('http://x/webhooks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'http://127.0.0.1:9/', events: ['video.deleted'], secret: 'a-secret-of-the-test' }),
    }),
  );
  const text = 'lorem ipsum '.repeat(300);
  await Promise.all(
    Array.from({ length: 1_000 }, (_, n) =>
      sender.emit({ event: 'video.deleted', data: { videoId: `vid_${n}`, text } }),
    ),
  );
  await sender.idle();
  let turns = 0;
  let indexed = false;
  const indexing = sender.indexDeliveries().then(() => {
    indexed = true;
  });
  while (!indexed) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await indexing;
  expect(turns).toBeGreaterThan(1);
  expect(sender.findDeliveries({ search: 'vid_999' }).total).toBe(1);
  await sender.emit({ event: 'video.deleted', data: { videoId: 'vid_late' } });
  const ending = sender.indexDeliveries();
  await sender.close();
  await ending;
  const again = createSender({ database, clock: 'virtual' });
  onTestFinished(() => again.close());
  expect(again.findDeliveries({ search: 'lorem' }).total).toBe(1_000);
  expect(again.findDeliveries({ search: 'vid_late' }).total).toBe(1);
}, 120_000);

it('a database of the first version gets its names and its index', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'find-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, 'sender.db');
  const raw = new Libsql(database);
  raw.exec(`${MIGRATIONS[0]};
    PRAGMA user_version = 1;
    INSERT INTO events VALUES (1, 'video.deleted', CAST('{"event":"video.deleted","data":{"videoId":"from-before"}}' AS BLOB));
    INSERT INTO deliveries (webhook, event, origin, status, attempts, created_at, updated_at) VALUES (1, 1, 'event', 'failed', 6, 0, 0)`);
  raw.close();
  const sender = createSender({ database });
  onTestFinished(() => sender.close());
  expect(sender.findDeliveries({ search: 'from-before', event: 'video.deleted' }).items).toMatchObject([
    { event: 'video.deleted', status: 'failed', retries: 5 },
  ]);
});
