import { randomBytes } from 'node:crypto';
import { HttpServers, refusalOfApiRequest } from '@videocloud/local-web/server';
import { Activity } from './activity.js';
import { managementApi } from './api/app.js';
import { createOperations } from './api/operations.js';
import { type Clock, checkMove, realClock, timestampOf, virtualClock } from './clock.js';
import { Attempts } from './delivery/attempts.js';
import { probe } from './delivery/probe.js';
import { requestHeaders } from './delivery/request-headers.js';
import { Transport } from './delivery/transport.js';
import { WorkerLoop } from './delivery/worker-loop.js';
import { type EmitInput, eventBody } from './events.js';
import { type SenderOptions, settingsOf } from './options.js';
import { guardedConnector } from './ssrf/connector.js';
import { Database } from './store/database.js';
import { DeliveryTable } from './store/deliveries.js';
import { Finder } from './store/finder.js';
import { GroupCommit } from './store/group-commit.js';
import { History } from './store/history.js';
import { Ids } from './store/ids.js';
import { Meta } from './store/meta.js';
import { SearchIndex } from './store/search-index.js';
import { WebhookTable } from './store/webhooks.js';
import type {
  DeliveryDetail,
  DeliveryPage,
  DeliveryQuery,
  DeliveryRecord,
  DeliverySearch,
  EmitResult,
  FoundDeliveries,
  ProbeRecord,
  ProbeRequest,
  SenderActivity,
  WebhookRecord,
} from './types.js';

// Deliveries and requests wait no longer for the index.
const INDEX_SLICE_MS = 10;

/** A running reference VideoCloud. */
export interface Sender {
  /** The management API, for your own code or server. Unlike `listen`, it does not check `Host` and `Origin`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Queues an event for every active webhook subscribed to it; resolves once that is durable. Throws TypeError for what is no event. */
  emit(input: EmitInput): Promise<EmitResult>;
  /** Moves the virtual clock by `ms`, stopping at everything due on the way; resolves when all of it is settled. Throws TypeError with a real clock. */
  advance(ms: number): Promise<void>;
  /** Resolves when nothing is due, under way or unrecorded; retries that are due later do not count. */
  idle(): Promise<void>;
  /**
   * Makes one attempt by hand, in place of the automatic one that is pending, and resolves with the delivery after it. Works for finished
   * deliveries and for failed webhooks too (which it does not re-activate). Throws Error for an unknown delivery or a deleted webhook.
   */
  resend(deliveryId: string): Promise<DeliveryRecord>;
  /** Serves the management API; port 0 (default) is any free one, the host is 127.0.0.1 by default. */
  listen(port?: number, host?: string): Promise<{ readonly url: string }>;
  /** Starts nothing more, finishes the attempts under way, then closes servers and database. What is queued stays queued. */
  close(): Promise<void>;
  /** All webhooks, in the order of creation. */
  webhooks(): readonly WebhookRecord[];
  /** The history over all webhooks, deleted ones included. */
  deliveries(query?: DeliveryQuery): DeliveryPage;
  /**
   * Finds deliveries by what they hold, over all webhooks. Throws TypeError for numbers out of bounds.
   *
   * A search first indexes what is not indexed yet: 100,000 deliveries take seconds, during which nothing else runs. `indexDeliveries`
   * does the same in slices.
   */
  findDeliveries(search?: DeliverySearch): FoundDeliveries;
  /** Brings the index behind `findDeliveries` up to date without blocking for long; resolves when that is done. */
  indexDeliveries(): Promise<void>;
  /** One delivery with its attempts: request bytes and headers, answer, duration, error, trigger. */
  delivery(deliveryId: string): DeliveryDetail | undefined;
  /** Calls `listener` for everything that happens, after it is durable; returns the function that ends it. */
  subscribe(listener: (activity: SenderActivity) => void): () => void;
  /** The delays between attempts, in milliseconds; their number plus one is the number of attempts of a delivery. */
  readonly schedule: readonly number[];
  /** The sender's time, in milliseconds since the epoch, and whether `advance` moves it. */
  clock(): { readonly virtual: boolean; readonly now: number };
  /** The secret of a webhook, for tools in this process; the API never answers it. Undefined for an unknown or deleted webhook. */
  secretOf(webhookId: string): Uint8Array | undefined;
  /**
   * Makes one request of exactly these headers and bytes, through the same address guard and deadline as a delivery. It is in no history,
   * is never retried and switches nothing off. Throws TypeError for what is no http(s) URL.
   */
  probe(request: ProbeRequest): Promise<ProbeRecord>;
}

/**
 * Starts a reference VideoCloud: management API, delivery engine with the documented retries, durable store.
 *
 * @throws TypeError for options that make no sense; Error when the database cannot be opened or is in use
 *
 * @example
 * ```ts
 * import { createSender } from '@videocloud/webhooks-sender';
 *
 * const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true });
 * const { url } = await sender.listen();
 * await fetch(`${url}/webhooks`, {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify({ url: 'http://127.0.0.1:3000/webhooks', events: ['video.published'], secret: 'your_webhook_secret' }),
 * });
 * await sender.emit({ event: 'video.published', data: { videoId: 'vid_1' } });
 * await sender.advance(111 * 60_000);
 * await sender.close();
 * ```
 * @see the webhook guide, "Обработка ошибок и повторные попытки"
 */
export function createSender(options: SenderOptions = {}): Sender {
  const settings = settingsOf(options);
  const { onError, timeout, concurrencyPerEndpoint } = settings;
  const database = new Database(settings.database);
  const meta = new Meta(database);
  const ids = new Ids(meta.getOrPut('id_tag', () => randomBytes(4).toString('hex').slice(0, 6)));
  const clock: Clock = settings.virtual
    ? virtualClock(Number(meta.getOrPut('virtual_now', () => String(Date.now()))))
    : realClock();
  const webhooks = new WebhookTable(database);
  const deliveries = new DeliveryTable(database);
  const history = new History(database, ids);
  const index = new SearchIndex(database, meta, ids);
  const finder = new Finder(database, history, index, ids);
  const commit = new GroupCommit(database, webhooks);
  const activity = new Activity(onError);
  const { lookup, allowedPorts, connector: given } = options;
  const connector = guardedConnector({ policy: settings.policy, timeout, lookup, allowedPorts, connector: given });
  const transport = new Transport({ connector, timeout, connections: concurrencyPerEndpoint });
  const headersOf = requestHeaders(ids, settings.extraHeaders);
  const stores = { clock, commit, deliveries, webhooks };
  const attempts = new Attempts({ ...stores, transport, schedule: settings, headersOf, onError });
  const worker = new WorkerLoop({ ...settings, ...stores, attempts, history, ids, activity });
  const operations = createOperations({ ...stores, history, finder, ids, worker, activity });
  const allowHttp = !settings.policy.nothing;
  const app = managementApi(operations, { token: settings.token, allowHttp, onError });
  const bound: string[] = [];
  const servers = new HttpServers(
    async (request) =>
      refusalOfApiRequest(request, { hosts: settings.hosts, bound })?.toResponse() ?? fetchApi(request),
  );
  let closing: Promise<void> | undefined;
  let advancing: Promise<void> = Promise.resolve();
  let open = true;

  async function fetchApi(request: Request): Promise<Response> {
    checkOpen();
    return app.fetch(request);
  }

  function checkOpen(): void {
    if (closing !== undefined) throw new Error('The sender is closed');
  }

  async function advanceTo(target: number): Promise<void> {
    await worker.idle();
    for (;;) {
      const next = open ? deliveries.nextDue(clock.now()) : undefined;
      if (next === undefined || next > target) break;
      clock.moveTo(next);
      await worker.idle();
    }
    clock.moveTo(target);
    if (open) await commit.commit(() => meta.put('virtual_now', String(clock.now())));
  }

  async function indexDeliveries(): Promise<void> {
    while (closing === undefined && !index.fill(INDEX_SLICE_MS)) await new Promise((resolve) => setImmediate(resolve));
  }

  async function close(): Promise<void> {
    const served = servers.close();
    await worker.stop();
    await served;
    commit.flush();
    await transport.close();
    open = false;
    if (clock.virtual) meta.put('virtual_now', String(clock.now()));
    database.close();
  }

  return {
    fetch: fetchApi,
    schedule: Object.freeze([...settings.delays]),
    async emit(input) {
      checkOpen();
      const body = eventBody(input, timestampOf(clock.now()));
      return { deliveryIds: await operations.emit(input.event, body) };
    },
    async advance(ms) {
      if (!clock.virtual) throw new TypeError("advance() needs a virtual clock: createSender({ clock: 'virtual' })");
      checkMove(clock, ms);
      checkOpen();
      const advance = () => {
        // Again: what was asked for before may have moved it meanwhile.
        checkMove(clock, ms);
        return advanceTo(clock.now() + ms);
      };
      advancing = advancing.then(advance, advance);
      return advancing;
    },
    async idle() {
      if (closing === undefined) await worker.idle();
    },
    async resend(deliveryId) {
      checkOpen();
      return operations.resend(deliveryId);
    },
    async listen(port = 0, host = '127.0.0.1') {
      checkOpen();
      bound.push(host);
      return servers.listen(port, host);
    },
    close() {
      closing ??= close();
      return closing;
    },
    webhooks: () => operations.list(0, undefined).map(({ webhook }) => webhook),
    deliveries: (query = {}) => operations.page(query),
    findDeliveries: (search = {}) => operations.find(search),
    indexDeliveries,
    delivery: (deliveryId) => operations.detail(deliveryId),
    subscribe: (listener) => activity.subscribe(listener),
    clock: () => ({ virtual: clock.virtual, now: clock.now() }),
    secretOf(webhookId) {
      const seq = ids.parse('whk', webhookId);
      const secret = seq === undefined ? undefined : webhooks.secretOf(seq);
      return secret && Uint8Array.from(secret);
    },
    async probe(request) {
      checkOpen();
      return probe(transport, request, clock.now());
    },
  };
}
