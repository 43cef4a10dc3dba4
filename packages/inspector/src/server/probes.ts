import { changedBody, reserializedBody } from '@videocloud/local-web/tampering';
import { generateSecret, sign } from '@videocloud/webhooks';
import type { ProbeRecord, Sender } from '@videocloud/webhooks-sender';
import type { AttemptView, DeliveryView, Item, ProbeMode } from '../protocol.js';
import { Refusal } from './refusals.js';

const KEPT = 1_000;
const KEPT_BYTES = 64 * 1024 * 1024;
const STALE_MS = 3 * 60 * 60_000;

// As much of a body as is searched of a delivery.
const SEARCHABLE_BYTES = 4_096;

/** A manual request as the list holds it. */
export interface ListedProbe {
  readonly item: Item;
  /** The latest delivery when it was sent. */
  readonly after: string | undefined;
  /** What a search finds it by, in lower case. */
  readonly text: string;
}

interface Sent {
  readonly body: Uint8Array;
  readonly signed: Uint8Array | undefined;
  readonly record: ProbeRecord;
}

interface Probe extends ListedProbe, Sent {}

/** Requests sent manually, outside of every delivery: broken on purpose, or edited byte for byte. The latest are kept in memory. */
export class Probes {
  readonly #sender: Sender;
  readonly #kept = new Map<string, Probe>();
  #serial = 0;
  #bytes = 0;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Sends once, a duplicate twice, and gives what is to be listed. Throws Refusal for a webhook that is not there. */
  async send(webhookId: string, mode: ProbeMode, body: Uint8Array): Promise<Item[]> {
    const webhook = this.#sender.webhooks().find(({ id }) => id === webhookId);
    const secret = this.#sender.secretOf(webhookId);
    if (webhook === undefined || secret === undefined) throw new Refusal('webhook_gone', { values: { id: webhookId } });
    const { bytes, signature, signed } = await broken(mode, body, secret);
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': 'VideoCloud-Webhooks/1.0',
      ...(signature === undefined ? {} : { 'X-VideoCloud-Signature': signature }),
    };
    const items: Item[] = [];
    for (let copy = 0; copy < (mode === 'duplicate' ? 2 : 1); copy++) {
      const record = await this.#sender.probe({ url: webhook.url, headers, body: bytes });
      items.push(this.#keep(webhookId, mode, { body: bytes, signed, record }));
    }
    return items;
  }

  /** The latest first. */
  list(): ListedProbe[] {
    return [...this.#kept.values()].reverse();
  }

  detail(id: string): DeliveryView | undefined {
    const probe = this.#kept.get(id);
    if (probe === undefined) return undefined;
    const { item, body, signed, record } = probe;
    const attempts = [attemptView({ ...record, number: 1 })];
    return { ...item, body: base64(body), ...(signed && { signedBody: base64(signed) }), attempts };
  }

  #keep(webhookId: string, mode: ProbeMode, { body, signed, record }: Sent): Item {
    const id = `prb_${++this.#serial}`;
    const now = new Date(this.#sender.clock().now).toISOString();
    const item: Item = {
      id,
      webhookId,
      event: eventOf(body),
      status: record.error === undefined ? 'success' : 'failed',
      ...(record.response && { responseCode: record.response.status }),
      timestamp: now,
      createdAt: record.startedAt,
      retries: 0,
      durationMs: record.durationMs,
      ...(record.error && { error: `${record.error.code}: ${record.error.message}` }),
      probe: mode,
    };
    const after = this.#sender.deliveries({ limit: 1 }).items[0]?.id;
    const { event, status, error = '', responseCode = '' } = item;
    const start = Buffer.from(body.subarray(0, SEARCHABLE_BYTES)).toString('utf8');
    const text = `${id} ${event} ${status} ${mode} ${responseCode} ${error} ${start}`.toLowerCase();
    this.#kept.set(id, { item, after, text, body, signed, record });
    this.#bytes += sizeOf({ body, signed });
    for (const [oldest, probe] of this.#kept) {
      if (oldest === id || (this.#kept.size <= KEPT && this.#bytes <= KEPT_BYTES)) break;
      this.#kept.delete(oldest);
      this.#bytes -= sizeOf(probe);
    }
    return item;
  }
}

const sizeOf = ({ body, signed }: Pick<Probe, 'body' | 'signed'>): number => body.length + (signed?.length ?? 0);

async function broken(
  mode: ProbeMode,
  body: Uint8Array,
  secret: Uint8Array,
): Promise<{ bytes: Uint8Array; signature: string | undefined; signed?: Uint8Array }> {
  switch (mode) {
    case 'unsigned':
      return { bytes: body, signature: undefined };
    case 'wrong_secret':
      return { bytes: body, signature: await sign(body, generateSecret()) };
    case 'tampered':
      return { bytes: changedBody(body), signature: await sign(body, secret), signed: body };
    case 'reserialized':
      return { bytes: reserialized(body), signature: await sign(body, secret), signed: body };
    case 'stale': {
      const bytes = aged(body);
      return { bytes, signature: await sign(bytes, secret) };
    }
    case 'duplicate':
    case 'exact':
      return { bytes: body, signature: await sign(body, secret) };
  }
}

/** The same value in other bytes than were signed. */
function reserialized(body: Uint8Array): Uint8Array {
  const value = parsed(body);
  return orTooDeep(() => reserializedBody(body, value));
}

function aged(body: Uint8Array): Uint8Array {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null) throw new Refusal('body_not_object');
  const timestamp = new Date(Date.now() - STALE_MS).toISOString();
  return orTooDeep(() => Buffer.from(JSON.stringify({ ...value, timestamp })));
}

/** What `write` makes of a parsed value; a Refusal where that is nested too deep for `JSON.stringify`. */
function orTooDeep(write: () => Buffer): Buffer {
  try {
    return write();
  } catch {
    throw new Refusal('body_too_deep');
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new Refusal('body_not_json');
  }
}

function eventOf(body: Uint8Array): string {
  try {
    const { event } = parsed(body) as { event?: unknown };
    return typeof event === 'string' ? event.slice(0, 100) : '–';
  } catch {
    return '–';
  }
}

/** Bytes as base64. */
export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** An attempt as the page gets it. */
export function attemptView(
  attempt: ProbeRecord & { readonly number: number; readonly trigger?: AttemptView['trigger'] },
): AttemptView {
  const { number, trigger = 'probe', startedAt, durationMs, request, response, error } = attempt;
  return {
    number,
    trigger,
    startedAt,
    durationMs,
    request: { url: request.url, headers: request.headers },
    ...(response && { response: { ...response, body: base64(response.body) } }),
    ...(error && { error }),
  };
}
