/** States of a row. A waiting or running row is due at `due_at`; a settled one is deleted then. */
export const WAITING = 0;
export const RUNNING = 1;
export const HANDLED = 2;
export const DEAD = 3;

const VERSION = 1;

/** The statements that make or check an inbox file. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  body BLOB NOT NULL,
  secret_index INTEGER NOT NULL,
  state INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  settled_at INTEGER,
  lease TEXT,
  error TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_waiting ON deliveries (due_at) WHERE state = ${WAITING};
CREATE INDEX IF NOT EXISTS deliveries_running ON deliveries (due_at) WHERE state = ${RUNNING};
CREATE INDEX IF NOT EXISTS deliveries_old ON deliveries (due_at) WHERE state >= ${HANDLED};
CREATE INDEX IF NOT EXISTS deliveries_dead ON deliveries (settled_at) WHERE state = ${DEAD};
PRAGMA user_version = ${VERSION};
`;

/** Whether a file of this version can be used; 0 is an empty file. */
export function isUsableVersion(version: unknown): boolean {
  return version === 0 || version === VERSION;
}

export function isCurrentVersion(version: unknown): boolean {
  return version === VERSION;
}
