import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, VideoCloud, type VideoCloudOptions } from '../src/index.js';
import { EMPTY, json, serve } from './servers.js';

const url = 'https://your-server.com/webhooks';
const good = { url, events: ['video.uploaded'], secret: 's' };
const never = () => expect.fail('something was sent');
const { webhooks } = new VideoCloud({ baseUrl: 'https://videocloud.test', fetch: async () => never() });

describe('wrong input is a TypeError, and nothing is sent', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /must be an object/],
    ['a misspelled event', { ...good, events: ['video.uploadd'] }, /did you mean "video\.uploaded"\?/],
    ['an event in capitals', { ...good, events: ['Video.Uploaded'] }, /did you mean "video\.uploaded"\?/],
    ['a delivered name', { ...good, events: ['user.registered'] }, /did you mean "user\.created"\?/],
    ['the other delivered name', { ...good, events: ['comment.created'] }, /did you mean "engagement\.comment"\?/],
    [
      'a name of Object.prototype',
      { ...good, events: ['__proto__'] },
      /unknown event "__proto__": use one of video\.uploaded/,
    ],
    ['a name of 1 MB', { ...good, events: ['x'.repeat(1_000_000)] }, /^.{0,700}$/],
    ['a pattern', { ...good, events: ['video.*'] }, /unknown event "video\.\*"/],
    [
      'an event twice',
      { ...good, events: ['user.created', 'user.created'] },
      /events\.1 "user\.created" is there twice/,
    ],
    ['another scheme', { ...good, url: 'javascript:alert(1)' }, /url must begin with https/],
    ['a URL without //', { ...good, url: 'https:your-server.com' }, /url must begin with https/],
    ['a space in the URL', { ...good, url: `${url} ` }, /url must be ASCII without spaces/],
    ['a URL in Cyrillic', { ...good, url: 'https://пример.рф/хук' }, /write https:\/\/xn--e1afmkfd\.xn--p1ai\/%D1%85/],
    ['a URL without end', { ...good, url: `${url}${'x'.repeat(2_048)}` }, /2048/],
    ['a secret of NULs', { ...good, secret: '\0' }, /secret is blank: is the variable set\?/],
    ['a secret of zero width', { ...good, secret: '\u200b' }, /secret is blank: is the variable set\?/],
    [
      'the text of a missing variable',
      { ...good, secret: 'undefined' },
      /secret is 'undefined': is the variable set\?$/,
    ],
    ['everything', {}, /url is required; events is required; secret is required/],
  ])('create: %s', async (_, input, message) => {
    const error: unknown = await webhooks.create(input as never).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  it.each(['', '.', '..', 'a b', 'a\n', '\ud800', undefined, 1, {}])('id %j', async (id) => {
    for (const call of [
      () => webhooks.update(id as never, {}),
      () => webhooks.delete(id as never),
      () => webhooks.listDeliveries(id as never),
      () => webhooks.sendTest(id as never, { event: 'video.uploaded' }),
      () => webhooks.rotateSecret(id as never),
    ]) {
      await expect(call()).rejects.toThrow(/id must be the id of a webhook/);
    }
  });

  it.each([0, -1, 1.5, Number.NaN, '5'])('limit %j', async (limit) => {
    await expect(webhooks.list({ limit: limit as never })).rejects.toThrow(/limit must be a whole number/);
    await expect(webhooks.listAll({ limit: limit as never }).next()).rejects.toThrow(TypeError);
    await expect(webhooks.listDeliveries('whk_1', { limit: limit as never })).rejects.toThrow(TypeError);
  });

  it.each([{ secret: undefined }, { url: undefined, events: undefined }])('update with %o', async (changes) => {
    await expect(webhooks.update('whk_1', changes)).rejects.toThrow(
      /^update: there is nothing to change.*variable set/,
    );
  });

  it('update and sendTest', async () => {
    await expect(webhooks.update('whk_1', { status: 'failed' as 'active' })).rejects.toThrow(
      /only "active" may be set/,
    );
    await expect(webhooks.update('whk_1', { secret: 'undefined' })).rejects.toThrow(/is the variable set/);
    await expect(webhooks.update('whk_1', { secret: '' })).rejects.toThrow(/secret is blank: is the variable set\?/);
    await expect(webhooks.sendTest('whk_1', { event: 'video.proccessed' as 'video.processed' })).rejects.toThrow(
      /"video\.processed"\?/,
    );
    await expect(webhooks.sendTest('whk_1', 'video.processed' as never)).rejects.toThrow(/must be an object/);
  });
});

describe('options', () => {
  it.each<[Partial<Record<keyof VideoCloudOptions, unknown>>, RegExp]>([
    [{ baseUrl: undefined }, /baseUrl is required/],
    [{ baseUrl: '' }, /baseUrl is required/],
    [{ baseUrl: new URL('https://videocloud.test') }, /baseUrl must be given as a string/],
    [{ baseUrl: 'videocloud.test' }, /baseUrl must be an absolute URL/],
    [{ baseUrl: 'ftp://videocloud.test' }, /https:\/\/ or http:\/\//],
    [{ baseUrl: 'https://u:p@videocloud.test' }, /must not hold credentials/],
    [{ baseUrl: 'https://videocloud.test?x' }, /must not hold a query/],
    [{ token: '' }, /token must be/],
    [{ token: 'a b' }, /token must be/],
    [{ token: 'ключ' }, /token must be/],
    [{ headers: { 'a b': 'c' } }, /not a header name/],
    [{ headers: new Headers({ authorization: 'Bearer x' }) }, /headers must be a plain object/],
    [{ headers: [['authorization', 'x']] }, /headers must be a plain object/],
    [{ headers: null }, /headers must be a plain object/],
    [{ token: 't', headers: { AUTHORIZATION: 'Basic x' } }, /not both/],
    [{ timeout: 0 }, /timeout must be/],
    [{ timeout: Number.POSITIVE_INFINITY }, /timeout must be/],
    [{ attemptTimeout: -1 }, /attemptTimeout must be/],
    [{ maxRetries: 11 }, /maxRetries must be/],
    [{ maxRetries: 0.5 }, /maxRetries must be/],
    [{ fetch: 5 }, /fetch must be a function/],
    [{ now: 0 }, /now must be a function/],
    [{ basUrl: 'x' } as never, /unknown option "basUrl", did you mean "baseUrl"\?/],
    [{ retries: 1 } as never, /unknown option "retries"/],
  ])('%j', (options, message) => {
    const make = () => new VideoCloud({ baseUrl: 'https://videocloud.test', ...options } as VideoCloudOptions);
    expect(make).toThrow(message);
    expect(make).toThrow(TypeError);
  });
});

describe('good input arrives as the spec has it', () => {
  it('paths, queries, headers, bodies', async () => {
    const page = { success: true, data: { items: [], total: 0 } };
    const server = await serve((_, response) => json(response, 200, page));
    const client = new VideoCloud({ baseUrl: `${server.url}/api/v1/`, token: 'tok', headers: { 'x-tenant': 'acme' } });
    await client.webhooks.list({ limit: 5, cursor: 'a/b&c=d +?' });
    await client.webhooks.listDeliveries('whk/1?x#y');
    await client.raw.POST('/webhooks', { body: { ...good, events: [...EVENT_TYPES] } });
    expect(server.requests.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/webhooks?limit=5&cursor=a%2Fb%26c%3Dd%20%2B%3F',
      'GET /api/v1/webhooks/whk%2F1%3Fx%23y/deliveries',
      'POST /api/v1/webhooks',
    ]);
    expect(server.requests[2]?.headers).toMatchObject({
      authorization: 'Bearer tok',
      'x-tenant': 'acme',
      'content-type': 'application/json',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('content-type');
  });

  it('a server that knows no paging', async () => {
    const plain = await serve((_, response) => json(response, 200, EMPTY));
    const all = [];
    for await (const webhook of new VideoCloud({ baseUrl: plain.url }).webhooks.listAll({ limit: 1 }))
      all.push(webhook);
    expect(all).toEqual([]);
  });

  it('is never answered from a cache', async () => {
    const seen: string[] = [];
    const client = new VideoCloud({
      baseUrl: 'https://videocloud.test',
      fetch: async (request) => {
        seen.push(`${request.method} ${request.cache}`);
        return Response.json({
          success: true,
          data: { items: [], total: 0, id: 'whk_1', url, events: [], deliveryId: 'del_1' },
        });
      },
    });
    await client.webhooks.list();
    await client.webhooks.listDeliveries('whk_1');
    await client.webhooks.update('whk_1', {});
    await client.webhooks.delete('whk_1');
    await client.webhooks.create({ ...good, events: ['video.uploaded'] });
    await client.webhooks.sendTest('whk_1', { event: 'video.uploaded' });
    await client.raw.GET('/webhooks');
    expect(seen.map((line) => line.split(' ')[1])).toEqual(Array(7).fill('no-store'));
  });

  it('works on a platform whose Request knows no cache', async () => {
    const real = globalThis.Request;
    const server = await serve((_, response) => json(response, 200, EMPTY));
    globalThis.Request = class extends real {
      constructor(input: string | URL | Request, init: RequestInit = {}) {
        if ('cache' in init) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
        super(input, init);
      }
    };
    try {
      expect(await new VideoCloud({ baseUrl: server.url }).webhooks.list()).toEqual({ items: [] });
    } finally {
      globalThis.Request = real;
    }
  });
});

describe('a list without an end', () => {
  const item = (n: number) => ({
    id: `whk_${n}`,
    url: `${url}/${n}`,
    events: ['video.uploaded'],
    status: 'active',
    createdAt: '2024-03-31T12:00:00Z',
  });
  const page = (items: unknown[], nextCursor: string) => ({ success: true, data: { items, nextCursor } });

  it.each<[string, (n: number) => unknown, RegExp]>([
    ['always a new cursor, nothing in it', (n) => page([], `c${n}`), /100 pages in a row are empty/],
    ['always a new cursor and the same webhook', (n) => page([item(1)], `c${n}`), /more than 1000 pages/],
    ['always a new cursor and a new webhook', (n) => page([item(n)], `c${n}`), /more than 1000 pages/],
    ['always the same cursor', () => page([], 'c'), /the same cursor twice/],
    ['a circle of cursors', (n) => page([item(n)], `c${n % 3}`), /the same cursor twice/],
  ])('ensure and listAll end with an error that names it: %s', async (_, answer, reason) => {
    const server = await serve((n, response) => json(response, 200, answer(n)));
    const client = new VideoCloud({ baseUrl: server.url });
    const error: unknown = await client.webhooks
      .ensure({ url, events: ['video.uploaded'], secret: 's' })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'VideoCloudApiError', code: 'invalid_response', message: reason });
    expect(server.requests.every(({ method }) => method === 'GET')).toBe(true);
    const drained = async () => {
      for await (const _ of client.webhooks.listAll());
    };
    await expect(drained()).rejects.toThrow(reason);
  });
});

describe('inherited members', () => {
  class Desired {
    constructor(readonly secret: string) {}
    get url() {
      return url;
    }
    get events() {
      return ['video.uploaded' as const];
    }
  }
  class Pages {
    get limit() {
      return 7;
    }
  }

  it('are options: the size of a page, and a subscription', async () => {
    const item = { id: 'whk_1', url, events: [], status: 'active', createdAt: '2024-03-31T12:00:00Z' };
    const server = await serve((_, response) =>
      json(response, 200, { success: true, data: { ...item, items: [], total: 0 } }),
    );
    const client = new VideoCloud({ baseUrl: server.url });
    for await (const _ of client.webhooks.listAll(new Pages()));
    for await (const _ of client.webhooks.listAllDeliveries('whk_1', new Pages()));
    await client.webhooks.ensure(new Desired('a-secret'));
    expect(server.requests.slice(0, 2).map((request) => request.url)).toEqual([
      '/webhooks?limit=7',
      '/webhooks/whk_1/deliveries?limit=7',
    ]);
    const created = server.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(created?.body ?? '')).toEqual({ url, events: ['video.uploaded'], secret: 'a-secret' });
  });

  it('are checked', async () => {
    const inherited = Object.create({ ...good, secret: ' ' });
    await expect(webhooks.create(inherited)).rejects.toThrow(/secret is blank/);
    await expect(webhooks.update('whk_1', inherited)).rejects.toThrow(/secret is blank/);
  });
});

describe('options of a call', () => {
  const controller = new AbortController();
  it.each<[string, () => unknown, RegExp]>([
    [
      'ensure',
      () => webhooks.ensure([], { dryrun: true } as never),
      /ensure: unknown option "dryrun", did you mean "dryRun"\?/,
    ],
    ['list', () => webhooks.list(Promise.resolve({ limit: 1 }) as never), /list: options must be an object/],
    ['list', () => webhooks.list({ size: 5 } as never), /list: unknown option "size", there are limit, cursor, signal/],
    ['listAll', async () => webhooks.listAll({ cursor: 'c' } as never).next(), /listAll: unknown option "cursor"/],
    ['create', () => webhooks.create(good as never, { sginal: controller.signal } as never), /did you mean "signal"/],
    ['update', () => webhooks.update('whk_1', {}, { dryRun: true } as never), /unknown option "dryRun"/],
    ['delete', () => webhooks.delete('whk_1', { dryRun: true } as never), /unknown option "dryRun"/],
    ['sendTest', () => webhooks.sendTest('whk_1', { event: 'user.created' }, { x: 1 } as never), /unknown option "x"/],
    ['rotateSecret', () => webhooks.rotateSecret('whk_1', { secret: 's' } as never), /unknown option "secret"/],
    [
      'a controller for a signal',
      () => webhooks.list({ signal: controller as never }),
      /signal must be an AbortSignal/,
    ],
    ['null', () => webhooks.list(null as never), /options must be an object/],
  ])('TypeError before anything is sent: %s', async (_, call, message) => {
    const error: unknown = await Promise.resolve()
      .then(call)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(message);
  });

  it('an aborted rotation prepares nothing', async () => {
    const prepare = () => expect.fail('prepare was called');
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(webhooks.rotateSecret('whk_1', { prepare, signal })).rejects.toThrow('enough');
    await expect(webhooks.rotateSecret('', { prepare })).rejects.toThrow(/id must be/);
  });
});
