import { describe, expect, it } from 'vitest';
import { VideoCloud, VideoCloudApiError } from '../src/index.js';
import { caught, clientOf, run } from './faulty-client.js';
import { EMPTY, json, problem, serve, serveTcp, WEBHOOK } from './servers.js';

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

  it.each([null, ''])('nextCursor %j is that of the last page', async (nextCursor) => {
    const page = { items: [item], total: 1, nextCursor };
    const { url, requests } = await serve((_, response) => json(response, 200, { success: true, data: page }));
    const { webhooks } = clientOf(url);
    const ids: string[] = [];
    for await (const { id } of webhooks.listAll()) ids.push(id);
    expect([ids, requests.length]).toEqual([['whk_1'], 1]);
    expect(await webhooks.list()).toEqual({ items: [item], total: 1 });
  });

  it('an id that no path can hold ends what would use it, before anything is changed', async () => {
    const data = { items: [{ ...item, id: 'a b' }] };
    const { url, requests } = await serve((_, response) => json(response, 200, { success: true, data }));
    const { webhooks } = clientOf(url);
    for (const call of [
      webhooks.health(),
      webhooks.ensure({ url: item.url, events: ['video.uploaded'], secret: 's' }, { prune: true }),
    ])
      expect(await caught(call)).toMatchObject({ name: 'VideoCloudApiError', code: 'invalid_response' });
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(['GET']));
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

  it('50 MB: stopped after 10', async () => {
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
