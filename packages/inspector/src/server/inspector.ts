import { randomBytes } from 'node:crypto';
import { ASSET_CACHE, languageOf, themeOf } from '@videocloud/local-web/page-server';
import { checkOptionNames, HttpServers, hostNames, pageGuard } from '@videocloud/local-web/server';
import type { Sender } from '@videocloud/webhooks-sender';
import { Hono } from 'hono';
import { getCookie } from 'hono/cookie';
import type { ClockView } from '../protocol.js';
import { inspectorApi } from './api.js';
import { assets } from './assets.js';
import { CANNED_PATH, cannedAnswers, type Env } from './canned.js';
import { Conformance, type ConformanceKit } from './conformance.js';
import { flow } from './forward.js';
import { LiveStream } from './live-stream.js';
import { inspectorPage } from './page.js';
import { Probes } from './probes.js';
import { FormerSecrets } from './why/former-secrets.js';

/** Options of `createInspector`. */
export interface InspectorOptions {
  /** Whose deliveries are shown; it stays the caller's to close. */
  readonly sender: Sender;
  /** Where the management API is served, for the calls the page shows. Default `http://127.0.0.1:4010`. */
  readonly apiUrl?: string | undefined;
  /** Bearer token of the management API, when the sender was given one. */
  readonly apiToken?: string | undefined;
  /** Lets a virtual clock flow with real time, so that fast-forward is on top of it. Default `true`. */
  readonly flowing?: boolean | undefined;
  /** Runs the conformance kit; without it the page has no such tab. */
  readonly conformance?: ConformanceKit | undefined;
  /** Host names under which the page may be asked for, besides `localhost` and numeric addresses. */
  readonly hosts?: readonly string[] | undefined;
  /** Asked for once, in the address. Default: none on loopback, a random one when `listen` binds elsewhere. */
  readonly token?: string | undefined;
  /** Called with faults of the page's server; it must not throw. Default: `console.error`. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The inspector page of a sender. */
export interface Inspector {
  /** The page and what it asks for, for a server of your own. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Serves the page; port 0 (default) is any free one. The address holds the token when one is asked for. */
  listen(port?: number, host?: string): Promise<{ readonly url: string }>;
  /** Ends open pages' streams and the servers; the sender goes on. */
  close(): Promise<void>;
}

const NAMES: readonly (keyof InspectorOptions)[] = [
  'sender',
  'apiUrl',
  'apiToken',
  'flowing',
  'conformance',
  'hosts',
  'token',
  'onError',
];
const FLOW_MS = 250;
const INDEX_MS = 500;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * Makes the inspector: a local page that sends events, shows deliveries byte by byte, says why one was refused, and moves the clock.
 *
 * It can do whatever the sender can, so it listens on loopback by default.
 *
 * @throws TypeError for options that make no sense
 *
 * @example
 * ```ts
 * import { createSender } from '@videocloud/webhooks-sender';
 * import { createInspector } from '@videocloud/webhooks-inspector';
 *
 * const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true });
 * const inspector = createInspector({ sender });
 * const { url } = await inspector.listen(4011);
 * console.log(url);
 * ```
 * @see the webhook guide, "Тестирование вебхуков"
 */
export function createInspector(options: InspectorOptions): Inspector {
  checkOptionNames('createInspector', options, NAMES);
  const { sender, apiToken, apiUrl = 'http://127.0.0.1:4010' } = options;
  if (typeof sender?.subscribe !== 'function') throw new TypeError('sender must be what createSender gave');
  if (typeof apiUrl !== 'string') throw new TypeError('apiUrl must be given as a string: of a URL object, its href');
  if (options.token !== undefined && !/^[\w.~-]{16,}$/.test(options.token))
    throw new TypeError('token must be at least 16 letters, digits, dots, dashes or underscores');
  let token = options.token;
  const onError = options.onError ?? ((error) => console.error('The webhook inspector:', error));
  const probes = new Probes(sender);
  const former = new FormerSecrets(sender);
  const live = new LiveStream();
  const flowing = sender.clock().virtual && options.flowing !== false;
  const clock = (): ClockView => ({ ...sender.clock(), flowing: flowing || !sender.clock().virtual });
  const conformance =
    options.conformance &&
    new Conformance(options.conformance, (view) => live.send({ type: 'conformance', conformance: view }));

  let indexing: NodeJS.Timeout | undefined;
  const active = new Set(activeOf(sender));
  const ends = [
    sender.subscribe((activity) => {
      if (activity.type === 'attempt_started') live.send({ type: 'started', deliveryId: activity.deliveryId });
      if ('delivery' in activity) live.send({ type: 'item', item: activity.delivery });
      if (activity.type === 'delivery_queued') index();
      if (activity.type === 'webhook_changed') former.note(activity.webhookId);
      if (activity.type === 'webhook_changed' || activity.type === 'attempt_finished') sendWebhooks();
    }),
    ...(flowing ? [flow(sender, FLOW_MS, onError)] : []),
  ];

  // In the background, so that a search finds the index ready.
  function index(): void {
    indexing ??= setTimeout(() => {
      sender
        .indexDeliveries()
        .catch(onError)
        .finally(() => {
          indexing = undefined;
        });
    }, INDEX_MS).unref();
  }

  function sendWebhooks(): void {
    live.send({ type: 'webhooks', webhooks: sender.webhooks() });
    const now = new Set(activeOf(sender));
    // With a webhook that failed or was deleted, its pending deliveries end, and nothing is said of each.
    if ([...active].some((id) => !now.has(id))) live.send({ type: 'outdated' });
    active.clear();
    for (const id of now) active.add(id);
  }

  const manage = (method: string, path: string, body?: object) =>
    sender.fetch(
      new Request(new URL(path, 'http://videocloud.invalid'), {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(apiToken === undefined ? {} : { authorization: `Bearer ${apiToken}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );

  const app = new Hono<Env>();
  const bound: string[] = [];
  app.all(CANNED_PATH, cannedAnswers());
  app.use(pageGuard({ allowed: { hosts: hostNames(options.hosts), bound }, token: () => token }));
  app.get('/', (c) => {
    const language = languageOf(getCookie(c, 'lang'), c.req.header('accept-language'));
    return c.html(inspectorPage(language, themeOf(getCookie(c, 'theme'))));
  });
  app.get('/assets/:tag/:name', (c) => {
    const found = Object.values(assets()).find(({ path }) => path === c.req.path);
    if (found === undefined) return c.notFound();
    return c.body(found.bytes, 200, {
      'content-type': found.type,
      'cache-control': ASSET_CACHE,
    });
  });
  app.route(
    '/api',
    inspectorApi({
      sender,
      probes,
      former,
      live,
      conformance,
      clock,
      manage,
      onError,
      needsToken: apiToken !== undefined,
      apiUrl: apiUrl.replace(/\/+$/, ''),
      schedule: sender.schedule,
    }),
  );
  const fetch = async (request: Request, env?: Env['Bindings']) => app.fetch(request, env ?? {});
  const servers = new HttpServers(fetch);

  return {
    fetch: (request) => fetch(request),
    async listen(port = 0, host = '127.0.0.1') {
      bound.push(host);
      if (!LOOPBACK.test(host)) token ??= randomBytes(24).toString('base64url');
      const { url } = await servers.listen(port, host);
      return { url: token === undefined ? `${url}/` : `${url}/?token=${token}` };
    },
    async close() {
      for (const end of ends) end();
      clearTimeout(indexing);
      conformance?.stop();
      live.close();
      await servers.close();
    },
  };
}

const activeOf = (sender: Sender): string[] =>
  sender
    .webhooks()
    .filter(({ status }) => status === 'active')
    .map(({ id }) => id);
