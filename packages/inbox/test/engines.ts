// The three engines, each with a real server or file of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAvailable, type Service, startPostgres, startRedis } from '../../../tests/support/services.js';

export interface EngineUnderTest {
  readonly name: 'SQLite' | 'PostgreSQL' | 'Redis';
  readonly available: () => boolean;
  /** An empty store. */
  start(): Promise<{ url: string; stop(): Promise<void> }>;
}

const server = (start: () => Promise<Service>) => async () => {
  const { url, stop } = await start();
  return { url, stop };
};

export const ENGINES: readonly EngineUnderTest[] = [
  {
    name: 'SQLite',
    available: () => true,
    async start() {
      const folder = mkdtempSync(join(tmpdir(), 'inbox-file-'));
      return {
        url: `file:${join(folder, 'inbox.db')}`,
        stop: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  },
  { name: 'PostgreSQL', available: () => isAvailable('postgres'), start: server(() => startPostgres()) },
  {
    name: 'Redis',
    available: () => isAvailable('redis'),
    start: server(() => startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] })),
  },
];
