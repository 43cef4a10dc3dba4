// What deduplication costs: requests/s and server CPU of a receiver with each store beside one without, on Express and on
// bare `node:http`, every server in a process of its own, every request a new event. Run after a build, with REDIS_URL or
// DATABASE_URL set for those stores:
//   node packages/webhooks/bench/idempotency.js
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { signSync } from '@videocloud/webhooks/node';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const PROCESSES = Number(process.env.PROCESSES ?? 4);
// A whole run has more new events than the memory store keeps.
const REQUESTS = Number(process.env.REQUESTS ?? 20_000);
const CONNECTIONS = 16;
const { REDIS_URL, DATABASE_URL } = process.env;

const KINDS = [
  ['none'],
  ['memory'],
  // The same code as the first: how far its ratio is from 1 is the noise of this run.
  ['none again'],
  ...(REDIS_URL === undefined ? [] : [['redis', REDIS_URL]]),
  ...(DATABASE_URL === undefined ? [] : [['postgres', DATABASE_URL]]),
];

/** Whole requests as bytes, made beforehand: the load must cost less than the server. */
function requests() {
  return Array.from({ length: REQUESTS }, () => {
    const data = { videoId: randomUUID(), title: 'Мой ролик', size: 10485760, duration: 120, format: 'mp4' };
    const event = {
      event: 'video.uploaded',
      timestamp: '2024-03-31T12:00:00Z',
      data: { ...data, userId: 'usr_1', status: 'processing' },
    };
    const body = JSON.stringify(event);
    const head = `POST / HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nX-VideoCloud-Signature: ${signSync(body, 'bench-secret')}\r\n\r\n`;
    return Buffer.from(head + body);
  });
}

/** Requests a second over keep-alive connections, one request at a time on each. */
async function load(port, wanted) {
  let next = 0;
  // A load that sleeps is woken by the server's writes, which costs the server several times what a store does.
  let loading = true;
  const stayAwake = () => loading && setImmediate(stayAwake);
  stayAwake();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      for (let request = wanted[next++]; request !== undefined; request = wanted[next++]) {
        socket.write(request);
        const [answer] = await once(socket, 'data');
        if (!answer.includes('{"received":true}')) throw new Error(answer.toString());
      }
      socket.destroy();
    }),
  );
  loading = false;
  return (wanted.length * 1_000) / (performance.now() - began);
}

const cpuOf = async (child) => {
  child.send('cpu');
  return (await once(child, 'message'))[0].cpu;
};
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** One round trip of every server, the order turned by one each time; the first round warms up. */
async function measure(servers, round) {
  for (let step = 0; step < servers.length; step++) {
    const server = servers[(step + round) % servers.length];
    const wanted = requests();
    const before = await cpuOf(server.child);
    const rate = await load(server.port, wanted);
    if (round === 0) continue;
    server.rates.push(rate);
    server.cpus.push(((await cpuOf(server.child)) - before) / REQUESTS);
  }
}

for (const framework of ['Express', 'node:http']) {
  const servers = [];
  // Two processes of the same code differ by a few per cent for as long as they live: there are several of each kind.
  for (let process = 0; process < PROCESSES; process++) {
    for (const [kind, ...url] of KINDS) {
      const path = fileURLToPath(new URL('idempotency-server.js', import.meta.url));
      const child = fork(path, [framework, kind, ...url]);
      const [{ port }] = await once(child, 'message');
      servers.push({ kind, process, child, port, rates: [], cpus: [] });
    }
  }
  for (let round = 0; round <= ROUNDS; round++) await measure(servers, round);
  for (const { child } of servers) child.disconnect();

  console.log(`\n${framework.padEnd(10)} requests/s  of none   CPU µs/request  of none`);
  for (const [kind] of KINDS) {
    const all = servers.filter((server) => server.kind === kind);
    // Neighbouring measurements see the same machine: the ratio is taken round by round.
    const ratio = (what) =>
      median(
        all.flatMap((server) => {
          const bare = servers.find((other) => other.kind === 'none' && other.process === server.process);
          return server[what].map((value, round) => value / bare[what][round]);
        }),
      ).toFixed(3);
    console.log(
      kind.padEnd(10),
      String(Math.round(median(all.flatMap(({ rates }) => rates)))).padStart(10),
      ratio('rates').padStart(8),
      median(all.flatMap(({ cpus }) => cpus))
        .toFixed(1)
        .padStart(16),
      ratio('cpus').padStart(8),
    );
  }
}
