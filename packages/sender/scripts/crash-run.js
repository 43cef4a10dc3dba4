// Kills a sender with SIGKILL at random moments under load, again and again, then lets the last one finish.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createSender } from '../dist/index.js';

const CHILD = new URL('./crash-child.js', import.meta.url).pathname;

/**
 * @param {{ kills: number, random?: () => number }} options
 * @returns what was seen; `problems` is empty when every promise was kept
 */
export async function crashRun({ kills, random = Math.random }) {
  const folder = await mkdtemp(join(tmpdir(), 'sender-crash-'));
  const database = join(folder, 'videocloud.db');
  /** @type {Map<string, number>} */
  const received = new Map();
  let requests = 0;
  const receiver = createServer((request, response) => {
    const chunks = [];
    request.on('error', () => undefined);
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      // One in ten is refused, so that the schedule is in play at every kill. The answer takes a moment, so that kills fall
      // between the request and its record.
      const refused = random() < 0.1;
      const { videoId } = JSON.parse(Buffer.concat(chunks).toString()).data;
      if (!refused) received.set(videoId, (received.get(videoId) ?? 0) + 1);
      setTimeout(() => response.writeHead(refused ? 503 : 200).end(), random() * 10);
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${receiver.address().port}/hook`;
  /** @type {Set<string>} */
  const emitted = new Set();
  const problems = [];
  try {
    for (let kill = 0; kill < kills; kill += 1) await killOnce(kill);
    const began = performance.now();
    const sender = createSender({ database, allowPrivateAddresses: true, schedule: [20, 40, 80, 160, 320] });
    while (pending(sender) && performance.now() - began < 60_000) {
      await sender.idle();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (pending(sender)) problems.push('deliveries are stuck');
    for (const id of emitted) if (!received.has(id)) problems.push(`${id} was emitted and never received`);
    checkHistory(sender, received, problems);
    await sender.close();
  } finally {
    receiver.closeAllConnections();
    receiver.close();
    await rm(folder, { recursive: true, force: true });
  }
  const repeats = [...received.values()].reduce((sum, times) => sum + times - 1, 0);
  return { kills, emitted: emitted.size, received: received.size, requests, repeats, problems };

  async function killOnce(kill) {
    const child = spawn(process.execPath, [CHILD, database, url], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout });
    const ready = once(lines, 'line');
    const died = once(child, 'exit');
    const early = await Promise.race([ready.then(() => false), died.then(() => true)]);
    if (early) throw new Error('the sender did not start');
    lines.on('line', (id) => emitted.add(id));
    let n = 0;
    const feed = setInterval(() => {
      for (let burst = 0; burst < 5; burst += 1) child.stdin.write(`${kill}-${n++}\n`);
    }, 5);
    await new Promise((resolve) => setTimeout(resolve, 20 + random() * 300));
    child.kill('SIGKILL');
    clearInterval(feed);
    await died;
  }
}

const pending = (sender) => sender.deliveries({ status: 'pending', limit: 1 }).items.length > 0;

/** Attempts are numbered without a gap, the last one agrees with the delivery, and what counts as delivered was received. */
function checkHistory(sender, received, problems) {
  let before;
  for (;;) {
    const page = sender.deliveries({ limit: 1000, before });
    for (const { id } of page.items) {
      const delivery = sender.delivery(id);
      const last = delivery.attempts.at(-1);
      if (delivery.attempts.some(({ number }, index) => number !== index + 1))
        problems.push(`${id}: attempts have a gap`);
      if (delivery.attempts.length !== delivery.retries + 1) problems.push(`${id}: retries do not count the attempts`);
      if (delivery.status === 'success' && (last?.error !== undefined || last?.response?.status !== 200))
        problems.push(`${id}: success without a 200`);
      const { videoId } = JSON.parse(Buffer.from(delivery.body).toString()).data;
      if (delivery.status === 'success' && !received.has(videoId)) problems.push(`${id}: success, and never received`);
      if (delivery.status === 'failed' && delivery.attempts.length !== 6)
        problems.push(`${id}: failed after ${delivery.attempts.length} attempts`);
    }
    before = page.items.at(-1)?.id;
    if (!page.more) return;
  }
}
