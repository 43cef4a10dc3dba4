// Half an hour of everything a receiver meets, at a steady rate, with its heap watched: `MINUTES=30 RATE=200 npm run long -- soak`.
// Good events, copies, rotated secrets, forgeries, junk, unknown names, handlers that fail, are slow or overrun, bodies that
// break off. Every answer is checked. Memory is flat when, the first fifth left out, neither the heap after a collection nor
// the resident set grows from the first third to the last by more than a margin, and the heap's trend is within it too.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { signSync } from '@videocloud/webhooks/node';
import { median, table } from './measure.js';

const MINUTES = Number(process.env.MINUTES ?? 30);
const RATE = Number(process.env.RATE ?? 200);
const SAMPLES = 120;
const HEAP_MARGIN = 1.05;
const RSS_MARGIN = 1.1;
const SECRETS = ['soak-secret-new', 'soak-secret-old'];

const server = fork(fileURLToPath(new URL('soak-server.js', import.meta.url)), SECRETS, { execArgv: ['--expose-gc'] });
const [{ port }] = await once(server, 'message');
const memory = async () => {
  server.send('memory');
  return (await once(server, 'message'))[0];
};

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const bodyOf = (event, data) => JSON.stringify({ event, timestamp: '2024-03-31T12:00:00Z', data });
const fresh = (mode) => bodyOf('video.deleted', { videoId: randomUUID(), mode });

function post(body, signature, headers = {}) {
  return new Promise((resolve) => {
    const outgoing = request(
      { port, host: '127.0.0.1', method: 'POST', agent, headers: { 'x-videocloud-signature': signature, ...headers } },
      (response) => response.resume().once('end', () => resolve(response.statusCode)),
    );
    outgoing.once('error', (error) => resolve(error.code));
    outgoing.end(body);
  });
}
const signed = (body, secret = SECRETS[0]) => post(body, signSync(body, secret));

function breakOff() {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{"event":');
      setTimeout(() => socket.destroy(), 50);
    });
    socket.once('error', () => undefined).once('close', () => resolve('broken off'));
  });
}

/** What is sent, how often in a hundred, and what the only right answer is. */
const KINDS = [
  { name: 'a good event', weight: 45, right: [200], send: () => signed(fresh('fine')) },
  { name: 'under the old secret', weight: 5, right: [200], send: () => signed(fresh('fine'), SECRETS[1]) },
  {
    name: 'a copy of an event',
    weight: 15,
    right: [200],
    send: async () => {
      const body = fresh('fine');
      const first = await signed(body);
      const second = await signed(body);
      return first === second ? second : `${first}, ${second}`;
    },
  },
  { name: 'of 64 KiB', weight: 2, right: [200], send: () => signed(fresh('x'.repeat(65_536))) },
  {
    name: 'an unknown name',
    weight: 5,
    right: [200],
    send: () => signed(bodyOf('video.renamed', { id: randomUUID() })),
  },
  {
    name: 'an odd payload',
    weight: 3,
    right: [200],
    send: () => signed(bodyOf('video.uploaded', { id: randomUUID() })),
  },
  { name: 'a handler that is slow', weight: 4, right: [200], send: () => signed(fresh('slow')) },
  { name: 'a handler that fails', weight: 5, right: [500], send: () => signed(fresh('fail')) },
  { name: 'a handler that overruns', weight: 1, right: [503], send: () => signed(fresh('overrun')) },
  { name: 'a forgery', weight: 5, right: [401], send: () => post(fresh('fine'), 'a'.repeat(64)) },
  { name: 'a malformed header', weight: 4, right: [401], send: () => post(fresh('fine'), `sha256=${'a'.repeat(64)}`) },
  { name: 'signed junk', weight: 3, right: [400], send: () => signed(`{"junk":"${randomUUID()}"`) },
  {
    name: 'a compressed body',
    weight: 1,
    right: [415],
    send: () => post('x', 'a'.repeat(64), { 'content-encoding': 'gzip' }),
  },
  { name: 'a body that breaks off', weight: 2, right: ['broken off'], send: breakOff },
];
const wheel = KINDS.flatMap((kind) => Array(kind.weight).fill(kind));
const sent = new Map(KINDS.map(({ name }) => [name, 0]));
const wrong = [];
let pending = 0;

async function one(kind) {
  pending++;
  const answer = await kind.send();
  pending--;
  sent.set(kind.name, sent.get(kind.name) + 1);
  if (!kind.right.includes(answer)) wrong.push(`${kind.name}: ${answer}`);
}

const length = MINUTES * 60_000;
const began = performance.now();
const samples = [];
let fired = 0;
console.log(`${MINUTES} minutes at ${RATE} a second`);
while (performance.now() - began < length) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  const elapsed = performance.now() - began;
  // What cannot be sent in time is left out, not piled up.
  const due = Math.min(Math.floor((elapsed / 1_000) * RATE), fired + 200);
  for (; fired < due && pending < 500; fired++) void one(wheel[Math.floor(Math.random() * wheel.length)]);
  if (elapsed > (samples.length * length) / SAMPLES) samples.push({ minute: elapsed / 60_000, ...(await memory()) });
}
while (pending > 0) await new Promise((resolve) => setTimeout(resolve, 50));
samples.push({ minute: MINUTES, ...(await memory()) });
server.disconnect();
agent.destroy();

const kept = samples.filter(({ minute }) => minute >= MINUTES / 5);
const third = Math.floor(kept.length / 3);
const growth = (of) => median(kept.slice(-third).map(of)) / median(kept.slice(0, third).map(of));
const heap = growth((sample) => sample.heap);
const rss = growth((sample) => sample.rss);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const x = mean(kept.map(({ minute }) => minute));
const y = mean(kept.map((sample) => sample.heap));
const slope =
  mean(kept.map((sample) => (sample.minute - x) * (sample.heap - y))) /
  mean(kept.map(({ minute }) => (minute - x) ** 2));
const trend = 1 + (slope * (kept.at(-1).minute - kept[0].minute)) / y;

const mib = (bytes) => (bytes / 1_048_576).toFixed(1);
table('Sent', ['', 'times'], [...[...sent].map(([name, times]) => [name, String(times)])]);
table(
  'Memory of the server after a collection, MiB',
  ['minute', 'heap', 'resident', 'connections'],
  Array.from({ length: 11 }, (_, n) => samples[Math.round((n * (samples.length - 1)) / 10)]).map((sample) => [
    sample.minute.toFixed(1),
    mib(sample.heap),
    mib(sample.rss),
    String(sample.connections),
  ]),
);
const flat = heap <= HEAP_MARGIN && rss <= RSS_MARGIN && trend <= HEAP_MARGIN;
console.log(`
heap, last third to first: ${heap.toFixed(3)} (at most ${HEAP_MARGIN}); its trend: ${trend.toFixed(3)} (at most ${HEAP_MARGIN})
resident set, last third to first: ${rss.toFixed(3)} (at most ${RSS_MARGIN})
${fired} sent, ${wrong.length} answered wrongly${wrong.length === 0 ? '' : `: ${wrong.slice(0, 5).join('; ')}`}
${flat ? 'memory is flat' : 'MEMORY GROWS'} over ${MINUTES} minutes`);
process.exitCode = flat && wrong.length === 0 ? 0 : 1;
