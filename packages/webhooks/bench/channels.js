// What the tracing channels cost while nobody subscribes: a receiver as it is against one built without its traces.
// CPU of whole deliveries, no socket; pairs of rounds in turns, the median of the ratios. `npm run long -- bench:channels`
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PAIRS = 41;
const DELIVERIES = 4_000;
const TARGET = 1.03;
const folder = fileURLToPath(new URL('..', import.meta.url));
const SECRET = 'a-secret-of-the-bench';
const BODY = Buffer.from(
  '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_123456"}}',
);

/** @param {boolean} traced */
async function load(traced) {
  const outfile = `${folder}bench/.channels-${traced}.mjs`;
  await build({
    stdin: { contents: "export { createReceiver, memoryStore, sign } from './src/index.ts';", resolveDir: folder },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    alias: {
      '#runtime': `${folder}src/runtime/node.ts`,
      '#diagnostics': `${folder}src/channels/diagnostics.node.ts`,
      '#traces': `${folder}src/channels/delivery-traces${traced ? '' : '.none'}.ts`,
    },
  });
  try {
    return await import(outfile);
  } finally {
    await rm(outfile);
  }
}

/** @param {boolean} traced */
async function contender(traced) {
  const { createReceiver, memoryStore, sign } = await load(traced);
  const receiver = createReceiver({ secrets: SECRET, idempotency: { store: memoryStore(), key: () => null } });
  receiver.on('video.deleted', () => undefined);
  const signature = await sign(BODY, SECRET);
  return async () => {
    const began = process.cpuUsage();
    for (let n = 0; n < DELIVERIES; n++) {
      const { status } = await receiver.receive({ body: BODY, signature });
      if (status !== 200) throw new Error(`answered ${status}`);
    }
    const { user, system } = process.cpuUsage(began);
    return (user + system) / DELIVERIES;
  };
}

const median = (/** @type {number[]} */ values) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

const [withChannels, without] = [await contender(true), await contender(false)];
for (let warm = 0; warm < 3; warm++) {
  await withChannels();
  await without();
}
const rounds = [];
for (let pair = 0; pair < PAIRS; pair++) {
  // In turns: what the first leaves to collect is paid by the second.
  const first = pair % 2 === 0 ? await withChannels() : await without();
  const second = pair % 2 === 0 ? await without() : await withChannels();
  rounds.push(pair % 2 === 0 ? { traced: first, bare: second } : { traced: second, bare: first });
}
const ratio = median(rounds.map(({ traced, bare }) => traced / bare));
console.log(`| CPU of a delivery, µs | with channels | without | ratio | target |
| --- | --- | --- | --- | --- |
| median of ${PAIRS} pairs | ${median(rounds.map(({ traced }) => traced)).toFixed(2)} | ${median(rounds.map(({ bare }) => bare)).toFixed(2)} | ${ratio.toFixed(3)} | ${TARGET} |`);
process.exitCode = ratio <= TARGET ? 0 : 1;
