import { describe, expect, it } from 'vitest';
import { VideoCloudApiError } from '../src/index.js';
import { caught, clientOf, ONCE, run } from './faulty-client.js';
import { EMPTY, json, problem, serve, WEBHOOK } from './servers.js';

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
