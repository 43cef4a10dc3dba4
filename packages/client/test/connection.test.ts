import { queryObjects } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { VideoCloud, VideoCloudApiError, VideoCloudConnectionError, VideoCloudTimeoutError } from '../src/index.js';
import { caught, clientOf, INPUT, ONCE, run, SAFE } from './faulty-client.js';
import { EMPTY, json, NOBODY_THERE, problem, serve, serveTcp } from './servers.js';

describe('refused', () => {
  it.each([...SAFE, ...ONCE])('%s: 3 attempts, as nothing was sent', async (operation) => {
    const client = clientOf(NOBODY_THERE);
    const error = await caught(run(client, operation));
    expect(error).toBeInstanceOf(VideoCloudConnectionError);
    expect(error).toMatchObject({
      attempts: 3,
      message: expect.stringContaining('ECONNREFUSED'),
      cause: { name: 'TypeError', message: 'fetch failed', cause: { code: 'ECONNREFUSED' } },
    });
    expect(client.waits).toEqual([500, 1000]);
  });

  it('a name that does not resolve: the same', async () => {
    const client = clientOf('http://nothing.invalid');
    expect(await caught(run(client, 'create'))).toMatchObject({ name: 'VideoCloudConnectionError', attempts: 3 });
  });
});

describe('a body in pieces', () => {
  it('costs its bytes, not its pieces', async () => {
    const pieces = 20_000;
    const promises = () => queryObjects(Promise, { format: 'count' });
    let most = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (++count < pieces) return controller.enqueue(new Uint8Array(1).fill(0x20));
        most = promises() - before;
        controller.enqueue(new TextEncoder().encode(JSON.stringify(EMPTY)));
        controller.close();
      },
    });
    let count = 0;
    const client = clientOf('http://127.0.0.1', { fetch: async () => new Response(body) });
    const before = promises();
    expect(await client.webhooks.list()).toEqual({ items: [] });
    expect(most).toBeLessThan(pieces / 4);
  });

  it('of which there is always one more, and none holds a byte, ends with the timeout', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array()) });
    const client = clientOf('http://127.0.0.1', { timeout: 500, maxRetries: 0, fetch: async () => new Response(body) });
    expect(await caught(client.webhooks.list())).toBeInstanceOf(VideoCloudTimeoutError);
  });
});

describe('reset', () => {
  it.each([...SAFE.map((operation) => [operation, 3] as const), ...ONCE.map((operation) => [operation, 1] as const)])(
    '%s: %i attempts',
    async (operation, attempts) => {
      const server = await serveTcp((socket) => socket.resetAndDestroy());
      const error = await caught(run(clientOf(server.url), operation));
      expect(error).toBeInstanceOf(VideoCloudConnectionError);
      expect(error).toMatchObject({ attempts });
      expect(server.requests()).toBe(attempts);
    },
  );
});

describe('hang', () => {
  it.each([...SAFE, ...ONCE])('%s: 1 attempt, ended by timeout', async (operation) => {
    const server = await serveTcp(() => undefined);
    const started = performance.now();
    const error = await caught(run(clientOf(server.url, { timeout: 600 }), operation));
    expect(error).toBeInstanceOf(VideoCloudTimeoutError);
    expect(error).toMatchObject({ attempts: 1, timeout: 600 });
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(server.requests()).toBe(1);
  });

  it.each([
    ['list', 3],
    ['create', 1],
  ] as const)('%s with attemptTimeout: %i attempts', async (operation, attempts) => {
    const server = await serveTcp(() => undefined);
    const error = await caught(run(clientOf(server.url, { attemptTimeout: 400 }), operation));
    expect(error).toBeInstanceOf(VideoCloudTimeoutError);
    expect(error).toMatchObject({ attempts, timeout: 400 });
    expect(server.requests()).toBe(attempts);
  });

  it('a fetch that does not listen to its signal does not hold the call up', async () => {
    const client = clientOf('http://127.0.0.1', { timeout: 60, fetch: () => new Promise(() => undefined) });
    expect(await caught(run(client, 'list'))).toBeInstanceOf(VideoCloudTimeoutError);
  });
});

describe('slow body', () => {
  const drip = () =>
    serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    });

  it('counts as time of the attempt and of the call', async () => {
    const server = await drip();
    expect(await caught(run(clientOf(server.url, { timeout: 600 }), 'list'))).toMatchObject({
      name: 'VideoCloudTimeoutError',
      attempts: 1,
    });
    expect(await caught(run(clientOf(server.url, { attemptTimeout: 400 }), 'list'))).toMatchObject({ attempts: 3 });
    expect(server.requests).toHaveLength(4);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i to another host: 1 attempt, and nothing goes there', async (status) => {
    const other = await serve((_, response) => json(response, 200, EMPTY));
    const server = await serve((_, response) =>
      response.writeHead(status, { location: `${other.url}/webhooks?key=hidden` }).end(),
    );
    for (const operation of ['list', 'create'] as const) {
      const error = await caught(run(clientOf(server.url, { token: 'a-token-of-the-tests' }), operation));
      expect(error).toBeInstanceOf(VideoCloudApiError);
      expect(error).toMatchObject({
        status,
        code: 'redirect_refused',
        attempts: 1,
        message: expect.stringContaining(other.url),
      });
      expect(String(error)).not.toContain('hidden');
    }
    expect(server.requests).toHaveLength(2);
    expect(other.requests).toHaveLength(0);
  });
});

describe('AbortSignal', () => {
  it('aborted before: nothing is sent', async () => {
    const server = await serve((_, response) => json(response, 200, EMPTY));
    const { webhooks } = clientOf(server.url);
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const calls = [
      webhooks.list({ signal }),
      webhooks.listAll({ signal }).next(),
      webhooks.create(INPUT, { signal }),
      webhooks.update('whk_1', {}, { signal }),
      webhooks.delete('whk_1', { signal }),
      webhooks.listDeliveries('whk_1', { signal }),
      webhooks.listAllDeliveries('whk_1', { signal }).next(),
      webhooks.sendTest('whk_1', { event: 'video.uploaded' }, { signal }),
      webhooks.ensure([], { signal }),
      webhooks.rotateSecret('whk_1', { signal }),
    ];
    expect(await Promise.all(calls.map(caught))).toEqual(calls.map(() => reason));
    expect(server.requests).toHaveLength(0);
  });

  it('during an attempt, and during a wait', async () => {
    const controller = new AbortController();
    const hanging = await serveTcp(() => controller.abort('stop'));
    expect(await caught(clientOf(hanging.url).webhooks.list({ signal: controller.signal }))).toBe('stop');
    expect(hanging.requests()).toBe(1);

    const failing = await serve((_, response) => json(response, 503, problem('internal_error')));
    const client = new VideoCloud({ baseUrl: failing.url, random: () => 1, sleep: () => new Promise(() => undefined) });
    const error = await caught(client.webhooks.list({ signal: AbortSignal.timeout(300) }));
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(error).not.toBeInstanceOf(VideoCloudTimeoutError);
    expect(failing.requests).toHaveLength(1);
  });

  it('leaves no listener on a signal that lives on', async () => {
    const server = await serve((_, response) => json(response, 200, EMPTY));
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener: add, removeEventListener: remove } = signal;
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove.apply(signal, args);
    };
    await clientOf(server.url).webhooks.list({ signal });
    expect(listeners).toBe(0);
  });
});
