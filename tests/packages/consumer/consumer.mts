import { createServer } from 'node:http';
import {
  createReceiver,
  EVENT_TYPES,
  type EventType,
  type KnownEvent,
  memoryStore,
  type Outcome,
  parseEvent,
  validateEvent,
  verify,
  WebhookError,
  type WebhookErrorCode,
  type WebhookEvent,
} from '@videocloud/webhooks';
import { type Diagnosis, diagnose } from '@videocloud/webhooks/doctor';
import { verifyWebhook as express, webhookHandler as onExpress } from '@videocloud/webhooks/express';
import { verifyWebhook as hono } from '@videocloud/webhooks/hono';
import { lambdaHandler, sqsHandler, sqsInbox } from '@videocloud/webhooks/lambda';
import { verifyWebhook as next, webhookHandler as onNext, pagesWebhookHandler } from '@videocloud/webhooks/next';
import { webhookHandler as onNode, signSync } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { VideoCloud, VideoCloudApiError } from '@videocloud/webhooks-client';
import { checkReceiver } from '@videocloud/webhooks-conformance';
import { Hono } from 'hono';

const maybe: string | undefined = ['a', 'b'][2];
const receiver = createReceiver({ secrets: () => maybe, idempotency: memoryStore(), maxAge: undefined })
  .on('video.uploaded', (event, context) => {
    const title: string = event.data.title;
    const signal: AbortSignal = context.signal;
    return void [title, signal];
  })
  .on('user.created', (event) => {
    const name: 'user.created' | 'user.registered' = event.event;
    return void name;
  });
// @ts-expect-error a misspelled name
receiver.on('video.uploadd', () => undefined);

function narrow(event: WebhookEvent): string {
  switch (event.event) {
    case 'video.processed':
      return event.data.formats.map(({ quality }) => quality).join();
    case 'comment.created':
      // @ts-expect-error not of this payload
      return event.data.formats;
    default:
      return event.timestamp;
  }
}

export async function use(): Promise<void> {
  const outcome: Outcome = await receiver.receive({ body: '{}', signature: undefined });
  const code: WebhookErrorCode | undefined = outcome.error?.code;
  const types: readonly EventType[] = EVENT_TYPES;
  const verdict = await verify(new Uint8Array(), 'x', ['a', new Uint8Array(3)]);
  if (verdict.ok) verdict.secretIndex.toFixed();
  else verdict.code satisfies WebhookErrorCode;
  const checked = validateEvent(parseEvent('{}'));
  const known: KnownEvent | undefined = checked.ok ? checked.event : undefined;
  const diagnosis: Diagnosis = await diagnose({ body: '', signature: '', secrets: 'a', headers: new Headers() });
  const { body } = await signedBody(fixture('video.deleted', { data: {} }), signSync('', 'a'));
  const client = new VideoCloud({ baseUrl: 'https://api.example.com', token: maybe });
  for await (const webhook of client.webhooks.listAll()) webhook.url.trim();
  const report = await checkReceiver(receiver.fetch, { secret: 'a' });
  console.log(narrow(parseEvent('{}')), code, types, known, diagnosis, body, report.failed);
  console.log(new WebhookError('body_not_json', 'x').hint, VideoCloudApiError, redisStore, postgresStore);
}

createServer(onNode(receiver));
const sent: string[] = [];
const accepting = createReceiver({ secrets: 's', inbox: sqsInbox(async ({ MessageBody }) => sent.push(MessageBody)) });
const status: Promise<number> = lambdaHandler(accepting)({ httpMethod: 'POST', body: '{}' }).then(
  ({ statusCode }) => statusCode,
);
void [status, sqsHandler(receiver)({ Records: [] })];
new Hono().post('/', hono({ secrets: 'a' }), (c) => c.text(c.var.webhook.event.event));
export const POST: (request: Request) => Promise<Response> = onNext(receiver);
export const handlers = [express({ secrets: 'a' }), onExpress(receiver), next({ secrets: 'a' }, () => new Response())];
export const pages = pagesWebhookHandler(receiver);
