import { subscribedName } from '@videocloud/webhooks/protocol';
import type { Activity } from '../activity.js';
import { type Clock, timestampOf } from '../clock.js';
import type { WorkerLoop } from '../delivery/worker-loop.js';
import { eventBody, testData } from '../events.js';
import type { DeliveryTable } from '../store/deliveries.js';
import type { Finder } from '../store/finder.js';
import type { GroupCommit } from '../store/group-commit.js';
import type { History } from '../store/history.js';
import type { Ids } from '../store/ids.js';
import type { Webhook, WebhookTable } from '../store/webhooks.js';
import type {
  DeliveryDetail,
  DeliveryPage,
  DeliveryQuery,
  DeliveryRecord,
  DeliverySearch,
  FoundDeliveries,
  WebhookRecord,
} from '../types.js';
import type { ApiOperations } from './app.js';

/** What the operations work with. */
export interface OperationParts {
  readonly clock: Clock;
  readonly commit: GroupCommit;
  readonly webhooks: WebhookTable;
  readonly deliveries: DeliveryTable;
  readonly history: History;
  readonly finder: Finder;
  readonly ids: Ids;
  readonly worker: WorkerLoop;
  readonly activity: Activity;
}

/** The operations of the API, and those of the sender object alone. */
export interface Operations extends ApiOperations {
  emit(event: string, body: Uint8Array): Promise<string[]>;
  resend(deliveryId: string): Promise<DeliveryRecord>;
  page(query: DeliveryQuery): DeliveryPage;
  find(search: DeliverySearch): FoundDeliveries;
  detail(deliveryId: string): DeliveryDetail | undefined;
}

const LONGEST_SEARCH = 500;
const MOST_PLACES = 50;

/** Makes the operations behind the API and the sender object: each is one transaction, after which the worker loop takes up what is due. */
export function createOperations(parts: OperationParts): Operations {
  const { clock, commit, webhooks, deliveries, history, finder, ids, worker, activity } = parts;

  const find = (id: string): Webhook | undefined => {
    const seq = ids.parse('whk', id);
    return seq === undefined ? undefined : webhooks.get(seq);
  };

  const show = ({ seq, url, events, status, createdAt, lastAt, lastSuccess }: Webhook): WebhookRecord => ({
    id: ids.format('whk', seq),
    url,
    events,
    status,
    createdAt: timestampOf(createdAt),
    ...(lastAt === undefined ? {} : { lastDelivery: { success: lastSuccess, timestamp: timestampOf(lastAt) } }),
  });

  /** Queues one body for webhooks; the answer is the row numbers. */
  async function queue(
    event: string,
    body: Uint8Array,
    origin: 'event' | 'test',
    choose: () => Webhook[],
  ): Promise<string[]> {
    const queued = await commit.commit(() => {
      // Chosen inside the transaction: a webhook switched off by an attempt recorded just before gets nothing.
      const chosen = choose();
      if (chosen.length === 0) return [];
      const now = clock.now();
      const row = deliveries.insertEvent(event, body);
      return chosen.map(({ seq }) => ({
        webhook: seq,
        seq: deliveries.insert(seq, { row, name: event }, origin, now),
        dueAt: now,
      }));
    });
    for (const { webhook, seq, dueAt } of queued) {
      worker.ready(webhook, dueAt);
      activity.publish(() => {
        const delivery = history.get(seq);
        return delivery && { type: 'delivery_queued', delivery };
      });
    }
    return queued.map(({ seq }) => ids.format('del', seq));
  }

  const changed = (id: string) => activity.publish(() => ({ type: 'webhook_changed', webhookId: id }));

  return {
    async create(input) {
      const webhook = show(await commit.commit(() => webhooks.create(input, clock.now())));
      changed(webhook.id);
      return webhook;
    },
    list(after, limit) {
      const found: { seq: number; webhook: WebhookRecord }[] = [];
      for (const webhook of webhooks.all()) {
        if (webhook.seq <= after) continue;
        if (limit !== undefined && found.length >= limit) break;
        found.push({ seq: webhook.seq, webhook: show(webhook) });
      }
      return found;
    },
    exists: (id) => find(id) !== undefined,
    async update(id, changes) {
      const record = await commit.commit(() => {
        const webhook = find(id);
        return webhook === undefined ? undefined : webhooks.update(webhook.seq, changes);
      });
      if (record !== undefined) changed(id);
      return record && show(record);
    },
    async remove(id) {
      const seq = find(id)?.seq;
      if (seq === undefined) return false;
      const removed = await commit.commit(() => {
        if (!webhooks.delete(seq, clock.now())) return false;
        deliveries.endPending(seq, 'webhook_deleted: the webhook was deleted');
        deliveries.endManual(seq);
        return true;
      });
      if (removed) {
        worker.forget(seq);
        changed(id);
      }
      return removed;
    },
    deliveries(id, before, limit) {
      const seq = ids.parse('whk', id) ?? 0;
      return { total: history.count(seq), items: history.list({ webhook: seq, before, limit }) };
    },
    async test(id, event) {
      const body = eventBody({ event, data: testData(event) }, timestampOf(clock.now()));
      const [deliveryId] = await queue(event, body, 'test', () => {
        const webhook = find(id);
        return webhook === undefined ? [] : [webhook];
      });
      return deliveryId;
    },
    emit(event, body) {
      const name = subscribedName(event) ?? event;
      return queue(event, body, 'event', () =>
        [...webhooks.all()].filter((webhook) => webhook.status === 'active' && webhook.events.includes(name)),
      );
    },
    async resend(deliveryId) {
      const seq = ids.parse('del', deliveryId);
      const delivery = seq === undefined ? undefined : history.get(seq);
      if (seq === undefined || delivery === undefined) throw new Error(`There is no delivery ${deliveryId}`);
      const queued = await commit.commit(() => {
        // Looked up inside the transaction: a webhook deleted just before has no attempts any more.
        const webhook = find(delivery.webhookId)?.seq;
        if (webhook === undefined) return undefined;
        const dueAt = clock.now();
        const number = deliveries.resend(seq, dueAt, (recorded) => worker.isUnderWay(seq, recorded));
        return { webhook, dueAt, number };
      });
      if (queued === undefined) throw new Error(`The webhook of ${deliveryId} was deleted`);
      const { webhook, dueAt, number } = queued;
      const attempted = worker.manualAttempt(seq, webhook, number);
      worker.ready(webhook, dueAt);
      await attempted;
      return history.get(seq) ?? delivery;
    },
    page({ webhookId, status, limit = 100, before }) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
        throw new TypeError('limit must be an integer from 1 to 1000');
      const start = before === undefined ? Number.MAX_SAFE_INTEGER : ids.parse('del', before);
      const webhook = webhookId === undefined ? undefined : ids.parse('whk', webhookId);
      if (start === undefined || (webhookId !== undefined && webhook === undefined)) return { items: [], more: false };
      const found = history.list({ webhook, status, before: start, limit: limit + 1 });
      return { items: found.slice(0, limit).map(({ delivery }) => delivery), more: found.length > limit };
    },
    find({ webhookId, status, event, search = '', offset = 0, limit = 100, places = [] }) {
      if (!Number.isSafeInteger(offset) || offset < 0) throw new TypeError('offset must be an integer from 0');
      if (!Number.isInteger(limit) || limit < 0 || limit > 2000)
        throw new TypeError('limit must be an integer from 0 to 2000');
      if (search.length > LONGEST_SEARCH) throw new TypeError(`search must be at most ${LONGEST_SEARCH} characters`);
      if (places.length > MOST_PLACES) throw new TypeError(`places must be at most ${MOST_PLACES} ids`);
      // Row numbers begin with 1: nothing is 0, and everything is newer.
      const webhook = webhookId === undefined ? undefined : (ids.parse('whk', webhookId) ?? 0);
      const rows = places.map((id) => ids.parse('del', id) ?? 0);
      return finder.find({ webhook, status, event, search, offset, limit, places: rows });
    },
    detail(deliveryId) {
      const seq = ids.parse('del', deliveryId);
      return seq === undefined ? undefined : history.detail(seq);
    },
  };
}
