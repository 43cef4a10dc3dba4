import { describe, expect, it } from 'vitest';
import {
  VideoCloud,
  VideoCloudApiError,
  VideoCloudConnectionError,
  type VideoCloudOptions,
  VideoCloudTimeoutError,
} from '../src/index.js';
import { closedPort, EMPTY, json, problem, serve, serveTcp, WEBHOOK } from './servers.js';

const INPUT = {
  url: 'https://your-server.com/webhooks',
  events: ['video.uploaded'],
  secret: 'a secret of the tests',
} as const;

/** A client that writes its waits down instead of sitting them out; jitter is at its largest. */
function clientOf(baseUrl: string, options: Partial<VideoCloudOptions> = {}) {
  const waits: number[] = [];
  const client = new VideoCloud({
    baseUrl,
    random: () => 1,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { ...client, webhooks: client.webhooks, waits };
}
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('should have been rejected'),
    (error: unknown) => error,
  );

/** Every operation that is safe to repeat. */
const SAFE = ['list', 'update', 'delete', 'listDeliveries'] as const;
const ONCE = ['create', 'sendTest'] as const;
function run(
  client: Pick<VideoCloud, 'webhooks'>,
  operation: (typeof SAFE)[number] | (typeof ONCE)[number],
): Promise<unknown> {
  const { webhooks } = client;
  switch (operation) {
    case 'list':
      return webhooks.list();
    case 'update':
      return webhooks.update('whk_123456', { status: 'active' });
    case 'delete':
      return webhooks.delete('whk_123456');
    case 'listDeliveries':
      return webhooks.listDeliveries('whk_123456');
    case 'create':
      return webhooks.create(INPUT);
    case 'sendTest':
      return webhooks.sendTest('whk_123456', { event: 'video.uploaded' });
  }
}

describe('refused', () => {
  it.each([...SAFE, ...ONCE])('%s: 3 attempts, as nothing was sent', async (operation) => {
    const client = clientOf(await closedPort());
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
  it.each([...SAFE, ...ONCE])('%s: 1 attempt, given up after timeout', async (operation) => {
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

describe('429', () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    ['seconds', '3', 3_000],
    ['a date', new Date(now + 7_000).toUTCString(), 7_000],
    ['0', '0', 0],
    ['a date in the past', new Date(now - 60_000).toUTCString(), 0],
    ['more than 10 s', '3600', 10_000],
    ['a date too far', new Date(now + 3_600_000).toUTCString(), 10_000],
    ['nonsense', 'soon', 500],
    ['a negative number', '-5', 500],
    ['a fraction', '1.5', 500],
    ['blank', ' ', 500],
  ])('Retry-After: %s (%s) waits %i ms', async (_, value, wait) => {
    const server = await serve((n, response) =>
      n === 1 ? json(response, 429, problem('rate_limited'), { 'retry-after': value }) : json(response, 200, EMPTY),
    );
    const client = clientOf(server.url, { now: () => now });
    expect(await client.webhooks.list()).toEqual({ items: [] });
    expect(client.waits).toEqual([wait]);
    expect(server.requests).toHaveLength(2);
  });

  it('3 attempts, then the error of the server', async () => {
    const server = await serve((_, response) =>
      json(response, 429, problem('rate_limited'), { 'x-request-id': 'req_7' }),
    );
    const error = await caught(run(clientOf(server.url), 'list'));
    expect(error).toBeInstanceOf(VideoCloudApiError);
    expect(error).toMatchObject({ status: 429, code: 'rate_limited', attempts: 3, requestId: 'req_7' });
    expect(server.requests).toHaveLength(3);
  });

  it('does not wait beyond the end of the call, but says at once what the server said', async () => {
    const server = await serve((_, response) => json(response, 429, problem('rate_limited'), { 'retry-after': '9' }));
    const client = clientOf(server.url, { timeout: 5_000 });
    expect(await caught(run(client, 'list'))).toMatchObject({ status: 429, attempts: 1 });
    expect(client.waits).toEqual([]);
  });

  it.each(ONCE)('%s: 1 attempt', async (operation) => {
    const server = await serve((_, response) => json(response, 429, problem('rate_limited'), { 'retry-after': '0' }));
    expect(await caught(run(clientOf(server.url), operation))).toMatchObject({ status: 429, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('statuses', () => {
  it.each([408, 429, 500, 502, 503, 504, 599])('%i: repeated', async (status) => {
    const server = await serve((n, response) =>
      json(response, n < 3 ? status : 200, n < 3 ? problem('internal_error') : EMPTY),
    );
    const client = clientOf(server.url);
    await client.webhooks.list();
    expect(client.waits).toEqual([500, 1000]);
  });

  it.each([400, 401, 403, 404, 409, 413, 422])('%i: not repeated', async (status) => {
    const server = await serve((_, response) => json(response, status, problem('some_code')));
    expect(await caught(run(clientOf(server.url), 'list'))).toMatchObject({ status, code: 'some_code', attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([0, 1, 4])('maxRetries %i', async (maxRetries) => {
    const server = await serve((_, response) => json(response, 503, problem('internal_error')));
    const client = clientOf(server.url, { maxRetries });
    expect(await caught(run(client, 'list'))).toMatchObject({ attempts: maxRetries + 1 });
    expect(client.waits).toEqual([500, 1000, 2000, 4000].slice(0, maxRetries));
    expect(server.requests).toHaveLength(maxRetries + 1);
  });

  it('jitter goes from nothing to the whole of the delay', async () => {
    const server = await serve((_, response) => json(response, 503, problem('internal_error')));
    const client = clientOf(server.url, { random: () => 0.25 });
    await caught(run(client, 'list'));
    expect(client.waits).toEqual([125, 250]);
  });

  it('sends the same bytes again', async () => {
    const server = await serve((n, response) =>
      n < 3 ? json(response, 500, problem('internal_error')) : json(response, 200, { success: true, data: WEBHOOK }),
    );
    const client = clientOf(server.url, { token: 'a-token-of-the-tests' });
    await client.webhooks.update('whk_123456', { events: ['video.deleted'] });
    expect(server.requests).toHaveLength(3);
    for (const { method, url, body, headers } of server.requests) {
      expect({ method, url, body }).toEqual({
        method: 'PUT',
        url: '/webhooks/whk_123456',
        body: '{"events":["video.deleted"]}',
      });
      expect(headers).toMatchObject({
        authorization: 'Bearer a-token-of-the-tests',
        'content-type': 'application/json',
      });
    }
  });
});

describe('delete', () => {
  it('found gone after an answer was lost is done', async () => {
    const server = await serve((n, response) =>
      n === 1 ? response.destroy() : json(response, 404, problem('not_found')),
    );
    expect(await run(clientOf(server.url), 'delete')).toEqual({ id: 'whk_123456', deleted: true });
  });

  it('found gone at once, or after a 429, is an error', async () => {
    const gone = await serve((_, response) => json(response, 404, problem('not_found')));
    expect(await caught(run(clientOf(gone.url), 'delete'))).toMatchObject({ code: 'not_found', attempts: 1 });
    const limited = await serve((n, response) =>
      json(response, n === 1 ? 429 : 404, problem(n === 1 ? 'rate_limited' : 'not_found')),
    );
    expect(await caught(run(clientOf(limited.url), 'delete'))).toMatchObject({ code: 'not_found', attempts: 2 });
  });
});

describe('answers that are not what the API promises', () => {
  it('an HTML error page: repeated as its status says, then its status and beginning', async () => {
    const page = `<html>${'<p>Bad gateway</p>'.repeat(1_000)}</html>`;
    const server = await serve((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end(page));
    expect(await caught(run(clientOf(server.url), 'list'))).toMatchObject({
      name: 'VideoCloudApiError',
      status: 502,
      code: 'invalid_response',
      body: page.slice(0, 2_048),
      attempts: 3,
    });
    expect(server.requests).toHaveLength(3);
    expect(await caught(run(clientOf(server.url), 'create'))).toMatchObject({ status: 502, attempts: 1 });
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    ['an HTML page with 200', '<html>'],
    ['truncated JSON', '{"success":true,"data":{"items":['],
    ['nothing', ''],
    ['null', 'null'],
    ['an array', '[]'],
    ['no envelope', '{"items":[]}'],
    ['success that is not true', '{"success":"true","data":{"items":[]}}'],
    ['no data', '{"success":true}'],
    ['data that is no object', '{"success":true,"data":[]}'],
    ['items that are no list', '{"success":true,"data":{"items":{}}}'],
    ['items that are no webhooks', '{"success":true,"data":{"items":[1]}}'],
    ['an error without code', '{"success":false,"error":{}}'],
  ])('%s: 1 attempt', async (_, body) => {
    const server = await serve((_n, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(body),
    );
    const error = await caught(run(clientOf(server.url), 'list'));
    expect(error).toBeInstanceOf(VideoCloudApiError);
    expect(error).toMatchObject({ status: 200, code: 'invalid_response', body, attempts: 1 });
    expect(server.requests).toHaveLength(1);
  });

  const item = { ...WEBHOOK, id: 'whk_1' };
  const delivery = { id: 'del_1', event: 'video.uploaded', status: 'success', timestamp: 't', retries: 0 };
  it.each<[string, object, 'list' | 'listDeliveries']>([
    ['a webhook with a number for its status', { items: [{ ...item, status: 1 }] }, 'list'],
    ['an event that is no text', { items: [{ ...item, events: [{}] }] }, 'list'],
    ['a delivery whose event is an object', { items: [{ ...delivery, event: {} }], total: 1 }, 'listDeliveries'],
    ['a delivery with a number for its id', { items: [{ ...delivery, id: 1 }], total: 1 }, 'listDeliveries'],
    ['a negative total', { items: [delivery], total: -1 }, 'listDeliveries'],
    ['a broken total', { items: [delivery], total: 0.5 }, 'listDeliveries'],
  ])('%s is an invalid_response', async (_name, data, method) => {
    const { url } = await serve((_, response) => json(response, 200, { success: true, data }));
    const { webhooks } = clientOf(url);
    const error = await caught(method === 'list' ? webhooks.list() : webhooks.listDeliveries('whk_1'));
    expect(error).toMatchObject({ name: 'VideoCloudApiError', code: 'invalid_response' });
  });

  it.each(['好', 'Tr\u00e8s bien'])('a reason phrase in UTF-8 (%s) is no error', async (reason) => {
    const body = JSON.stringify(EMPTY);
    const head = `HTTP/1.1 200 ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const { url } = await serveTcp((socket) => void socket.end(head + body));
    expect(await clientOf(url).webhooks.list()).toEqual({ items: [] });
  });

  it.each([700, 999])('the status %i, for the raw client too', async (status) => {
    const { url } = await serveTcp(
      (socket) => void socket.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`),
    );
    const { raw, webhooks } = clientOf(url, { maxRetries: 0 });
    for (const call of [raw.GET('/webhooks'), webhooks.list()]) {
      expect(await caught(call)).toMatchObject({ name: 'VideoCloudApiError', code: 'invalid_response', status });
    }
  });

  it('a base URL that ends in /webhooks: the 404 says so', async () => {
    const { url } = await serve((_, response) => json(response, 404, problem('not_found')));
    const error = await caught(clientOf(`${url}/webhooks`).webhooks.list());
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('baseUrl ends in /webhooks') });
    const other = await caught(clientOf(url).webhooks.list());
    expect(other).toMatchObject({ code: 'not_found', message: expect.not.stringContaining('baseUrl') });
  });

  it('an error envelope with 200', async () => {
    const server = await serve((_, response) => json(response, 200, problem('validation_failed')));
    expect(await caught(run(clientOf(server.url), 'create'))).toMatchObject({ status: 200, code: 'validation_failed' });
  });

  it('204 instead of the envelope', async () => {
    const server = await serve((_, response) => response.writeHead(204).end());
    expect(await caught(run(clientOf(server.url), 'delete'))).toMatchObject({
      status: 204,
      code: 'invalid_response',
      attempts: 1,
    });
  });

  it.each([
    ['list', 3],
    ['create', 1],
  ] as const)('a body that breaks off, %s: %i attempts, and what came of it', async (operation, attempts) => {
    const server = await serve((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"success":true,', () => response.destroy());
    });
    const error = await caught(run(clientOf(server.url), operation));
    expect(error).toBeInstanceOf(VideoCloudApiError);
    expect(error).toMatchObject({ status: 201, code: 'response_truncated', body: '{"success":true,', attempts });
    expect(server.requests).toHaveLength(attempts);
  });

  it('50 MB: given up after 10', async () => {
    let written = 0;
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (written < 50 * 1024 * 1024 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return response.once('drain', more);
        }
        return response.end();
      };
      more();
    });
    const error = await caught(run(clientOf(server.url), 'list'));
    expect(error).toMatchObject({ status: 200, code: 'response_too_large', body: 'x'.repeat(2_048), attempts: 1 });
    expect(written).toBeLessThan(30 * 1024 * 1024);
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

describe('raw', () => {
  it('has the same time limits and retries, and gives answers as they are', async () => {
    const server = await serve((n, response) =>
      n === 1 ? json(response, 503, problem('internal_error')) : json(response, 404, problem('not_found')),
    );
    const { raw } = new VideoCloud({ baseUrl: server.url, sleep: async () => undefined });
    const { data, error, response } = await raw.GET('/webhooks/{id}/deliveries', { params: { path: { id: 'whk_1' } } });
    expect({ data, error, status: response.status }).toEqual({
      data: undefined,
      error: problem('not_found'),
      status: 404,
    });
    expect(server.requests).toHaveLength(2);
  });

  it('runs the middleware of the user for the methods, too', async () => {
    const server = await serve((_, response) => json(response, 200, EMPTY));
    const client = new VideoCloud({ baseUrl: server.url });
    client.raw.use({
      onRequest({ request }) {
        request.headers.set('x-trace', '42');
        return request;
      },
    });
    await client.webhooks.list();
    expect(server.requests[0]?.headers).toMatchObject({ 'x-trace': '42' });
  });
});
