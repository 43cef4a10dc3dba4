import type { Live } from '../protocol.js';

const BATCH_MS = 40;
const HEARTBEAT_MS = 15_000;
/** Pages that may follow at a time. */
export const MOST_READERS = 32;
/** Bytes that may wait for one page; then it is dropped, reconnects and asks for the list again. */
export const UNREAD_LIMIT = 1024 * 1024;
/** Messages that one batch may hold; beyond it the pages reload the list. */
const BATCH_LIMIT = 20_000;

// Of these only the latest counts.
const STATES: ReadonlySet<Live['type']> = new Set(['webhooks', 'clock', 'outdated', 'conformance']);

interface Reader {
  unread: Uint8Array[];
  bytes: number;
  ended: boolean;
  /** Lets a pending read go on. */
  wake: () => void;
}

const event = (name: string, data: string): Uint8Array => Buffer.from(`event: ${name}\ndata: ${data}\n\n`);

/**
 * Sends what happens to every open page as server-sent events.
 *
 * Messages of 40 ms make one batch, which is serialized once for all pages. At most 32 pages follow at a time, and a page that does not
 * read is dropped: what it costs is bounded.
 */
export class LiveStream {
  readonly #readers = new Set<Reader>();
  #messages: Live[] = [];
  readonly #states = new Map<Live['type'], Live>();
  #batchTimer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #closed = false;

  /** Sends a message to every open page. */
  send(live: Live): void {
    if (this.#readers.size === 0) return;
    if (STATES.has(live.type)) this.#states.set(live.type, live);
    else this.#messages.push(live);
    if (this.#messages.length > BATCH_LIMIT) {
      this.#messages = [];
      this.#states.set('outdated', { type: 'outdated' });
    }
    this.#batchTimer ??= setTimeout(() => this.#sendBatch(), BATCH_MS);
  }

  /** How many pages follow. */
  get open(): number {
    return this.#readers.size;
  }

  /** The stream of one page; 503 when too many are open. */
  respond(): Response {
    if (this.#closed || this.#readers.size >= MOST_READERS) {
      return new Response(`At most ${MOST_READERS} pages can be open at a time.\n`, {
        status: 503,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '5' },
      });
    }
    const reader: Reader = { unread: [], bytes: 0, ended: false, wake: () => undefined };
    this.#readers.add(reader);
    this.#heartbeat ??= setInterval(() => this.#toAll(event('beat', '1')), HEARTBEAT_MS).unref();
    push(reader, event('hello', '1'));
    // Nothing is queued inside the stream itself, so that dropping a page frees all that waited for it.
    const body = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(reader, controller), cancel: () => this.#end(reader) },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
  }

  /** Ends every page's stream. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#batchTimer);
    for (const reader of this.#readers) this.#end(reader);
  }

  #sendBatch(): void {
    this.#batchTimer = undefined;
    const batch = [...this.#messages, ...this.#states.values()];
    this.#messages = [];
    this.#states.clear();
    this.#toAll(event('live', JSON.stringify(batch)));
  }

  #toAll(chunk: Uint8Array): void {
    for (const reader of this.#readers) {
      if (reader.bytes > UNREAD_LIMIT) this.#end(reader);
      else push(reader, chunk);
    }
  }

  #end(reader: Reader): void {
    reader.ended = true;
    reader.unread = [];
    reader.bytes = 0;
    this.#readers.delete(reader);
    if (this.#readers.size === 0) {
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    }
    reader.wake();
  }

  async #pull(reader: Reader, controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (reader.unread.length === 0 && !reader.ended) {
      await new Promise<void>((resolve) => {
        reader.wake = resolve;
      });
    }
    const chunk = reader.unread.shift();
    if (chunk !== undefined) {
      reader.bytes -= chunk.length;
      controller.enqueue(chunk);
    } else if (reader.ended) closeQuietly(controller);
  }
}

function push(reader: Reader, chunk: Uint8Array): void {
  reader.unread.push(chunk);
  reader.bytes += chunk.length;
  reader.wake();
}

function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // The page canceled the stream: there is nothing to close.
  }
}
