import type { components } from '../generated/openapi.js';
import type { Delivery, Webhook } from '../webhooks/types.js';

type Create = components['schemas']['WebhookCreate'];
type Update = components['schemas']['WebhookUpdate'];

/** What the account of the mock holds at first. */
export interface MockSeed {
  webhooks?: readonly Webhook[] | undefined;
  /** Id of a webhook → its deliveries, in any order. */
  deliveries?: Readonly<Record<string, readonly Delivery[]>> | undefined;
}

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

interface Entry {
  order: number;
  webhook: Webhook;
  deliveries: { order: number; delivery: Delivery }[];
}

/** The account behind the mock. Ids count up, so that every run gives the same ones. */
export class MemoryAccount {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  #count = 0;

  constructor({ webhooks = [], deliveries = {} }: MockSeed, now: () => number) {
    this.#now = now;
    for (const webhook of webhooks) this.#add(structuredClone(webhook));
    for (const [id, list] of Object.entries(deliveries)) {
      const entry = this.#entries.get(id);
      if (entry === undefined) throw new TypeError(`seed.deliveries: no webhook ${id} in seed.webhooks`);
      const byTime = [...list].sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
      for (const delivery of byTime)
        entry.deliveries.push({ order: this.#next(), delivery: structuredClone(delivery) });
    }
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  list(limit: number | undefined, after: number): Page<Webhook> {
    const rest = [...this.#entries.values()].filter((entry) => entry.order > after);
    return paged(rest, limit, ({ webhook }) => webhook);
  }

  create({ url, events }: Create): Webhook {
    const id = this.#id('whk');
    return this.#add({ id, url, events: [...events], status: 'active', createdAt: this.#timestamp() });
  }

  update(id: string, { url, events, status }: Update): Webhook | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (url !== undefined) entry.webhook.url = url;
    if (events !== undefined) entry.webhook.events = [...events];
    if (status !== undefined) entry.webhook.status = status;
    return entry.webhook;
  }

  delete(id: string): boolean {
    return this.#entries.delete(id);
  }

  deliveries(id: string, limit: number, before: number): (Page<Delivery> & { total: number }) | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const rest = entry.deliveries.filter(({ order }) => order < before).reverse();
    return { ...paged(rest, limit, ({ delivery }) => delivery), total: entry.deliveries.length };
  }

  /** Records a test delivery as a success. Nothing is sent. */
  test(id: string, event: string): { deliveryId: string; status: string } | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const timestamp = this.#timestamp();
    const deliveryId = this.#id('del');
    const delivery = { id: deliveryId, event, status: 'success', responseCode: 200, timestamp, retries: 0 };
    entry.deliveries.push({ order: this.#next(), delivery });
    entry.webhook.lastDelivery = { success: true, timestamp };
    return { deliveryId, status: 'sent' };
  }

  #add(webhook: Webhook): Webhook {
    this.#entries.set(webhook.id, { order: this.#next(), webhook, deliveries: [] });
    return webhook;
  }

  #next(): number {
    this.#count++;
    return this.#count;
  }

  #id(prefix: string): string {
    return `${prefix}_${String(this.#next()).padStart(6, '0')}`;
  }

  /** In whole seconds, as in the guide. */
  #timestamp(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

function paged<T extends { order: number }, U>(
  rest: readonly T[],
  limit: number | undefined,
  show: (item: T) => U,
): Page<U> {
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const more = last !== undefined && page.length < rest.length;
  return { items: page.map(show), ...(more ? { nextCursor: `cur_${last.order}` } : {}) };
}
