// 10,000 open connections against one `node:http` server with a receiver and the memory store: idle, delivering all at
// once, and each holding back half of a body. What must hold: everybody else is answered meanwhile, every event is handled
// once, held-back bodies are answered 408, and afterwards the server is as it was. Run after a build:
//   node packages/webhooks/bench/connections.js        (CONNECTIONS=10000)
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { signSync } from '@videocloud/webhooks/node';

const CONNECTIONS = Number(process.env.CONNECTIONS ?? 10_000);
const BATCH = 250;
const SECRET = 'connections-secret';
const failures = [];
const check = (holds, what) => {
  console.log(`${holds ? '  ok ' : 'FAIL '} ${what}`);
  if (!holds) failures.push(what);
};

const child = fork(fileURLToPath(new URL('connections-server.js', import.meta.url)), [SECRET], {
  execArgv: ['--expose-gc'],
});
const [{ port }] = await once(child, 'message');
const state = async () => {
  child.send('state');
  return (await once(child, 'message'))[0];
};
/** The state once it is as it should be, at the latest after ten seconds. */
const settled = async (holds) => {
  let now = await state();
  for (let n = 0; n < 100 && !holds(now); n++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    now = await state();
  }
  return now;
};
const mib = (bytes) => `${(bytes / 1_048_576).toFixed(1)} MiB`;

function requestOf(id, signature) {
  const event = { event: 'video.deleted', timestamp: '2024-03-31T12:00:00Z', data: { videoId: id } };
  const body = JSON.stringify(event);
  return Buffer.from(
    `POST / HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-VideoCloud-Signature: ${signature ?? signSync(body, SECRET)}\r\n\r\n${body}`,
  );
}

/** One connection, with its answers' status codes in order. */
class Connection {
  statuses = [];
  closed = false;
  #waiting;
  constructor(socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      for (const [, status] of chunk.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g)) this.statuses.push(status);
      this.#waiting?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.closed = true;
      this.#waiting?.();
    });
  }
  static async open() {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return new Connection(socket);
  }
  /** The next status, or 'closed'. */
  async next(seen = this.statuses.length) {
    while (this.statuses.length === seen && !this.closed) await new Promise((resolve) => (this.#waiting = resolve));
    return this.statuses[seen] ?? 'closed';
  }
}

const inBatches = async (count, work) => {
  const results = [];
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    results.push(...(await Promise.all(Array.from({ length: size }, (_, n) => work(from + n)))));
  }
  return results;
};
const tally = (values) => {
  const counts = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return JSON.stringify(counts);
};

let bystanders = 0;
/** Somebody else, with a good and a forged delivery; what they were answered and how long the slower one took. */
async function bystander() {
  const began = performance.now();
  const statuses = [];
  for (const signature of [undefined, 'a'.repeat(64)]) {
    const connection = await Connection.open();
    connection.socket.write(requestOf(`bystander-${bystanders++}`, signature));
    statuses.push(await connection.next());
    connection.socket.destroy();
  }
  return { statuses: statuses.join(), took: Math.round(performance.now() - began) };
}
const checkBystander = async (when) => {
  const { statuses, took } = await bystander();
  check(statuses === '200,401' && took < 2_000, `${when}, a bystander is answered ${statuses} in ${took} ms`);
};

await inBatches(500, async (n) => {
  const connection = await Connection.open();
  connection.socket.write(requestOf(`warm-${n}`));
  await connection.next();
  connection.socket.destroy();
});
const before = await state();

const opened = performance.now();
const connections = await inBatches(CONNECTIONS, () => Connection.open());
const idle = await settled((now) => now.connections === CONNECTIONS);
const each = (now) => `${((now.rss - before.rss) / 1_024 / CONNECTIONS).toFixed(1)} KiB of RSS each`;
console.log(`${CONNECTIONS} connections opened in ${Math.round(performance.now() - opened)} ms`);
check(idle.connections === CONNECTIONS, `the server holds ${idle.connections}, ${each(idle)}, heap ${mib(idle.heap)}`);
await checkBystander('while all are idle');

const delivering = performance.now();
for (const [n, { socket }] of connections.entries()) socket.write(requestOf(`event-${n}`));
const delivered = await Promise.all(connections.map((connection) => connection.next(0)));
const handled = await state();
check(
  delivered.every((status) => status === '200'),
  `one delivery on each at once: ${tally(delivered)}, ${Math.round(performance.now() - delivering)} ms`,
);
check(
  handled.events === CONNECTIONS && handled.most === 1,
  `${handled.events} events handled, each at most ${handled.most} time(s)`,
);

for (const [n, { socket }] of connections.entries()) {
  const request = requestOf(`held-${n}`);
  socket.write(request.subarray(0, request.length - 20));
}
const holding = performance.now();
await new Promise((resolve) => setTimeout(resolve, 1_000));
const held = await state();
check(held.connections === CONNECTIONS, `all hold back half a body: ${each(held)}, heap ${mib(held.heap)}`);
await checkBystander('while all hold back half a body');
const refused = await Promise.all(connections.map((connection) => connection.next(1)));
const waited = performance.now() - holding;
check(
  refused.every((status) => status === '408'),
  `held-back bodies: ${tally(refused)}, after ${Math.round(waited)} ms at most`,
);
check(waited < 20_000, 'within twice the body timeout of 10 s');

for (const { socket } of connections) socket.destroy();
connections.length = 0;
// What the store remembers of the handled events is meant to stay.
const limit = before.heap + CONNECTIONS * 400 + 8 * 1_048_576;
const after = await settled((now) => now.connections === 0 && now.heap < limit);
check(after.connections === 0, `afterwards ${after.connections} connections are left`);
check(
  after.heap < limit,
  `heap ${mib(before.heap)} before, ${mib(after.heap)} after, with ${CONNECTIONS} keys remembered; at most ${mib(limit)}`,
);
check(after.events === CONNECTIONS, 'nothing of what was held back was handled');
await checkBystander('afterwards');
check((await state()).errors === 0, 'onError was never called');
child.disconnect();
console.log(failures.length === 0 ? 'all holds' : `${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
