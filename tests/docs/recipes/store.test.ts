import { storeContract } from '@videocloud/webhooks/testing';
import { describe, expect, it } from 'vitest';
import { type Row, type Table, tableStore } from '../../../docs/recipes/store.js';
import { showsFile } from './deliveries.js';

/** A table whose answers take a turn of the event loop, so that writers meet. */
function memoryTable(): Table {
  const rows = new Map<string, Row>();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    async read(key) {
      await turn();
      return rows.get(key);
    },
    async write(key, old, row) {
      await turn();
      if (rows.get(key)?.version !== old?.version) return false;
      rows.set(key, row);
      return true;
    },
  };
}

describe('the store of the page', () => {
  const table = memoryTable();

  it.each(storeContract(() => tableStore(table)))('$name', ({ run }) => run());

  it('gives up where another writer is always faster', async () => {
    const busy = { ...memoryTable(), write: async () => false };
    await expect(tableStore(busy).claim('key', { leaseMs: 1_000, ttlMs: 1_000 })).rejects.toThrow('Too many writers');
  });

  it('is what the page shows', () => showsFile('docs/handle-once/own-store.md', 'docs/recipes/store.ts'));
});
