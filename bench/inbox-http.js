// Deliveries a second that a receiver acknowledges over 64 connections, every one different and signed: an empty handler
// beside a SQLite inbox (fsync before each answer), and beside one transaction per accept.
import { createHmac } from 'node:crypto';
import autocannon from 'autocannon';
import { eventOf } from './event.js';
import { openServers } from './load.js';
import { median, table } from './measure.js';

const NAMES = [
  'empty handler',
  'SQLite inbox',
  'SQLite inbox, worker in the same process',
  'one transaction per accept',
];
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const ROUND_MS = Number(process.env.ROUND_MS ?? 2_000);
const CONNECTIONS = Number(process.env.CONNECTIONS ?? 64);

let sent = 0;
function nextRequest(request) {
  const body = JSON.stringify(eventOf({ videoId: `vid_${++sent}` }));
  const signature = createHmac('sha256', 'bench-secret').update(body).digest('hex');
  return { ...request, body, headers: { 'content-type': 'application/json', 'x-videocloud-signature': signature } };
}

const servers = await openServers('inbox-server.js', NAMES);
for (let round = 0; round < ROUNDS + 1; round++) {
  for (let step = 0; step < servers.length; step++) {
    const server = servers[(step + round) % servers.length];
    const before = await server.cpuTime();
    const result = await autocannon({
      url: server.url,
      method: 'POST',
      connections: CONNECTIONS,
      duration: ROUND_MS / 1_000,
      requests: [{ setupRequest: nextRequest }],
    });
    const answered = result['2xx'];
    if (result.non2xx + result.errors > 0) throw new Error(`${server.name}: ${result.non2xx} refused`);
    // The first round warms up.
    if (round === 0) continue;
    server.cpu.push(((await server.cpuTime()) - before) / answered);
    server.rate.push(answered / result.duration);
    server.p99.push(result.latency.p99);
  }
}
for (const { child } of servers) child.disconnect();

const rate = Object.fromEntries(servers.map((s) => [s.name, median(s.rate)]));
table(
  `Receivers, ${CONNECTIONS} connections, fsync on`,
  ['', 'deliveries/s', 'p99 ms', 'CPU µs/delivery'],
  servers.map((s) => [
    s.name,
    String(Math.round(rate[s.name])),
    String(median(s.p99)),
    String(Math.round(median(s.cpu))),
  ]),
);
const ratio = (a, b, limit) => [`${a} / ${b}`, rate[a] / rate[b], limit];
table(
  'Ratios',
  ['', 'ratio', 'at least'],
  [ratio('SQLite inbox', 'empty handler', 0.6), ratio('SQLite inbox', 'one transaction per accept', 3)],
);
