// Server CPU a request (µs) of each middleware beside a hand-written check, every server in a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sign } from '@videocloud/webhooks';
import autocannon from 'autocannon';
import { median, table } from './measure.js';

const NAMES = [
  'express: drain only',
  'express: express.raw + hand check',
  'express: webhookHandler',
  'hono: hand check',
  'hono: webhookHandler',
  'node:http: hand check',
  'node:http: webhookHandler',
];
const ROUNDS = Number(process.env.ROUNDS ?? 7);
const REQUESTS = Number(process.env.REQUESTS ?? 12_000);
const body = JSON.stringify({
  event: 'video.uploaded',
  timestamp: '2024-03-31T12:00:00Z',
  data: {
    videoId: 'vid_123456',
    title: 'Мой ролик',
    size: 10485760,
    duration: 120,
    format: 'mp4',
    userId: 'usr_123456',
    status: 'processing',
  },
});
const headers = { 'content-type': 'application/json', 'x-videocloud-signature': await sign(body, 'bench-secret') };

const servers = [];
for (const name of NAMES.filter((n) => n.includes(process.env.ONLY ?? ''))) {
  const child = fork(fileURLToPath(new URL('middleware-server.js', import.meta.url)), [name]);
  const [{ port }] = await once(child, 'message');
  servers.push({ name, child, url: `http://127.0.0.1:${port}/`, cpu: [], rate: [] });
}
const cpuOf = async (child) => {
  child.send('cpu');
  return (await once(child, 'message'))[0].cpu;
};
for (let round = 0; round < ROUNDS + 1; round++) {
  for (let step = 0; step < servers.length; step++) {
    const server = servers[(step + round) % servers.length];
    const before = await cpuOf(server.child);
    const began = performance.now();
    const result = await autocannon({
      url: server.url,
      method: 'POST',
      body,
      headers,
      connections: 16,
      amount: REQUESTS,
    });
    if (result['2xx'] !== REQUESTS) throw new Error(`${server.name}: ${result['2xx']} of ${REQUESTS} answered 2xx`);
    // The first round warms up.
    if (round === 0) continue;
    server.cpu.push(((await cpuOf(server.child)) - before) / REQUESTS);
    server.rate.push((REQUESTS * 1_000) / (performance.now() - began));
  }
}
for (const { child } of servers) child.disconnect();

const cpu = Object.fromEntries(servers.map((s) => [s.name, median(s.cpu)]));
table(
  `Middlewares, ${Buffer.byteLength(body)} B`,
  ['', 'CPU µs/request', 'requests/s'],
  servers.map((s) => [s.name, cpu[s.name], String(Math.round(median(s.rate)))]),
);
const ratio = (a, b, limit) => [`${a} / ${b}`, cpu[a] / cpu[b], limit];
table(
  'Ratios',
  ['', 'ratio', 'at most'],
  [
    ratio('express: webhookHandler', 'express: express.raw + hand check', 0.8),
    ratio('express: webhookHandler', 'express: drain only', 1.08),
    ratio('hono: webhookHandler', 'hono: hand check', 1.05),
    ratio('node:http: webhookHandler', 'node:http: hand check', 1.15),
  ],
);
