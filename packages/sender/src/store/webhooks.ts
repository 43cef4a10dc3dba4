import { type Database, optionalNumber, type Row, readBytes, readNumber, readText } from './database.js';

/** A subscription as the engine holds it in memory; the table is its durable copy. */
export interface Webhook {
  readonly seq: number;
  url: string;
  events: readonly string[];
  readonly createdAt: number;
  status: 'active' | 'failed';
  lastSuccess: boolean;
  lastAt: number | undefined;
}

/** What `PUT` may change of a subscription. */
export interface WebhookChanges {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly secret?: string | undefined;
  readonly status?: 'active' | undefined;
}

/** The subscriptions: all of them in memory, each change written through. Methods that write run inside a transaction. */
export class WebhookTable {
  readonly #database: Database;
  #bySeq = new Map<number, Webhook>();
  // Kept apart from the records, so that showing a record can never show its secret.
  #secrets = new Map<number, Buffer>();
  #touched = new Set<number>();

  constructor(database: Database) {
    this.#database = database;
    this.afterRollback();
  }

  /** Reads everything again: after a rollback the memory may be ahead of the disk. */
  afterRollback(): void {
    this.#bySeq = new Map();
    this.#secrets = new Map();
    this.#touched.clear();
    for (const row of this.#database.prepare('SELECT * FROM webhooks WHERE deleted_at IS NULL ORDER BY seq').all()) {
      const webhook = toWebhook(row);
      this.#bySeq.set(webhook.seq, webhook);
      this.#secrets.set(webhook.seq, readBytes(row, 'secret'));
    }
  }

  get(seq: number): Webhook | undefined {
    return this.#bySeq.get(seq);
  }

  secretOf(seq: number): Uint8Array | undefined {
    return this.#secrets.get(seq);
  }

  all(): IterableIterator<Webhook> {
    return this.#bySeq.values();
  }

  create(input: { url: string; events: readonly string[]; secret: string }, now: number): Webhook {
    const secret = Buffer.from(input.secret, 'utf8');
    const row = this.#database
      .prepare('INSERT INTO webhooks (url, events, secret, status, created_at) VALUES (?, ?, ?, ?, ?) RETURNING *')
      .get(input.url, JSON.stringify(input.events), secret, 'active', now);
    if (row === undefined) throw new Error('the webhook was not written');
    const webhook = toWebhook(row);
    this.#bySeq.set(webhook.seq, webhook);
    this.#secrets.set(webhook.seq, secret);
    return webhook;
  }

  update(seq: number, changes: WebhookChanges): Webhook | undefined {
    const webhook = this.#bySeq.get(seq);
    if (webhook === undefined) return undefined;
    if (changes.url !== undefined) webhook.url = changes.url;
    if (changes.events !== undefined) webhook.events = changes.events;
    if (changes.status !== undefined) webhook.status = changes.status;
    if (changes.secret !== undefined) this.#secrets.set(seq, Buffer.from(changes.secret, 'utf8'));
    this.#database
      .prepare('UPDATE webhooks SET url = ?, events = ?, secret = ?, status = ? WHERE seq = ?')
      .run(webhook.url, JSON.stringify(webhook.events), this.#secrets.get(seq) ?? null, webhook.status, seq);
    return webhook;
  }

  fail(seq: number): void {
    const webhook = this.#bySeq.get(seq);
    if (webhook === undefined) return;
    webhook.status = 'failed';
    this.#database.prepare("UPDATE webhooks SET status = 'failed' WHERE seq = ?").run(seq);
  }

  delete(seq: number, now: number): boolean {
    if (!this.#bySeq.delete(seq)) return false;
    this.#secrets.delete(seq);
    this.#touched.delete(seq);
    // The history stays for the inspector; the secret does not.
    this.#database.prepare("UPDATE webhooks SET deleted_at = ?, secret = x'' WHERE seq = ?").run(now, seq);
    return true;
  }

  /** Notes the last attempt; written once a transaction, however many attempts it holds. */
  touch(seq: number, success: boolean, now: number): void {
    const webhook = this.#bySeq.get(seq);
    if (webhook === undefined) return;
    webhook.lastSuccess = success;
    webhook.lastAt = now;
    this.#touched.add(seq);
  }

  /** Writes the last attempts noted since the last transaction. */
  beforeCommit(): void {
    if (this.#touched.size === 0) return;
    const update = this.#database.prepare('UPDATE webhooks SET last_success = ?, last_at = ? WHERE seq = ?');
    for (const seq of this.#touched) {
      const webhook = this.#bySeq.get(seq);
      if (webhook?.lastAt !== undefined) update.run(webhook.lastSuccess ? 1 : 0, webhook.lastAt, seq);
    }
    this.#touched.clear();
  }
}

function toWebhook(row: Row): Webhook {
  const events: unknown = JSON.parse(readText(row, 'events'));
  return {
    seq: readNumber(row, 'seq'),
    url: readText(row, 'url'),
    events: Array.isArray(events) ? events.filter((name) => typeof name === 'string') : [],
    createdAt: readNumber(row, 'created_at'),
    status: readText(row, 'status') === 'failed' ? 'failed' : 'active',
    lastSuccess: optionalNumber(row, 'last_success') === 1,
    lastAt: optionalNumber(row, 'last_at'),
  };
}
