import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Engine } from '../src/engine.js';
import { settingsOf } from '../src/options.js';
import { changeMatching } from '../src/records/bulk.js';
import { openSqlite } from '../src/sqlite/engine.js';
import { until } from './waiting.js';

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
