import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Live } from '../protocol.js';

const BATCH_MS = 40;
const HEARTBEAT_MS = 15_000;
// What a page that does not read may have waiting; then it is cut off, comes back by itself and asks for the list anew.
const WAITING_LIMIT = 20_000;

// Of these only the latest counts.
const STATES: ReadonlySet<Live['type']> = new Set(['webhooks', 'clock', 'outdated', 'conformance']);

interface Page {
  waiting: Live[];
  readonly states: Map<Live['type'], Live>;
  wake: () => void;
  ended: boolean;
}

/** Tells every open page what happens, many things in one message. */
export class LiveStream {
  readonly #pages = new Set<Page>();
  #closed = false;

  tell(live: Live): void {
    for (const page of this.#pages) {
      if (STATES.has(live.type)) page.states.set(live.type, live);
      else page.waiting.push(live);
      if (page.waiting.length > WAITING_LIMIT) page.ended = true;
      page.wake();
    }
  }

  get open(): number {
    return this.#pages.size;
  }

  respond(c: Context): Response {
    const page: Page = { waiting: [], states: new Map(), wake: () => undefined, ended: this.#closed };
    this.#pages.add(page);
    return streamSSE(c, async (stream) => {
      stream.onAbort(() => {
        page.ended = true;
        page.wake();
      });
      try {
        await stream.writeSSE({ event: 'hello', data: '1' });
        while (!page.ended) {
          const woken = await something(page);
          if (page.ended) break;
          if (!woken) {
            await stream.writeSSE({ event: 'beat', data: '1' });
            continue;
          }
          await stream.sleep(BATCH_MS);
          const batch = [...page.waiting, ...page.states.values()];
          page.waiting = [];
          page.states.clear();
          await stream.writeSSE({ event: 'live', data: JSON.stringify(batch) });
        }
      } finally {
        this.#pages.delete(page);
      }
    });
  }

  close(): void {
    this.#closed = true;
    for (const page of this.#pages) {
      page.ended = true;
      page.wake();
    }
  }
}

/** Resolves with true once something waits, with false when nothing came for a while. */
function something(page: Page): Promise<boolean> {
  if (page.waiting.length > 0 || page.states.size > 0 || page.ended) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), HEARTBEAT_MS).unref();
    const done = (woken: boolean) => {
      clearTimeout(timer);
      page.wake = () => undefined;
      resolve(woken);
    };
    page.wake = () => done(true);
  });
}
