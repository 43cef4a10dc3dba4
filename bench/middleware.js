// Server CPU a request (µs) of each middleware beside a hand-written check, every server in a process of its own.
import { sign } from '@videocloud/webhooks';
import { eventOf } from './event.js';
import { loadServers } from './load.js';
import { median, table } from './measure.js';

const NAMES = [
  'express: drain only',
  'express: express.raw + hand check',
  'express: webhookHandler',
  'fastify: raw parser + hand check',
  'fastify: fastifyWebhooks',
  'koa: hand check',
  'koa: webhookHandler',
  'hono: hand check',
  'hono: webhookHandler',
  'node:http: hand check',
  'node:http: webhookHandler',
];
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const REQUESTS = Number(process.env.REQUESTS ?? 12_000);
const body = JSON.stringify(eventOf());
const headers = { 'content-type': 'application/json', 'x-videocloud-signature': await sign(body, 'bench-secret') };

const measured = await loadServers(
  'middleware-server.js',
  NAMES.filter((name) => name.includes(process.env.ONLY ?? '')),
  () => ({ body, headers }),
  { rounds: ROUNDS, amount: REQUESTS },
);
table(
  `Middlewares, ${Buffer.byteLength(body)} B`,
  ['', 'CPU µs/request', 'requests/s'],
  Object.entries(measured).map(([name, { cpu, rate }]) => [name, cpu, String(Math.round(rate))]),
);

/** The median of the rounds' own ratios: what slows one round of a noisy machine slows both sides of its ratio. */
const ratio = (ours, theirs, limit) => {
  const a = measured[ours]?.rounds;
  const b = measured[theirs]?.rounds;
  return a && b ? [[`${ours} / ${theirs}`, median(a.map((cpu, round) => cpu / b[round])), limit]] : [];
};
table(
  `Ratios, medians of ${ROUNDS} interleaved rounds`,
  ['', 'ratio', 'at most'],
  [
    ...ratio('express: webhookHandler', 'express: express.raw + hand check', 0.95),
    ...ratio('express: webhookHandler', 'express: drain only', '–'),
    ...ratio('fastify: fastifyWebhooks', 'fastify: raw parser + hand check', 1.15),
    ...ratio('koa: webhookHandler', 'koa: hand check', 1.15),
    ...ratio('hono: webhookHandler', 'hono: hand check', 1.1),
    ...ratio('node:http: webhookHandler', 'node:http: hand check', 1.15),
  ],
);
