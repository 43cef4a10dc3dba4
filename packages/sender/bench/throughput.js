// Durable sender against a plain undici loop: same sink, same bytes, same concurrency, alternating in one run.
// Usage: node bench/throughput.js [deliveries a round] [rounds] [concurrency]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { createSender } from '../dist/index.js';

const [count = 10_000, rounds = 10, concurrency = 64] = process.argv.slice(2).map(Number);
const sink = fork(new URL('./sink.js', import.meta.url), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
const [line] = await once(sink.stdout, 'data');
const url = `http://127.0.0.1:${Number(String(line))}/hook`;
const data = { videoId: 'vid_123456', title: 'x'.repeat(60), userId: 'usr_123456', status: 'ready' };

const folder = await mkdtemp(join(tmpdir(), 'sender-bench-'));
const sender = createSender({
  database: join(folder, 'bench.db'),
  allowPrivateAddresses: true,
  concurrency,
  concurrencyPerEndpoint: concurrency,
});
await sender.fetch(
  new Request('http://sender/webhooks', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, events: ['video.published'], secret: 'your_webhook_secret' }),
  }),
);

async function plain() {
  const agent = new Agent({ connections: concurrency, pipelining: 1 });
  let left = count;
  const body = Buffer.from(JSON.stringify({ event: 'video.published', timestamp: new Date().toISOString(), data }));
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'VideoCloud-Webhooks/1.0',
    'x-videocloud-signature': '0'.repeat(64),
  };
  const worker = async () => {
    while (left-- > 0) await (await request(url, { method: 'POST', dispatcher: agent, headers, body })).body.dump();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await agent.close();
}

async function durable() {
  // Emitters that wait for the disk, as many as there are connections and some: the queue never runs dry, nor over.
  let left = count;
  const emitter = async () => {
    while (left-- > 0) await sender.emit({ event: 'video.published', data });
  };
  await Promise.all(Array.from({ length: concurrency * 4 }, emitter));
  await sender.idle();
}

async function rate(work) {
  const began = performance.now();
  await work();
  return (count / (performance.now() - began)) * 1000;
}

await rate(plain);
await rate(durable);
const rows = [];
for (let round = 1; round <= rounds; round += 1) {
  const [loop, sent] = [await rate(plain), await rate(durable)];
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  rows.push({
    deliveries: (round + 1) * count,
    'undici/s': Math.round(loop),
    'sender/s': Math.round(sent),
    ratio: Number((sent / loop).toFixed(2)),
    'rss MB': Math.round(rss / 2 ** 20),
    'heap MB': Math.round(heapUsed / 2 ** 20),
  });
}
console.table(rows);
const ratios = rows.map(({ ratio }) => ratio).sort((a, b) => a - b);
console.log(`ratio: median ${ratios[Math.floor(ratios.length / 2)]}, lowest ${ratios[0]} (concurrency ${concurrency})`);
await sender.close();
sink.disconnect();
await rm(folder, { recursive: true, force: true });
