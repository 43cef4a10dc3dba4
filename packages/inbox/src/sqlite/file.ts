import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Libsql from 'libsql';
import { codeOf, InboxError } from '../errors.js';
import type { InboxSettings } from '../options.js';
import { FileClock } from './clock.js';
import { prepareSchema, versionOf } from './schema.js';

/** Keys are hashes, so each delivery touches pages all over their index: a large backlog's must fit in. */
const CACHE_KIB = 65_536;
/**
 * How long the log grows before its pages are copied into the file: 32 MiB. A page of the index of keys that changes many
 * times until then is copied once. At SQLite's own 4 MiB, a delivery beside 100,000 writes a third more.
 */
const CHECKPOINT_PAGES = 8_000;

/** An open inbox file and its clock. */
export interface InboxFile {
  readonly db: Libsql.Database;
  readonly clock: FileClock;
  /**
   * To be called before a write.
   *
   * @throws InboxError `unavailable` when the file at the path is another one by now: what is written to a removed file is lost
   */
  readonly assertInPlace: () => void;
}

/**
 * Opens the file with a write-ahead log and a full fsync on every commit, and makes the tables where there are none.
 * A new file is readable by its owner only.
 *
 * @throws InboxError `open_failed` naming the path and what to do
 */
export async function openFile(Database: typeof Libsql, path: string, settings: InboxSettings): Promise<InboxFile> {
  // Longer than an accept may wait: opening happens once, and another process may be making the tables.
  const until = performance.now() + Math.max(5_000, settings.busyTimeout);
  for (;;) {
    try {
      if (path !== ':memory:') makePrivate(path, settings);
      return { ...prepared(new Database(path), path, settings), assertInPlace: inPlace(path) };
    } catch (cause) {
      if (cause instanceof InboxError) throw cause;
      if (!isBusy(cause) || performance.now() > until) throw openFailed(path, cause);
      await sleep(5 + Math.random() * 20);
    }
  }
}

/** Whether the file is locked by another connection: the one failure that passes by itself. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** Deliveries hold personal data: a new file is its owner's. SQLite gives the log beside the file the file's own mode. */
function makePrivate(path: string, { create }: InboxSettings): void {
  if (existsSync(path)) return;
  if (!create)
    throw new InboxError('inbox_missing', `There is no inbox file ${path}: is the path right, seen from here?`);
  closeSync(openSync(path, 'a', 0o600));
}

/** Removing or renaming an open file is no error for SQLite: it would acknowledge deliveries that no process finds again. */
function inPlace(path: string): () => void {
  if (path === ':memory:') return () => {};
  const opened = identityOf(path);
  return () => {
    if (identityOf(path) === opened) return;
    throw new InboxError(
      'unavailable',
      `The inbox file ${path} was removed or replaced while it was open: put it back, or start the process again`,
    );
  };
}

function identityOf(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true, throwIfNoEntry: false }) ?? {};
  return `${dev} ${ino}`;
}

function prepared(db: Libsql.Database, path: string, settings: InboxSettings): Omit<InboxFile, 'assertInPlace'> {
  try {
    // Before anything is changed: with create: false it may be another program's file.
    if (!settings.create && versionOf(db) === 0) {
      throw new InboxError('inbox_missing', `There is no inbox in the file ${path}: is the path right?`);
    }
    // Locks are waited for without blocking the event loop, so SQLite itself must not wait.
    db.pragma('busy_timeout = 0');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma(`cache_size = -${CACHE_KIB}`);
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (!prepareSchema(db)) {
      throw new InboxError(
        'open_failed',
        'The file was written by another version of the inbox: update @videocloud/webhooks-inbox, or start with a new file',
      );
    }
    db.exec('BEGIN IMMEDIATE');
    const clock = new FileClock(db, settings.now());
    db.exec('COMMIT');
    return { db, clock };
  } catch (error) {
    db.close();
    throw error;
  }
}

function openFailed(path: string, cause: unknown): InboxError {
  const folder = dirname(path);
  const hint = existsSync(folder)
    ? 'check that it is a SQLite file this process may write'
    : `make the folder ${folder}`;
  return new InboxError('open_failed', `The inbox file ${path} cannot be opened: ${hint}`, { cause });
}
