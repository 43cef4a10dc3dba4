// One contender in a process of its own; says its port, then its CPU time whenever it is asked.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { serve } from '@hono/node-server';
import { createReceiver } from '@videocloud/webhooks';
import * as ours from '@videocloud/webhooks/express';
import * as oursFastify from '@videocloud/webhooks/fastify';
import * as oursHono from '@videocloud/webhooks/hono';
import * as oursKoa from '@videocloud/webhooks/koa';
import * as oursNode from '@videocloud/webhooks/node';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';

const secret = 'bench-secret';
const key = createSecretKey(secret, 'utf8');
const HEX = /^[0-9a-f]{64}$/i;
const good = (body, signature) =>
  HEX.test(signature ?? '') &&
  timingSafeEqual(createHmac('sha256', key).update(body).digest(), Buffer.from(signature, 'hex'));
const receiver = createReceiver({ secrets: secret }).on('*', () => {});
const JSON_TYPE = { 'content-type': 'application/json' };
const RECEIVED = '{"received":true}';
const REFUSED = '{"error":{"code":"signature_mismatch"}}';

const app = (...handlers) => {
  const server = express();
  server.post('/', ...handlers);
  return (port) =>
    server.listen(0, '127.0.0.1', function () {
      port(this.address().port);
    });
};
const hono = (handler) => (port) => {
  const server = new Hono();
  server.post('/', handler);
  serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' }, (info) => port(info.port));
};
const fastify = (register) => async (port) => {
  const server = Fastify();
  register(server);
  await server.listen({ port: 0, host: '127.0.0.1' });
  port(server.server.address().port);
};
const koa = (middleware) => node(new Koa().use(middleware).callback());
const node = (listener) => (port) => {
  const server = createServer(listener).listen(0, '127.0.0.1', () => port(server.address().port));
};

const contenders = {
  'express: drain only': app((req, res) => {
    req.on('data', () => {}).on('end', () => res.type('json').send(RECEIVED));
  }),
  'express: express.raw + hand check': app(express.raw({ type: 'application/json' }), (req, res) => {
    if (!good(req.body, req.headers['x-videocloud-signature'])) return res.status(401).type('json').send(REFUSED);
    JSON.parse(req.body.toString());
    res.type('json').send(RECEIVED);
  }),
  'express: webhookHandler': app(ours.webhookHandler(receiver)),
  'fastify: raw parser + hand check': fastify((server) => {
    server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
    server.post('/', (request, reply) => {
      const ok = good(request.body, request.headers['x-videocloud-signature']);
      if (ok) JSON.parse(request.body.toString());
      reply
        .code(ok ? 200 : 401)
        .headers({ ...JSON_TYPE })
        .send(ok ? RECEIVED : REFUSED);
    });
  }),
  'fastify: fastifyWebhooks': fastify((server) =>
    server.register(oursFastify.fastifyWebhooks, { receiver, path: '/' }),
  ),
  'koa: hand check': koa(async (ctx) => {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const ok = good(body, ctx.get('x-videocloud-signature'));
    if (ok) JSON.parse(body.toString());
    ctx.status = ok ? 200 : 401;
    ctx.type = 'application/json';
    ctx.body = ok ? RECEIVED : REFUSED;
  }),
  'koa: webhookHandler': koa(oursKoa.webhookHandler(receiver)),
  'hono: hand check': hono(async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (!good(body, c.req.header('x-videocloud-signature'))) return c.body(REFUSED, 401, { ...JSON_TYPE });
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return c.body(RECEIVED, 200, { ...JSON_TYPE });
  }),
  'hono: webhookHandler': hono(oursHono.webhookHandler(receiver)),
  'node:http: hand check': node((req, res) => {
    const chunks = [];
    req
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        const body = Buffer.concat(chunks);
        const ok = good(body, req.headers['x-videocloud-signature']);
        if (ok) JSON.parse(body.toString());
        res.writeHead(ok ? 200 : 401, { ...JSON_TYPE }).end(ok ? RECEIVED : REFUSED);
      });
  }),
  'node:http: webhookHandler': node(oursNode.webhookHandler(receiver)),
};

contenders[process.argv[2]]((port) => process.send({ port }));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system, user, system });
});
process.on('disconnect', () => process.exit());
