// The environment and the handlers with the frameworks' own requests.
import { createReceiver, validateEvent } from '@videocloud/webhooks';
import * as forExpress from '@videocloud/webhooks/express';
import * as forKoa from '@videocloud/webhooks/koa';
import * as forNext from '@videocloud/webhooks/next';
import type { NextApiHandler, NextApiRequest } from 'next';
import type { NextRequest } from 'next/server';

import express = require('express');
import Koa = require('koa');

interface Tenant {
  tenant: string | undefined;
}
interface State {
  tenant: string;
}

const secrets = ({ env }: { env: Tenant }) => env.tenant;
const receiver = createReceiver<Tenant>({ secrets });

// Express: the parameters of the route.
const ofExpress = ({ params: { tenant } }: express.Request) => ({ tenant: tenant?.toString() });
const tenants = express();
tenants.post('/:tenant', forExpress.webhookHandler(receiver, { env: ofExpress }));
tenants.post('/v/:tenant', forExpress.verifyWebhook({ secrets, env: ofExpress }), (request, response) => {
  response.send(request.webhook?.event.event);
});
tenants.post('/', forExpress.webhookHandler(receiver, { env: ({ url }) => ({ tenant: url }) }));

// Koa: the state, typed or not.
const koa = new Koa<State>();
koa.use(forKoa.webhookHandler(receiver, { env: ({ state: { tenant } }: Koa.Context) => ({ tenant }) }));
koa.use(forKoa.webhookHandler(receiver, { env: (ctx: Koa.ParameterizedContext<State>) => ctx.state }));
koa.use(forKoa.webhookHandler(receiver, { env: ({ state: { tenant } }) => ({ tenant: String(tenant) }) }));
koa.use(forKoa.verifyWebhook({ secrets, env: (ctx: Koa.ParameterizedContext<State>) => ctx.state }));
koa.use(forKoa.verifyWebhook({ secrets, env: ({ state: { tenant } }) => ({ tenant: String(tenant) }) }));
koa.use(forKoa.webhookHandler(createReceiver({ secrets: 'a' })));
// @ts-expect-error no request of Koa
koa.use(forKoa.webhookHandler(receiver, { env: (ctx: Date) => ({ tenant: ctx.toISOString() }) }));

// Next.js, both routers.
const ofNext = (request: NextRequest) => ({ tenant: request.cookies.get('tenant')?.value });
export const POST: (request: NextRequest) => Promise<Response> = forNext.webhookHandler(receiver, { env: ofNext });
export const VERIFIED: (request: NextRequest, context: { params: Promise<State> }) => Promise<Response> =
  forNext.verifyWebhook(
    { secrets, env: ofNext },
    async (webhook, request: NextRequest, context: { params: Promise<State> }) =>
      new Response(`${webhook.event.event} ${request.nextUrl.pathname} ${(await context.params).tenant}`),
  );
export const pages: NextApiHandler = forNext.pagesWebhookHandler(receiver, {
  env: ({ cookies: { tenant } }: NextApiRequest) => ({ tenant }),
});
// @ts-expect-error no request of Next.js
forNext.webhookHandler(receiver, { env: (request: Date) => ({ tenant: request.toISOString() }) });

const checked = validateEvent({});
export const paths: (string | number)[][] = checked.ok ? [] : checked.issues.map(({ path }) => path);
