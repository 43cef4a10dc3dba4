import { SUSPECT_AFTER } from '../policy.js';

/** States of a row. A waiting row is due at `due_at`, a running one loses its lease then, a settled one is deleted then. */
export const WAITING = 0;
export const RUNNING = 1;
export const HANDLED = 2;
export const DEAD = 3;

const VERSION = 5;

// `due_at` and `stored_at` are times of the file's monotonic clock; `accepted_at` and `settled_at` are wall time, to show.
const SCHEMA = `
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  event TEXT,
  body BLOB NOT NULL,
  size INTEGER NOT NULL,
  secret_index INTEGER NOT NULL,
  carrier TEXT,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  deaths INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  settled_at INTEGER,
  lease TEXT,
  reason TEXT,
  error TEXT
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (due_at, id, stored_at) WHERE state = ${WAITING};
CREATE INDEX deliveries_suspect ON deliveries (due_at) WHERE state = ${WAITING} AND deaths >= ${SUSPECT_AFTER};
CREATE INDEX deliveries_running ON deliveries (due_at) WHERE state = ${RUNNING};
CREATE INDEX deliveries_retrying ON deliveries (id) WHERE state = ${WAITING} AND attempts > 0;
CREATE INDEX deliveries_settled ON deliveries (state, due_at) WHERE state >= ${HANDLED};
CREATE INDEX deliveries_dead ON deliveries (settled_at) WHERE state = ${DEAD};
CREATE INDEX deliveries_dead_event ON deliveries (event, settled_at) WHERE state = ${DEAD};
CREATE TABLE pause (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT NOT NULL, monotonic INTEGER NOT NULL, time INTEGER NOT NULL) STRICT;
PRAGMA user_version = ${VERSION};
`;

interface Executor {
  exec(sql: string): unknown;
  pragma(sql: string): unknown;
}

/** Makes the tables in an empty file. False when another version of the inbox wrote the file. */
export function prepareSchema(db: Executor): boolean {
  if (versionOf(db) === 0) {
    db.exec('BEGIN IMMEDIATE');
    // Another process may have been first.
    if (versionOf(db) === 0) db.exec(SCHEMA);
    db.exec('COMMIT');
  }
  return versionOf(db) === VERSION;
}

/** 0 in a file that is no inbox. */
export function versionOf(db: Executor): unknown {
  const [row] = db.pragma('user_version') as { user_version?: unknown }[];
  return row?.user_version;
}
