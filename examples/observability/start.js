// Sends one delivery with the right secret and twenty with a wrong one, then prints what OpenTelemetry was told.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { counted, metricLines, spanTrees } from './print.js';
import { startServer } from './server.js';
import { figures, meterProvider, spans } from './telemetry.js';

const SECRET = 'example-secret';
const folder = await mkdtemp(join(tmpdir(), 'observability-'));
/** @type {string[]} */
const log = [];
const server = await startServer({
  secret: SECRET,
  file: `file:${join(folder, 'inbox.db')}`,
  onOutcome: ({ phase, result, status, code, event }) =>
    log.push(JSON.stringify({ phase, result, status, code, event })),
});

/** @type {string[]} */
const statuses = [];
for (const secret of [SECRET, ...Array.from({ length: 20 }, () => 'wrong')]) {
  const answer = await fetch(await signedRequest(server.url, fixture('video.processed'), secret));
  await answer.arrayBuffer();
  statuses.push(`  ${answer.status}`);
  while ((await server.inbox.stats()).handled === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}
await meterProvider.forceFlush();
await server.stop();
await rm(folder, { recursive: true });

console.log(`Answers\n${counted(statuses)}`);
console.log(`\nOutcomes\n${counted(log.map((line) => `  ${line}`))}`);
console.log(`\nTraces\n${counted(spanTrees(spans.getFinishedSpans()))}`);
console.log(`\nMetrics\n${metricLines(figures.getMetrics().at(-1)).join('\n')}`);
await meterProvider.shutdown();
