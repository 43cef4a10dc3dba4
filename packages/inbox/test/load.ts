// A sender that repeats each delivery until it is answered 200, and a count of what the handlers did with them.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReceiver, type Receiver } from '@videocloud/webhooks';
import { signedBody } from '@videocloud/webhooks/testing';
import { expect } from 'vitest';
import { type Inbox, type InboxErrorInfo, type InboxOptions, openInbox } from '../src/index.js';
import { settled } from './waiting.js';

const SECRET = 'secret of the outage tests';

/** A receiver and a worker on one inbox, each with connections of its own, under load. */
export class Load {
  /** Each answer: when it was asked for and given, and its status. */
  readonly answers: { readonly asked: number; readonly given: number; readonly status: number }[] = [];
  readonly acknowledged = new Set<string>();
  readonly effects = new Map<string, number>();
  readonly reported: { readonly error: unknown; readonly during: InboxErrorInfo['during'] }[] = [];
  readonly front: Inbox;
  readonly back: Inbox;
  #senders: Promise<void>[] = [];
  #loading = false;
  #closed = false;

  private constructor(front: Inbox, back: Inbox) {
    this.front = front;
    this.back = back;
  }

  static async on(url: string, options: InboxOptions = {}): Promise<Load> {
    const reported: Load['reported'] = [];
    const all: InboxOptions = {
      pollInterval: 25,
      onError: (error, { during }) => reported.push({ error, during }),
      ...options,
    };
    const load = new Load(await openInbox(url, all), await openInbox(url, all));
    const worker = createReceiver({ secrets: SECRET });
    worker.on('video.deleted', async ({ data }) => {
      await sleep(Math.random() * 20);
      const id = String(data.videoId);
      load.effects.set(id, (load.effects.get(id) ?? 0) + 1);
    });
    load.back.process(worker, { concurrency: 16 });
    return load;
  }

  start(senders = 8): void {
    this.#loading = true;
    // Thousands of refusals are what these tests ask for: nobody reads them.
    const receiver = createReceiver({ secrets: SECRET, inbox: this.front, onError: () => {} });
    this.#senders = Array.from({ length: senders }, () => this.#send(receiver));
  }

  async #send(receiver: Receiver): Promise<void> {
    for (; this.#loading; await sleep(10)) {
      const id = `vid_${randomUUID()}`;
      const event = { event: 'video.deleted', timestamp: new Date().toISOString(), data: { videoId: id } };
      const { body, signature } = await signedBody(event, SECRET);
      for (let status = 0; status !== 200; await sleep(10)) {
        if (this.#closed) return;
        const asked = performance.now();
        ({ status } = await receiver.receive({ body, signature }));
        this.answers.push({ asked, given: performance.now(), status });
      }
      this.acknowledged.add(id);
    }
  }

  /** The statuses of what was asked for within a stretch of time. */
  statuses(from: number, to: number): Set<number> {
    return new Set(this.answers.filter(({ asked }) => asked >= from && asked <= to).map(({ status }) => status));
  }

  async acknowledgedAgain(within = 60_000): Promise<void> {
    const { size } = this.acknowledged;
    for (const end = performance.now() + within; this.acknowledged.size < size + 20; await sleep(20)) {
      if (performance.now() > end) throw new Error(`nothing was acknowledged for ${within} ms`);
    }
  }

  /** Ends the load and shows that whatever was acknowledged is handled, once. */
  async finish(): Promise<void> {
    this.#loading = false;
    await Promise.all(this.#senders);
    await settled(this.front, { handled: this.acknowledged.size, waiting: 0, running: 0, dead: 0 }, 90_000);
    expect([...this.acknowledged].filter((id) => this.effects.get(id) !== 1)).toEqual([]);
    expect(this.effects.size).toBe(this.acknowledged.size);
  }

  /** Closes both inboxes under load, then ends the load: a sender that went on would outlive its test. */
  async close(): Promise<void> {
    await Promise.all([this.front.close(), this.back.close()]);
    this.#closed = true;
    this.#loading = false;
    await Promise.all(this.#senders);
  }
}
