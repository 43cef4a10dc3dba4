import { describe, expect, it, vi } from 'vitest';
import { createReceiver, memoryStore } from '../../src/index.js';
import { type QueueLike, queueHandler, queueInbox } from '../../src/queues/cloudflare.js';
import { fixture, signedBody } from '../../src/testing/index.js';
import { bundled, hasMiniflare, miniflare } from '../stores/cloudflare/backends.js';

const SECRET = 'queue-secret';

interface Settled {
  ack?: true;
  retry?: { delaySeconds?: number };
}

/** A message that records how it was settled. */
function message(body: unknown, attempts = 1) {
  const settled: Settled = {};
  return {
    settled,
    id: 'id',
    body,
    attempts,
    ack: () => {
      settled.ack = true;
    },
    retry: (options: { delaySeconds?: number } = {}) => {
      settled.retry = options;
    },
  };
}

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;

describe('queueHandler', () => {
  const receiver = createReceiver({ secrets: SECRET, onError: () => undefined }).on('video.processed', (event) => {
    if (event.data.status !== 'ready') throw new Error('not ready');
  });

  it('acknowledges what was handled and what has no handler', async () => {
    const messages = [message(bytes(fixture('video.processed'))), message(bytes(fixture('user.deleted')))];
    await queueHandler(receiver)({ queue: 'events', messages });
    expect(messages.map(({ settled }) => settled)).toEqual([{ ack: true }, { ack: true }]);
  });

  it.each([
    [1, 60],
    [2, 300],
    [5, 3_600],
    [100, 3_600],
    [0, 60],
  ])('retries attempt %i after %i s', async (attempts, delaySeconds) => {
    const failing = message(bytes(fixture('video.processed', { data: { status: 'broken' } })), attempts);
    await queueHandler(receiver)({ queue: 'events', messages: [failing] });
    expect(failing.settled).toEqual({ retry: { delaySeconds } });
  });

  it('retries what is no event, so that the dead letter queue keeps it', async () => {
    const odd = message(bytes('not an event'));
    await queueHandler(receiver)({ queue: 'events', messages: [odd] });
    expect(odd.settled).toEqual({ retry: { delaySeconds: 60 } });
  });

  it.each([
    ['without a store', {}],
    ['with one', { idempotency: memoryStore() }],
  ])('retries a payload that no handler may get, until the dead letter queue takes it (%s)', async (_, options) => {
    const strict = createReceiver({ secrets: SECRET, onError: () => undefined, ...options });
    strict.on('video.processed', () => expect.unreachable());
    const odd = { ...fixture('video.processed'), data: { videoId: 7 } };
    for (const attempts of [1, 2]) {
      const invalid = message(bytes(odd), attempts);
      await queueHandler(strict)({ queue: 'events', messages: [invalid] });
      expect(invalid.settled).toEqual({ retry: { delaySeconds: [0, 60, 300][attempts] } });
    }
  });

  it('retries a message that another producer wrote, and settles its neighbors', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const [foreign, good] = [message({ parsed: true }), message(bytes(fixture('video.processed')))];
    await queueHandler(receiver)({ queue: 'events', messages: [foreign, good] });
    expect([foreign.settled, good.settled]).toEqual([{ retry: { delaySeconds: 60 } }, { ack: true }]);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it('takes a body that is too large for a message from the bucket, and retries what the bucket does not have', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const objects = new Map<string, Uint8Array>();
    const bucket = {
      put: async (key: string, body: Uint8Array) => objects.set(key, body),
      get: async (key: string) => {
        const body = objects.get(key);
        return body === undefined ? null : { arrayBuffer: async () => new Uint8Array(body).buffer };
      },
    };
    const sent: [unknown, string][] = [];
    const queue: QueueLike = { send: async (body, { contentType }) => sent.push([body, contentType]) };
    const accepting = createReceiver({ secrets: SECRET, inbox: queueInbox(queue, { bucket }) });
    for (const size of [100, 126_000, 127_000, 1_000_000]) {
      const { body, signature } = await signedBody(
        `${JSON.stringify(fixture('video.processed'))}${' '.repeat(size)}`,
        SECRET,
      );
      expect(await accepting.receive({ body, signature })).toMatchObject({ status: 200 });
    }
    expect(sent.map(([, contentType]) => contentType)).toEqual(['bytes', 'bytes', 'json', 'json']);
    const [small, , , large] = sent.map(([body]) => message(body));
    const handle = queueHandler(receiver, { bucket: () => bucket });
    await handle({ queue: 'events', messages: [small, large] as never });
    expect([small?.settled, large?.settled]).toEqual([{ ack: true }, { ack: true }]);
    const lost = message({ bucketKey: 'videocloud-webhooks/lost' });
    const unset = message(sent[3]?.[0]);
    await handle({ queue: 'events', messages: [lost] });
    await queueHandler(receiver)({ queue: 'events', messages: [unset] });
    expect([lost.settled, unset.settled]).toEqual(Array(2).fill({ retry: { delaySeconds: 60 } }));
    expect(log.mock.calls.map(([, error]) => String(error))).toEqual([
      'Error: The bucket has no videocloud-webhooks/lost',
      'TypeError: The body is in a bucket: give queueHandler the option bucket',
    ]);
    log.mockRestore();
  });

  it.each([
    ['took', false],
    ['refused', true],
  ])('leaves observers their bytes, though the platform %s those it was given', async (_, refuses) => {
    const seen: (number | undefined)[] = [];
    const sent: unknown[] = [];
    const queue: QueueLike = {
      async send(given) {
        // As workerd does: the buffer is moved, not copied.
        sent.push(structuredClone(given, { transfer: [(given as Uint8Array<ArrayBuffer>).buffer] }));
        if (refuses) throw new Error('Queue is overloaded');
      },
    };
    const accepting = createReceiver({
      secrets: SECRET,
      inbox: queueInbox(queue),
      onOutcome: ({ bytes }) => seen.push(bytes),
      onError: (_, { rawBody }) => seen.push(rawBody?.byteLength),
    });
    const { body, signature } = await signedBody(fixture('video.processed'), SECRET);
    expect(await accepting.receive({ body, signature })).toMatchObject({ status: refuses ? 503 : 200 });
    const size = body.byteLength;
    expect(sent).toEqual([new Uint8Array(body)]);
    expect(seen).toEqual(refuses ? [size, size] : [size]);
  });

  it('hands the environment of the Worker to the handlers', async () => {
    const seen: unknown[] = [];
    const tenant = createReceiver<{ name: string }>({ secrets: SECRET }).on('*', (_, { env }) => seen.push(env));
    const env = { name: 'one' };
    await queueHandler(tenant)({ queue: 'events', messages: [message(bytes(fixture('video.processed')))] }, env);
    expect(seen).toEqual([env]);
    // @ts-expect-error the environment is missing
    await queueHandler(tenant)({ queue: 'events', messages: [] });
  });

  it('keeps the Worker alive for a handler that runs out of time', async () => {
    let end: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      end = resolve;
    });
    const options = { handlerTimeout: 1_000, idempotency: memoryStore(), onError: () => undefined };
    const slow = createReceiver({ secrets: SECRET, ...options }).on('*', () => running);
    const [first, again] = [1, 2].map((attempts) => message(bytes(fixture('video.processed')), attempts));
    const kept: Promise<unknown>[] = [];
    const ctx = { waitUntil: (work: Promise<unknown>) => void kept.push(work) };
    vi.useFakeTimers();
    const handled = queueHandler(slow)({ queue: 'events', messages: [first] as never }, undefined, ctx);
    await vi.advanceTimersByTimeAsync(1_100);
    vi.useRealTimers();
    await handled;
    expect(first?.settled).toEqual({ retry: { delaySeconds: 60 } });
    expect(kept.length).toBeGreaterThan(0);
    end();
    await Promise.all(kept);
    await queueHandler(slow)({ queue: 'events', messages: [again] as never }, undefined, ctx);
    expect(again?.settled).toEqual({ ack: true });
  });

  it('refuses what is not a receiver', () => {
    expect(() => queueHandler({} as never)).toThrow(/createReceiver/);
    expect(() => queueInbox(undefined as never)).toThrow(/env\.QUEUE/);
    const queue: QueueLike = { send: async () => undefined };
    expect(() => queueInbox(queue, { buckets: {} } as never)).toThrow(/bucket/);
    expect(() => queueHandler(receiver, { buckets: {} } as never)).toThrow(/bucket/);
    expect(() => queueHandler(receiver, { bucket: {} } as never)).toThrow('bucket must be a function, not object');
  });
});

const WORKER = `
  import { createReceiver } from '../../../src/index.ts';
  import { queueHandler, queueInbox } from '../../../src/queues/cloudflare.ts';
  import { durableObjectStore, WebhookClaims } from '../../../src/stores/durable-object.ts';
  export { WebhookClaims };
  const note = (env, what) => env.RUNS.prepare('INSERT INTO runs (what) VALUES (?)').bind(what).all();
  const secrets = ({ env }) => env.SECRET;
  const accepting = createReceiver({ secrets, inbox: ({ env }) => queueInbox(env.QUEUE) });
  const handling = createReceiver({
    secrets,
    idempotency: { store: ({ env }) => durableObjectStore(env.CLAIMS), lease: 1_500 },
    handlerTimeout: 1_000,
    onError: () => undefined,
  }).on('video.processed', async (_, { env }) => {
    const { results } = await env.RUNS.prepare('SELECT what FROM runs').all();
    await note(env, results.length === 0 ? 'killed' : 'handled');
    // The first run never ends, as if its isolate were gone: nobody releases its claim, only the lease ends it.
    if (results.length === 0) await new Promise(() => undefined);
  });
  const acceptingLate = createReceiver({ secrets, inbox: ({ env }) => queueInbox(env.LATE) });
  const late = createReceiver({
    secrets,
    idempotency: { store: ({ env }) => durableObjectStore(env.CLAIMS), lease: 59_000 },
    handlerTimeout: 1_000,
    onError: () => undefined,
  }).on('video.deleted', async (_, { env }) => {
    await note(env, 'late began');
    await scheduler.wait(2_000);
    await note(env, 'late ended');
  });
  const handlers = { events: queueHandler(handling), late: queueHandler(late) };
  export default {
    async fetch(request, env, ctx) {
      const { pathname } = new URL(request.url);
      if (pathname === '/migrate') return Response.json(await env.RUNS.prepare('CREATE TABLE runs (what TEXT)').all());
      if (pathname === '/runs') return Response.json((await env.RUNS.prepare('SELECT what FROM runs').all()).results.map(({ what }) => what));
      return (pathname === '/late' ? acceptingLate : accepting).fetch(request, env, ctx);
    },
    async queue(batch, env, ctx) {
      const retried = batch.messages.map((message) => ({
        id: message.id, body: message.body, attempts: message.attempts,
        ack: () => message.ack(),
        // Not at once for the late one: a next event in this isolate must not keep the first alive.
        retry: () => message.retry({ delaySeconds: batch.queue === 'late' ? 20 : 0 }),
      }));
      await handlers[batch.queue]({ queue: batch.queue, messages: retried }, env, ctx);
    },
  };
`;

describe.skipIf(!hasMiniflare)('a queue on workerd', () => {
  it('answers 200 once the queue holds the delivery, and runs it once more after a run that died', {
    timeout: 120_000,
  }, async () => {
    const server = miniflare({
      script: await bundled(WORKER),
      bindings: { SECRET },
      d1Databases: ['RUNS'],
      durableObjects: { CLAIMS: { className: 'WebhookClaims', useSQLite: true } },
      queueProducers: { QUEUE: 'events', LATE: 'late' },
      queueConsumers: {
        events: { maxBatchTimeout: 0.1, maxRetries: 100, retryDelay: 0 },
        late: { maxBatchTimeout: 0.1, maxRetries: 100, retryDelay: 0 },
      },
    });
    try {
      await (await server.dispatchFetch('http://worker.test/migrate')).text();
      const { body, headers } = await signedBody(fixture('video.processed'), SECRET);
      const response = await server.dispatchFetch('http://worker.test/webhooks', { method: 'POST', body, headers });
      expect(response.status).toBe(200);
      const runs = async () => (await (await server.dispatchFetch('http://worker.test/runs')).json()) as string[];
      await expect.poll(runs, { timeout: 90_000, interval: 100 }).toEqual(['killed', 'handled']);
      const forged = { ...headers, 'x-videocloud-signature': '0'.repeat(64) };
      const refused = await server.dispatchFetch('http://worker.test/webhooks', {
        method: 'POST',
        body,
        headers: forged,
      });
      expect(refused.status).toBe(401);
      expect(await runs()).toEqual(['killed', 'handled']);
      // What exceeds its handlerTimeout goes on: the event of the queue is kept alive for it.
      const deleted = await signedBody(fixture('video.deleted'), SECRET);
      const { status } = await server.dispatchFetch('http://worker.test/late', {
        method: 'POST',
        body: deleted.body,
        headers: deleted.headers,
      });
      expect(status).toBe(200);
      const expected = ['killed', 'handled', 'late began', 'late ended'];
      await expect.poll(runs, { timeout: 30_000, interval: 100 }).toEqual(expected);
    } finally {
      await server.dispose();
    }
  });
});
