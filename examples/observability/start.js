// Sends one delivery with the right secret and twenty with a wrong one, then prints the traces and metrics of both
// processes: in this one, which answers, and in the worker's, which runs the handler.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { counted, metricLines, spanTrees } from './print.js';
import { startServer } from './server.js';
import { figures, meterProvider, spans } from './telemetry.js';

const SECRET = 'example-secret';
const folder = await mkdtemp(join(tmpdir(), 'observability-'));
const file = `file:${join(folder, 'inbox.db')}`;
/** @type {string[]} */
const log = [];
const server = await startServer({
  secret: SECRET,
  file,
  onOutcome: ({ phase, result, status, code, event }) =>
    log.push(JSON.stringify({ phase, result, status, code, event })),
});
// With the same `--import ./telemetry.js` as this process.
const worker = fork(new URL('worker.js', import.meta.url), {
  env: { ...process.env, INBOX_URL: file, VIDEOCLOUD_WEBHOOK_SECRET: SECRET },
});

/** @type {string[]} */
const statuses = [];
for (const secret of [SECRET, ...Array.from({ length: 20 }, () => 'wrong')]) {
  const answer = await fetch(await signedRequest(server.url, fixture('video.processed'), secret));
  await answer.arrayBuffer();
  statuses.push(`  ${answer.status}`);
}
while ((await server.inbox.stats()).handled === 0) await new Promise((resolve) => setTimeout(resolve, 10));
worker.send('end');
const [theirs] = await once(worker, 'message');
await meterProvider.forceFlush();
await server.stop();
await rm(folder, { recursive: true });

const ours = spans.getFinishedSpans();
const inWorker = theirs.spans.map((/** @type {{ context: object }} */ span) => ({
  ...span,
  spanContext: () => span.context,
}));
console.log(`Answers\n${counted(statuses)}`);
console.log(`\nOutcomes\n${counted(log.map((line) => `  ${line}`))}`);
console.log(`\nTraces of the receiver\n${counted(spanTrees(ours))}`);
console.log(`\nTraces of the worker\n${counted(spanTrees(inWorker, ours))}`);
console.log(`\nMetrics of the receiver\n${metricLines(figures.getMetrics().at(-1)).join('\n')}`);
console.log(`\nMetrics of the worker\n${theirs.metrics.join('\n')}`);
await meterProvider.shutdown();
