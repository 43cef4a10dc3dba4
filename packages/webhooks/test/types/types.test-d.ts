// Compiled by `npm run typecheck`, never run: every `@ts-expect-error` fails the build once its line compiles.
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { Hono } from 'hono';
import type { NextApiHandler } from 'next';
import type { NextRequest } from 'next/server.js';
import { after } from 'next/server.js';
import * as forExpress from '../../src/adapters/express.js';
import * as forHono from '../../src/adapters/hono.js';
import * as forNext from '../../src/adapters/next.js';
import * as forNode from '../../src/adapters/node.js';
import {
  constructEvent,
  createReceiver,
  type Delivery,
  type EventType,
  type eventSchema,
  type Handler,
  isEvent,
  isKnownEvent,
  isVideoEvent,
  memoryStore,
  type ReceiverOptions,
  type UnhandledReason,
  validateEvent,
  verify,
  type WebhookErrorCode,
  type WebhookEvent,
} from '../../src/index.js';
import { fixture } from '../../src/testing/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(proof: Same<A, B>): void;
declare const event: WebhookEvent;
declare const anything: unknown;
declare const maybe: string | undefined;
declare const maybeMs: number | undefined;

// A switch narrows the payload, though unknown names are in the union.
switch (event.event) {
  case 'video.uploaded':
    same<typeof event.data.title, string>(true);
    // @ts-expect-error formats belongs to video.processed
    event.data.formats;
    break;
  case 'video.processed':
    same<(typeof event.data.formats)[number]['size'], number>(true);
    // @ts-expect-error a shown payload has no members but those shown
    event.data.nope;
    break;
  case 'comment.created':
    same<typeof event.data.parentId, string | null>(true);
    break;
  case 'video.deleted':
    same<typeof event.data.anything, unknown>(true);
    break;
  // @ts-expect-error not a name of the catalog
  case 'video.upload':
    break;
}
if ((event.event as string) === 'video.renamed') event.data;

// Guards narrow, exactly and by group.
if (isEvent(anything, 'user.registered')) same<typeof anything.data.email, string>(true);
// @ts-expect-error a misspelled name
isEvent(anything, 'user.register');
if (isKnownEvent(event)) same<typeof event.event extends string ? true : false, true>(true);
if (isVideoEvent(anything)) {
  same<
    typeof anything.event,
    'video.uploaded' | 'video.processed' | 'video.published' | 'video.updated' | 'video.deleted'
  >(true);
}
const validation = validateEvent(anything);
if (validation.ok) validation.event.event;
else validation.issues[0]?.path;
// @ts-expect-error the event is there only when it is right
validation.event;
same<(typeof eventSchema)['~standard']['version'], 1>(true);

// Patterns: groups and aliases.
const receiver = createReceiver({ secrets: 's' });
receiver
  .on('user.created', (e) => same<typeof e.event, 'user.created' | 'user.registered'>(true))
  .on('user.registered', (e) => same<typeof e.event, 'user.registered'>(true))
  .on('engagement.comment', (e) => same<typeof e.event, 'engagement.comment' | 'comment.created'>(true))
  .on('system.*', (e) => same<typeof e.event, 'system.error' | 'system.warning'>(true))
  .on('user.*', (e) => same<typeof e.event, 'user.created' | 'user.updated' | 'user.deleted' | 'user.registered'>(true))
  .on('video.processed', async (e, context) => {
    same<typeof e.data.processingTime, number>(true);
    same<typeof context.signal, AbortSignal>(true);
    same<typeof context.deliveryKey, string | null>(true);
    // @ts-expect-error of another event
    e.data.title;
  })
  .on('*', (e) => {
    // @ts-expect-error handlers get cataloged names only
    if (e.event === 'video.renamed') e;
  });
// @ts-expect-error misspelled
receiver.on('video.upload', () => {});
// @ts-expect-error no such group
receiver.on('comment.*', () => {});
// Any return value.
receiver.on('video.deleted', () => 7).on('video.deleted', async (event) => event.data);

// A handler of more fits less, never the other way round.
declare const any15: Handler<'*'>;
declare const videos: Handler<'video.*'>;
receiver.on('video.*', any15).on('video.deleted', any15).on('*', any15).on('video.uploaded', videos);
// @ts-expect-error user.created is no video event
receiver.on('user.created', videos);
// @ts-expect-error '*' delivers more than videos
receiver.on('*', videos);
const names: EventType[] = ['video.uploaded', 'engagement.comment'];
for (const name of names) receiver.on(name, any15);

// Options may be maybe-undefined, with exactOptionalPropertyTypes on.
createReceiver({
  secrets: 's',
  bodyTimeout: maybeMs,
  handlerTimeout: maybeMs,
  maxBodyBytes: maybeMs,
  maxAge: maybeMs,
  maxAttempts: maybeMs,
  storeTimeout: maybeMs,
  acknowledge: undefined,
  idempotency: { store: memoryStore({ maxEntries: maybeMs }), ttl: maybeMs, lease: maybeMs, key: undefined },
  onUnhandled: ({ reason, event: unhandled }) => {
    same<typeof reason, UnhandledReason>(true);
    same<typeof unhandled, WebhookEvent | null>(true);
  },
  onError: (error) => same<typeof error.code, WebhookErrorCode>(true),
} satisfies ReceiverOptions);
createReceiver({ secrets: () => maybe });
createReceiver({ secrets: async () => [new Uint8Array(32), 'old'] });
// @ts-expect-error without secrets nothing can be verified
createReceiver({});
// @ts-expect-error a variable that may be missing must be a function, or have been checked
createReceiver({ secrets: maybe });
// @ts-expect-error a misspelled option
createReceiver({ secrets: 's', timeout: 5 });

// A parsed body is no raw body.
constructEvent('raw', anything, ['a', 'b'], { maxAge: maybeMs });
// @ts-expect-error parsed
constructEvent({ event: 'video.uploaded' }, anything, 's');
verify('raw', anything, 's').then((verdict) => {
  if (verdict.ok) same<typeof verdict.secretIndex, number>(true);
  else same<typeof verdict.code, 'signature_missing' | 'signature_malformed' | 'signature_mismatch'>(true);
  // @ts-expect-error which secret is known only when one matched
  verdict.secretIndex;
});
same<ReturnType<typeof fixture<'video.uploaded'>>['data']['duration'], number>(true);
// @ts-expect-error a number
fixture('video.uploaded', { data: { duration: '7' } });

// Express: handler and middleware fit, and req.webhook is typed.
const app = express();
app.post('/', forExpress.webhookHandler(receiver));
app.all('/', express.raw({ type: '*/*' }), forExpress.webhookHandler(receiver));
app.post('/', forExpress.verifyWebhook({ secrets: () => maybe }), (request, response) => {
  same<typeof request.webhook, Delivery | undefined>(true);
  response.json(request.webhook?.event.event);
});
express.Router().use(forExpress.verifyWebhook({ secrets: 's' }));
// @ts-expect-error verifyWebhook knows no handlers
forExpress.verifyWebhook({ secrets: 's', handlerTimeout: 5_000 });
// @ts-expect-error options are no receiver
forExpress.webhookHandler({ secrets: 's' });

// Hono: c.var.webhook is typed, inline and chained, beside the user's own Env.
interface Env {
  Bindings: { SECRET: string };
  Variables: { user: number };
}
new Hono().post('/', forHono.webhookHandler(receiver));
new Hono<Env>().post('/', forHono.webhookHandler(receiver));
new Hono<Env>().post('/', forHono.verifyWebhook({ secrets: 's' }), (c) => {
  same<typeof c.var.webhook, Delivery>(true);
  same<typeof c.var.user, number>(true);
  return c.text(c.var.webhook.event.event);
});
new Hono().use(forHono.verifyWebhook({ secrets: 's' })).post('/', (c) => c.text(c.get('webhook').event.event));
// @ts-expect-error nothing was verified here
new Hono().post('/', (c) => c.text(c.var.webhook.event.event));

// Next.js: both routers.
const POST: (request: NextRequest, context: { params: Promise<{ id: string }> }) => Promise<Response> =
  forNext.webhookHandler(receiver, { waitUntil: after });
const VERIFIED = forNext.verifyWebhook(
  { secrets: () => maybe },
  async (webhook, request, context: { params: Promise<{ id: string }> }) => {
    same<typeof webhook, Delivery>(true);
    same<typeof request, Request>(true);
    return Response.json({ id: (await context.params).id });
  },
);
const VERIFIED_ROUTE: typeof POST = VERIFIED;
const PAGES: NextApiHandler = forNext.pagesWebhookHandler(receiver);
// @ts-expect-error the handler must answer
forNext.verifyWebhook({ secrets: 's' }, () => {});
forNext.verifyWebhook<{ SECRET: string }>({ secrets: ({ env }) => env.SECRET }, () => new Response());

// node:http.
const listener: (request: IncomingMessage, response: ServerResponse) => void = forNode.webhookHandler(receiver);
same<ReturnType<typeof forNode.signSync>, string>(true);

export { listener, PAGES, POST, VERIFIED_ROUTE };
