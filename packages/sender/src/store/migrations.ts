// One entry a version, in order; an entry that was released is never changed. `PRAGMA user_version` counts those applied.
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE webhooks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    secret BLOB NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_success INTEGER,
    last_at INTEGER,
    deleted_at INTEGER
  );

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    body BLOB NOT NULL
  );

  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook INTEGER NOT NULL,
    event INTEGER NOT NULL,
    origin TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER,
    manual INTEGER NOT NULL DEFAULT 0,
    resend INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    response_code INTEGER,
    error TEXT
  );
  CREATE INDEX deliveries_by_webhook ON deliveries (webhook, seq);
  CREATE INDEX deliveries_due ON deliveries (due_at, webhook) WHERE due_at IS NOT NULL;
  CREATE INDEX deliveries_lane ON deliveries (webhook, due_at, seq) WHERE due_at IS NOT NULL;

  CREATE TABLE attempts (
    delivery INTEGER NOT NULL,
    number INTEGER NOT NULL,
    trigger TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    duration REAL NOT NULL,
    url TEXT NOT NULL,
    request_headers TEXT NOT NULL,
    response_status INTEGER,
    response_headers TEXT,
    response_body BLOB,
    response_truncated INTEGER NOT NULL,
    error_code TEXT,
    error TEXT,
    PRIMARY KEY (delivery, number)
  ) WITHOUT ROWID
  `,
  // The list of deliveries is read without the events, whose bodies are large. The index holds trigrams only, not the texts.
  `
  ALTER TABLE deliveries ADD COLUMN name TEXT NOT NULL DEFAULT '';
  UPDATE deliveries SET name = (SELECT e.name FROM events e WHERE e.seq = deliveries.event);
  CREATE VIRTUAL TABLE search USING fts5(text, content = '', columnsize = 0, tokenize = 'trigram')
  `,
];
