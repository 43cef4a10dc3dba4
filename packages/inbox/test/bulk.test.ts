import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Engine, PageRequest } from '../src/engine.js';
import { type Inbox, openInbox } from '../src/index.js';
import { settingsOf } from '../src/options.js';
import { changeMatching } from '../src/records/bulk.js';
import { listRecords } from '../src/records/list.js';
import { openSqlite } from '../src/sqlite/engine.js';
import { settled, until } from './waiting.js';

it('discards nothing that arrived after the call, though records went meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-bulk-'));
  const engine = await openSqlite(join(folder, 'inbox.db'), settingsOf({}));
  const accept = (key: string) =>
    engine.accept({ key, event: null, body: Buffer.from(key), secretIndex: 0, carrier: null });
  for (const key of ['first', 'second', 'third']) await accept(key);
  const now = Date.now();
  const discard = (ids: readonly string[]) => engine.discard(ids);
  const busy: Pick<Engine, 'stats' | 'page'> = {
    stats: () => engine.stats(),
    async page(request) {
      await engine.discard(['first']);
      await until(() => Date.now() > now + 1);
      await accept('new');
      return engine.page(request);
    },
  };
  const changed = await changeMatching(busy, { state: 'waiting', filter: {}, now, change: discard });
  expect([changed, (await engine.get('new'))?.state]).toEqual([2, 'waiting']);
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

it('makes each retrying record due once, though some fail again before others were met', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-bulk-'));
  const url = `file:${join(folder, 'inbox.db')}`;
  const hour = 3_600_000;
  const open = (retryDelay: number) => openInbox(url, { retryDelay, pollInterval: 25, onError() {} });
  // Those that fail at the second are due sooner, once more after their next attempt.
  for (const [index, delay] of [10 * hour, hour].entries()) {
    const inbox = await open(delay);
    for (let n = 0; n < 30; n++) await inbox.accept({ rawBody: Buffer.from(`${delay} ${n}`) });
    inbox.process(() => {
      throw new Error('not yet');
    });
    await settled(inbox, { retrying: 30 * (index + 1) });
    if (index === 1) {
      expect(await inbox.retry({ state: 'retrying' }, { perSecond: 200 })).toBe(60);
      await until(async () => (await inbox.stats()).retrying === 60 && (await dueIn(inbox)) > hour / 4);
      const { items } = await inbox.list({ state: 'retrying', limit: 100 });
      expect(items.map(({ attempts }) => attempts)).toEqual(items.map(() => 2));
    }
    await inbox.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

it('makes every retrying record due, though half of them are due already', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-bulk-'));
  const inbox = await openInbox(`file:${join(folder, 'inbox.db')}`, { retryDelay: 3_600_000, onError() {} });
  for (let n = 0; n < 60; n++) await inbox.accept({ rawBody: Buffer.from(`${n}`) });
  inbox.process(() => {
    throw new Error('not yet');
  });
  await settled(inbox, { retrying: 60 });
  await inbox.pause();
  const { items } = await inbox.list({ state: 'retrying', limit: 30 });
  for (const { id } of items) await inbox.retry(id);
  expect(await inbox.retry({ state: 'retrying' }, { perSecond: 200 })).toBe(60);
  const { items: all } = await inbox.list({ state: 'retrying', limit: 100 });
  expect(all.filter(({ dueAt }) => (dueAt ?? 0) > Date.now() + 1_000)).toEqual([]);
  await inbox.close();
  rmSync(folder, { recursive: true, force: true });
});

it('never searches what is handled for an error', async () => {
  const engine = await openSqlite(':memory:', settingsOf({}));
  const searched: string[] = [];
  const noting: Engine = Object.assign(Object.create(engine), {
    page(request: PageRequest) {
      searched.push(request.state);
      return engine.page(request);
    },
  });
  expect(await listRecords(noting, { error: 'no such table' })).toEqual({ items: [] });
  expect(searched).toEqual(['dead', 'running', 'waiting']);
  expect(await listRecords(noting, { error: 'no such table', state: 'handled' })).toEqual({ items: [] });
  expect(searched).toHaveLength(3);
  await engine.close();
});

/** Milliseconds until the first retry. */
async function dueIn(inbox: Inbox): Promise<number> {
  const { items } = await inbox.list({ state: 'retrying', limit: 100 });
  return Math.min(...items.map(({ dueAt }) => dueAt ?? 0)) - Date.now();
}
