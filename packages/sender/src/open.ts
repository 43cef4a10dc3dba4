import { randomBytes } from 'node:crypto';
import { HttpServers, refusalOfApiRequest } from '@videocloud/local-web/server';
import { managementApi } from './api/app.js';
import { backendOf } from './backend.js';
import { type Clock, realClock, timestampOf, virtualClock } from './clock.js';
import { Engine } from './engine/engine.js';
import { probe } from './engine/probe.js';
import { Transport } from './engine/transport.js';
import { eventBody } from './events.js';
import { guardedConnector } from './guard/connector.js';
import type { SenderOptions, Settings } from './options.js';
import type { Sender } from './sender.js';
import { Committer } from './store/committer.js';
import { Database, readText } from './store/database.js';
import { DeliveryTable } from './store/deliveries.js';
import { History } from './store/history.js';
import { Ids } from './store/ids.js';
import { WebhookTable } from './store/webhooks.js';
import type { SenderActivity } from './types.js';

/** Puts the parts together; see `createSender`. */
export function openSender(options: SenderOptions, settings: Settings): Sender {
  const database = new Database(settings.database);
  const meta = metaTable(database);
  const ids = new Ids(meta.take('id_tag', () => randomBytes(4).toString('hex').slice(0, 6)));
  const clock: Clock = settings.virtual
    ? virtualClock(Number(meta.take('virtual_now', () => String(Date.now()))))
    : realClock();
  const webhooks = new WebhookTable(database);
  const deliveries = new DeliveryTable(database);
  const history = new History(database, ids);
  const listeners = new Set<(activity: SenderActivity) => void>();
  const committer = new Committer(database, {
    beforeCommit: () => webhooks.writeTouched(),
    onRollback: () => webhooks.reload(),
    afterFlush: () => engine.committed(),
  });
  const connector = guardedConnector({ ...options, policy: settings.policy, timeout: settings.timeout });
  const transport = new Transport({
    connector,
    timeout: settings.timeout,
    connections: settings.concurrencyPerEndpoint,
  });
  const engine = new Engine({
    clock,
    committer,
    deliveries,
    webhooks,
    transport,
    ...settings,
    headersFor: (claim, signature) => ({
      'Content-Type': 'application/json',
      'User-Agent': 'VideoCloud-Webhooks/1.0',
      'X-VideoCloud-Signature': signature,
      ...settings.extraHeaders({
        deliveryId: ids.format('del', claim.seq),
        webhookId: ids.format('whk', claim.webhook),
        event: claim.event,
        attempt: claim.number,
        trigger: claim.trigger,
      }),
    }),
    onStarted: ({ seq, webhook, trigger }) =>
      tell(() => ({
        type: 'attempt_started',
        deliveryId: ids.format('del', seq),
        webhookId: ids.format('whk', webhook),
        trigger,
      })),
    onFinished: ({ seq }, success) =>
      tell(() => {
        const delivery = history.get(seq);
        return delivery && { type: 'attempt_finished', delivery, success };
      }),
  });
  const backend = backendOf({ clock, committer, webhooks, deliveries, history, ids, engine, tell });
  const app = managementApi(backend, {
    token: settings.token,
    allowHttp: !settings.policy.nothing,
    onError: settings.onError,
  });
  const servers = new HttpServers(
    async (request) =>
      refusalOfApiRequest(request, { hosts: settings.hosts, bound })?.toResponse() ?? fetchApi(request),
  );
  const bound: string[] = [];
  let closing: Promise<void> | undefined;
  let advancing: Promise<void> = Promise.resolve();
  let open = true;

  function tell(make: () => SenderActivity | undefined): void {
    if (listeners.size === 0) return;
    const activity = make();
    if (activity === undefined) return;
    for (const listener of listeners) {
      try {
        listener(activity);
      } catch (error) {
        settings.onError(error);
      }
    }
  }

  async function fetchApi(request: Request): Promise<Response> {
    checkOpen();
    return app.fetch(request);
  }

  function checkOpen(): void {
    if (closing !== undefined) throw new Error('The sender is closed');
  }

  async function advanceTo(target: number): Promise<void> {
    await engine.idle();
    for (;;) {
      const next = open ? deliveries.nextDue(clock.now()) : undefined;
      if (next === undefined || next > target) break;
      clock.moveTo(next);
      await engine.idle();
    }
    clock.moveTo(target);
    if (open) await committer.commit(() => meta.put('virtual_now', String(clock.now())));
  }

  async function close(): Promise<void> {
    const served = servers.close();
    await engine.stop();
    await served;
    committer.flush();
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
      return { deliveryIds: await backend.emit(input.event, body) };
    },
    async advance(ms) {
      if (!clock.virtual) throw new TypeError("advance() needs a virtual clock: createSender({ clock: 'virtual' })");
      if (!Number.isFinite(ms) || ms < 0) throw new TypeError('advance(ms) takes milliseconds, 0 or more');
      checkOpen();
      advancing = advancing.then(
        () => advanceTo(clock.now() + ms),
        () => advanceTo(clock.now() + ms),
      );
      return advancing;
    },
    async idle() {
      if (closing === undefined) await engine.idle();
    },
    async resend(deliveryId) {
      checkOpen();
      return backend.resend(deliveryId);
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
    webhooks: () => backend.list(0, undefined).map(({ webhook }) => webhook),
    deliveries: (query = {}) => backend.page(query),
    delivery: (deliveryId) => backend.detail(deliveryId),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
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

function metaTable(database: Database) {
  const read = database.prepare('SELECT value FROM meta WHERE key = ?');
  const write = database.prepare(
    'INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    put: (key: string, value: string) => write.run(key, value),
    take(key: string, make: () => string): string {
      const row = read.get(key);
      if (row !== undefined) return readText(row, 'value');
      const value = make();
      write.run(key, value);
      return value;
    },
  };
}
