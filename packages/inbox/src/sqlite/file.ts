import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Libsql from 'libsql';
import { InboxError } from '../errors.js';
import type { InboxSettings } from '../options.js';
import { isBusy } from './busy.js';
import { isCurrentVersion, isUsableVersion, SCHEMA } from './schema.js';

/**
 * Opens the file with a write-ahead log and a full fsync on every commit, and makes the tables where there are none.
 *
 * @throws InboxError `open_failed` naming the path and what to do
 */
export async function openFile(
  Database: typeof Libsql,
  path: string,
  settings: InboxSettings,
): Promise<Libsql.Database> {
  // Longer than an accept may wait: opening happens once, and another process may be making the tables.
  const until = performance.now() + Math.max(5_000, settings.busyTimeout);
  for (;;) {
    try {
      return prepared(new Database(path));
    } catch (cause) {
      if (cause instanceof InboxError) throw cause;
      if (!isBusy(cause) || performance.now() > until) throw openFailed(path, cause);
      await sleep(5 + Math.random() * 20);
    }
  }
}

function prepared(db: Libsql.Database): Libsql.Database {
  try {
    // Waiting for locks is done without blocking the event loop, so SQLite itself must not wait.
    db.pragma('busy_timeout = 0');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    const version = versionOf(db);
    if (!isUsableVersion(version)) {
      throw new InboxError(
        'open_failed',
        `The file was written by another version of the inbox (schema ${String(version)}): update @videocloud/webhooks-inbox`,
      );
    }
    if (!isCurrentVersion(version)) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function versionOf(db: Libsql.Database): unknown {
  const [row] = db.pragma('user_version') as { user_version?: unknown }[];
  return row?.user_version;
}

function openFailed(path: string, cause: unknown): InboxError {
  const folder = dirname(path);
  const hint = existsSync(folder)
    ? 'check that it is a SQLite file this process may write'
    : `make the folder ${folder}`;
  return new InboxError('open_failed', `The inbox file ${path} cannot be opened: ${hint}`, { cause });
}
