import { randomBytes } from 'node:crypto';
import { ApiError, messageOf, readJson } from '@videocloud/local-web/server';
import { DELIVERED_EVENT_TYPES, EVENT_TYPES } from '@videocloud/webhooks/protocol';
import { fixture } from '@videocloud/webhooks/testing';
import type { Sender } from '@videocloud/webhooks-sender';
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import type { ClockView, DeliveryView, Filters, ScenarioStep, SendInput, State } from '../protocol.js';
import type { Conformance } from './conformance.js';
import { conformanceRoutes } from './conformance-routes.js';
import { explained, explainInput } from './explain.js';
import { collected, exported } from './exports/index.js';
import { toEnd, toNextAttempt } from './forward.js';
import {
  exportInput,
  fieldsOf,
  forwardInput,
  MOST_EXPORTED,
  partWanted,
  probeInput,
  scenarioOf,
  sendInput,
  text,
} from './input.js';
import { Listing } from './listing.js';
import type { LiveStream } from './live-stream.js';
import { attemptView, base64, type Probes } from './probes.js';
import { notFound, Refusal } from './refusals.js';
import { play } from './scenarios.js';
import type { FormerSecrets } from './why/former-secrets.js';
import { whyRoutes } from './why/routes.js';

/** What the API behind the page works with. */
export interface ApiParts {
  readonly sender: Sender;
  readonly probes: Probes;
  readonly former: FormerSecrets;
  readonly live: LiveStream;
  readonly conformance: Conformance | undefined;
  readonly apiUrl: string;
  readonly needsToken: boolean;
  readonly schedule: readonly number[];
  readonly clock: () => ClockView;
  /** Calls the management API, with its token. */
  readonly manage: (method: string, path: string, body?: object) => Promise<Response>;
  readonly onError: (error: unknown) => void;
}

const BODY_LIMIT = 8 * 1024 * 1024;
const YEAR_SECONDS = 31_536_000;
// Events queued in one transaction.
const TOGETHER = 250;

/** The API behind the page. */
export function inspectorApi(parts: ApiParts): Hono {
  const { sender, probes, live, conformance, clock } = parts;
  const app = new Hono();
  const json = (request: Request) => readJson(request, BODY_LIMIT);
  const events: State['events'] = DELIVERED_EVENT_TYPES.map((name) => ({
    name,
    subscribable: EVENT_TYPES.some((known) => known === name),
    sample: fixture(name).data,
  }));
  const listing = new Listing(sender, probes);
  let playing = false;

  const detailOf = (id: string): DeliveryView => {
    const made = probes.detail(id);
    if (made !== undefined) return made;
    const found = sender.delivery(id);
    if (found === undefined) throw notFound('no_delivery');
    return { ...found, body: base64(found.body), attempts: found.attempts.map(attemptView) };
  };
  const idsOf = async (filters: Filters): Promise<string[]> => {
    const { items } = await listing.part({ filters, offset: 0, limit: MOST_EXPORTED, places: [] });
    if (items.length === 0) throw new Refusal('none_match');
    return items.map(({ id }) => id);
  };
  const secretOf = (id: string): Uint8Array => {
    const secret = sender.secretOf(id);
    if (secret === undefined) throw notFound('no_webhook');
    return secret;
  };

  app.get('/state', (c) => {
    const state: State = {
      clock: clock(),
      webhooks: sender.webhooks(),
      apiUrl: parts.apiUrl,
      needsToken: parts.needsToken,
      schedule: parts.schedule,
      events,
      conformance: conformance?.view ?? null,
    };
    return c.json(state);
  });

  app.post('/preferences', async (c) => {
    const { language, theme } = fieldsOf(await json(c.req.raw));
    const keep = (name: string, value: string) =>
      setCookie(c, name, value, { path: '/', maxAge: YEAR_SECONDS, sameSite: 'Strict', httpOnly: true });
    if (language === 'en' || language === 'ru') keep('lang', language);
    if (theme === 'auto' || theme === 'light' || theme === 'dark') keep('theme', theme);
    return c.json({ kept: true });
  });

  // Hono makes an answer to HEAD from that to GET, and a stream that nobody reads would keep its place.
  app.get('/live', (c) => (c.req.method === 'HEAD' ? c.body(null, 405, { allow: 'GET' }) : live.respond()));

  app.get('/deliveries', async (c) => c.json(await listing.part(partWanted(c.req.query()))));

  app.get('/deliveries/:id', (c) => c.json(detailOf(c.req.param('id'))));

  app.post('/export', async (c) => {
    const input = exportInput(await json(c.req.raw));
    const ids = 'ids' in input ? input.ids : await idsOf(input.filters);
    const { format } = input;
    const { type, name, bytes } = exported(format, collected(ids, detailOf));
    return c.body(bytes, 200, { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` });
  });

  app.post('/explain', async (c) => {
    const known = sender.webhooks().map(({ id }) => ({ id, secret: secretOf(id) }));
    return c.json(await explained(explainInput(await json(c.req.raw)), known));
  });

  app.post('/deliveries/:id/resend', async (c) => {
    await json(c.req.raw);
    const id = c.req.param('id');
    const delivery = sender.delivery(id);
    if (delivery === undefined) throw notFound('no_delivery');
    if (sender.secretOf(delivery.webhookId) === undefined)
      throw new Refusal('webhook_gone', { values: { id: delivery.webhookId } });
    return c.json(await withRefusals(() => sender.resend(id)));
  });

  app.route('/', whyRoutes({ sender, former: parts.former, detailOf, json }));

  app.post('/send', async (c) => {
    const input = sendInput(await json(c.req.raw));
    const { event } = input;
    const emit = () =>
      sender.emit({ event, data: dataOf(input), timestamp: input.timestamp ?? new Date().toISOString() });
    const deliveryIds = [...(await withRefusals(emit)).deliveryIds];
    for (let made = 1; made < input.count && deliveryIds.length > 0; made += TOGETHER) {
      const some = Array.from({ length: Math.min(TOGETHER, input.count - made) }, emit);
      for (const result of await withRefusals(() => Promise.all(some))) deliveryIds.push(...result.deliveryIds);
    }
    return c.json({ deliveryIds: deliveryIds.slice(0, 10), count: deliveryIds.length });
  });

  app.post('/probe', async (c) => {
    const { webhookId, mode, body } = probeInput(await json(c.req.raw));
    const items = await withRefusals(() => probes.send(webhookId, mode, Buffer.from(body, 'base64')));
    for (const item of items) live.send({ type: 'item', item });
    return c.json({ items });
  });

  app.post('/scenarios/:name', async (c) => {
    const name = scenarioOf(c.req.param('name'));
    const webhookId = text(fieldsOf(await json(c.req.raw)), 'webhookId');
    if (playing) throw new Refusal('playing');
    playing = true;
    const report = (step: ScenarioStep) => live.send({ type: 'step', step });
    try {
      await withRefusals(() => play(name, { sender, webhookId, manage: parts.manage, report }));
    } finally {
      playing = false;
      live.send({ type: 'clock', clock: clock() });
    }
    return c.json({ done: true });
  });

  app.post('/forward', async (c) => {
    const input = forwardInput(await json(c.req.raw));
    await withRefusals(async () => {
      if ('ms' in input) await sender.advance(input.ms);
      else if (input.to === 'end') await toEnd(sender, input.deliveryId);
      else await toNextAttempt(sender, input.deliveryId);
    });
    live.send({ type: 'clock', clock: clock() });
    return c.json(clock());
  });

  // POST, so that nothing prefetches or caches it, and a page of another origin cannot ask.
  app.post('/webhooks/:id/secret', async (c) => {
    await json(c.req.raw);
    const bytes = secretOf(c.req.param('id'));
    return c.json({ secret: new TextDecoder().decode(bytes) });
  });

  app.route('/', conformanceRoutes({ sender, conformance, json }));

  // The management API itself, as a client of it would call it.
  app.all('/manage/*', async (c) => {
    const path = new URL(c.req.url).pathname.replace(/^.*?\/manage/, '');
    const { search } = new URL(c.req.url);
    const withBody = c.req.method === 'POST' || c.req.method === 'PUT';
    const body = withBody ? fieldsOf(await json(c.req.raw)) : undefined;
    return parts.manage(c.req.method, `${path}${search}`, body);
  });

  app.notFound(() => notFound('no_operation').toResponse());
  app.onError((error) => {
    if (error instanceof ApiError) return error.toResponse();
    parts.onError(error);
    return new Refusal('fault', { code: 'internal_error' }).toResponse();
  });
  return app;
}

/** Shows the person at the page what the sender objects to. */
async function withRefusals<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError('validation_failed', messageOf(error));
  }
}

const OWN_IDS = [
  ['commentId', 'com'],
  ['videoId', 'vid'],
  ['userId', 'usr'],
] as const;

function dataOf({ data, fresh }: SendInput): object {
  const own = fresh ? OWN_IDS.find(([member]) => Object.hasOwn(data, member)) : undefined;
  return own === undefined ? data : { ...data, [own[0]]: `${own[1]}_${randomBytes(6).toString('hex')}` };
}
