// OpenTelemetry with the real SDK and its own instrumentation of HTTP and Express, in processes of their own.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { createReceiver, type OutcomeInfo } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { instrument } from '@videocloud/webhooks/otel';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type CollectedSpan, startCollector } from '../support/collector.js';
import { startListener, startProgram } from '../support/processes.js';

const SECRET = 'observed-secret';
const TRACED = new URL('programs/traced.js', import.meta.url);
const TELEMETRY = new URL('programs/telemetry.js', import.meta.url).href;
const EXAMPLE = new URL('../../examples/observability/', import.meta.url);
const SERVER = 2;
const PRODUCER = 4;
const CONSUMER = 5;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function collecting() {
  const collector = await startCollector();
  cleanups.push(collector.stop);
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    VIDEOCLOUD_WEBHOOK_SECRET: SECRET,
    NODE_OPTIONS: `--import=${TELEMETRY}`,
  };
  const named = async (name: string): Promise<CollectedSpan> => {
    await expect.poll(() => collector.spans.map((span) => span.name)).toContain(name);
    return collector.spans.find((span) => span.name === name) as CollectedSpan;
  };
  /** The spans from this one's parent up to its root, once the root has come. */
  const ancestors = async (span: CollectedSpan): Promise<CollectedSpan[]> => {
    const above: CollectedSpan[] = [];
    for (let id = span.parentSpanId; id; id = above.at(-1)?.parentSpanId) {
      await expect.poll(() => collector.spans.map(({ spanId }) => spanId)).toContain(id);
      above.push(collector.spans.find(({ spanId }) => spanId === id) as CollectedSpan);
    }
    return above;
  };
  return { collector, env, named, ancestors };
}

async function send(url: string, secret = SECRET): Promise<number> {
  const answer = await fetch(await signedRequest(url, fixture('video.processed'), secret));
  await answer.arrayBuffer();
  return answer.status;
}

describe('Express with OpenTelemetry’s own instrumentation', () => {
  it('gives one trace: the HTTP request, the process span, the span the handler makes', async () => {
    const { collector, env, named, ancestors } = await collecting();
    const receiver = await startListener(TRACED, env);
    cleanups.push(() => receiver.kill());
    expect(await send(receiver.url)).toBe(200);
    const made = await named('handle video.processed');
    const [process, ...above] = await ancestors(made);
    expect(process).toMatchObject({ name: 'process video.processed', kind: CONSUMER, traceId: made.traceId });
    expect(process?.links ?? []).toEqual([]);
    expect(above.at(-1)).toMatchObject({ kind: SERVER, name: 'POST /', traceId: made.traceId });
    expect(collector.spans.filter(({ kind }) => kind === CONSUMER)).toHaveLength(1);

    // A refused delivery has the span of its HTTP request, and none of ours.
    expect(await send(receiver.url, 'wrong')).toBe(401);
    await expect.poll(() => collector.spans.filter(({ kind }) => kind === SERVER)).toHaveLength(2);
    expect(collector.spans.filter(({ kind }) => kind === CONSUMER)).toHaveLength(1);
  });
});

describe.each(['worker', 'function-worker'])('two processes that share an inbox, the second a %s', (ROLE) => {
  it('give a trace each, the worker’s linked to the request’s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'observed-inbox-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const { env, named, ancestors } = await collecting();
    const shared = { ...env, INBOX_URL: `file:${join(folder, 'shared.db')}` };
    const receiver = await startListener(TRACED, shared);
    cleanups.push(() => receiver.kill());
    expect(await send(receiver.url)).toBe(200);
    const sent = await named('send shared.db');
    expect(sent.kind).toBe(PRODUCER);
    expect((await ancestors(sent)).at(-1)).toMatchObject({ kind: SERVER, traceId: sent.traceId });

    const worker = await startProgram(TRACED, { ...shared, ROLE }, /working/);
    cleanups.push(() => worker.kill());
    const process = await named('process video.processed');
    expect(process.kind).toBe(CONSUMER);
    expect(process.parentSpanId ?? '').toBe('');
    expect(process.traceId).not.toBe(sent.traceId);
    expect(process.links).toMatchObject([{ traceId: sent.traceId, spanId: sent.spanId }]);
    expect(await ancestors(await named('handle video.processed'))).toEqual([process]);
  });
});

it('a wrong secret: 20 deliveries are 20 outcomes, and the counter is at 20', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  const instrumentation = instrument({ meterProvider });
  cleanups.push(
    () => meterProvider.shutdown(),
    () => instrumentation.disable(),
  );
  const outcomes: OutcomeInfo[] = [];
  const receiver = createReceiver({
    secrets: SECRET,
    onOutcome: (outcome) => outcomes.push(outcome),
    onError: () => {},
  });
  const server = createServer(webhookHandler(receiver));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (let i = 0; i < 20; i++) expect(await send(`http://127.0.0.1:${port}/`, 'wrong')).toBe(401);
  expect(outcomes.map(({ phase, code, status }) => [phase, code, status])).toEqual(
    Array(20).fill(['answer', 'signature_mismatch', 401]),
  );
  await meterProvider.forceFlush();
  const collected =
    exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
  const deliveries = collected.find(({ descriptor }) => descriptor.name === 'videocloud.webhooks.deliveries');
  expect(deliveries?.dataPoints.map(({ attributes, value }) => ({ ...attributes, value }))).toEqual([
    {
      'videocloud.webhooks.result': 'rejected',
      'http.response.status_code': 401,
      'error.type': 'signature_mismatch',
      value: 20,
    },
  ]);
});

it('the example prints what the page shows', async () => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', EXAMPLE), 'utf8')) as {
    scripts: { start: string };
  };
  const [command, ...args] = scripts.start.split(' ');
  expect(command).toBe('node');
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: EXAMPLE });
  const page = readFileSync(new URL('../../docs/operate/observability.md', import.meta.url), 'utf8');
  expect(page).toContain(`\`\`\`text\n${stdout}\`\`\``);
});
