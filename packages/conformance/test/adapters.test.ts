import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createReceiver, memoryStore, type Receiver } from '@videocloud/webhooks';
import { webhookHandler as expressHandler } from '@videocloud/webhooks/express';
import { webhookHandler as honoHandler } from '@videocloud/webhooks/hono';
import { webhookHandler as nextHandler } from '@videocloud/webhooks/next';
import { webhookHandler as nodeHandler } from '@videocloud/webhooks/node';
import express from 'express';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { type CheckOptions, checkReceiver, conformanceCases } from '../src/index.js';
import { GENEROUS } from './support/mutants.js';
import { serve } from './support/serve.js';

const SECRET = 'whk_adapter_secret_5d1e';
const PREVIOUS = 'whk_adapter_previous_88c2';

function counted(): { receiver: Receiver; options: CheckOptions } {
  const handled = new Map<string, number>();
  const failing = new Set<string>();
  const receiver = createReceiver({
    secrets: [SECRET, PREVIOUS],
    idempotency: memoryStore(),
    onError: () => undefined,
  }).on('*', (_event, { rawBody }) => {
    const key = createHash('sha256').update(rawBody).digest('hex');
    if (failing.delete(key)) throw new Error('the handler failed');
    handled.set(key, (handled.get(key) ?? 0) + 1);
  });
  const options: CheckOptions = {
    secret: SECRET,
    previousSecret: PREVIOUS,
    fast: true,
    ...GENEROUS,
    effects: ({ key }) => handled.get(key) ?? 0,
    failNext: ({ key }) => void failing.add(key),
  };
  return { receiver, options };
}

describe('our adapters pass every case, with effects', () => {
  it.each([
    ['node:http', (receiver: Receiver) => createServer(nodeHandler(receiver))],
    ['Express', (receiver: Receiver) => createServer(express().use('/webhooks', expressHandler(receiver)))],
    [
      'Hono',
      (receiver: Receiver) =>
        createServer(getRequestListener(new Hono().all('/webhooks', honoHandler(receiver)).fetch)),
    ],
  ])('%s', { timeout: 300_000 }, async (_name, serverOf) => {
    const { receiver, options } = counted();
    const served = await serve(serverOf(receiver));
    const report = await checkReceiver(served.url, options).finally(served.close);
    expect(report.results.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(report).toMatchObject({ level: 'reliable', score: 100 });
  });

  it('Next.js route handler, in process', { timeout: 300_000 }, async () => {
    const { receiver, options } = counted();
    const POST = nextHandler(receiver);
    const report = await checkReceiver((request) => POST(request), options);
    expect(report.results.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(
      report.results
        .filter(({ status }) => status === 'skipped')
        .every(({ detail }) => detail?.includes('needs bytes on a socket')),
    ).toBe(true);
    expect(report.level).toBe('reliable');
  });
});

describe('conformanceCases in a test runner', () => {
  const { receiver, options } = counted();
  const cases = conformanceCases({
    ...options,
    target: (request) => receiver.fetch(request),
    only: ['signature', 'delivery'],
  });

  it.each(cases)('$id: $title', async (one) => {
    expect((await one.run()).status).toBe('passed');
  });
});
