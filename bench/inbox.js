// Deliveries a second that a receiver acknowledges over 64 connections, every one different and signed: an empty handler
// beside a SQLite inbox (fsync before each answer), and beside one transaction per accept.
import { fork } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
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
  const body = JSON.stringify({
    event: 'video.uploaded',
    timestamp: '2024-03-31T12:00:00Z',
    data: {
      videoId: `vid_${++sent}`,
      title: 'Мой ролик',
      size: 10485760,
      duration: 120,
      format: 'mp4',
      userId: 'usr_123456',
      status: 'processing',
    },
  });
  const signature = createHmac('sha256', 'bench-secret').update(body).digest('hex');
  return { ...request, body, headers: { 'content-type': 'application/json', 'x-videocloud-signature': signature } };
}

const servers = [];
for (const name of NAMES) {
  const child = fork(fileURLToPath(new URL('inbox-server.js', import.meta.url)), [name]);
  const [{ port }] = await once(child, 'message');
  servers.push({ name, child, url: `http://127.0.0.1:${port}/`, cpu: [], rate: [], p99: [] });
}
const cpuOf = async (child) => {
  child.send('cpu');
  return (await once(child, 'message'))[0].cpu;
};
for (let round = 0; round < ROUNDS + 1; round++) {
  for (let step = 0; step < servers.length; step++) {
    const server = servers[(step + round) % servers.length];
    const before = await cpuOf(server.child);
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
    server.cpu.push(((await cpuOf(server.child)) - before) / answered);
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
