import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VideoCloud, VideoCloudApiError } from '../../src/index.js';

export interface Backend {
  baseUrl: string;
  stop(): void | Promise<void>;
}

const TOKEN = 'contract-token-0123456789';
const HOOK = 'https://hooks.videocloud.test/webhooks';
const SECRET = 'contract-secret-0123456789';

/** What every VideoCloud must answer, whether it is the mock or the reference sender. */
export function contract(name: string, start: (token: string) => Promise<Backend>): void {
  describe(`contract: ${name}`, () => {
    let backend: Backend;
    let client: VideoCloud;
    beforeAll(async () => {
      backend = await start(TOKEN);
      client = new VideoCloud({ baseUrl: backend.baseUrl, token: TOKEN, maxRetries: 0 });
    });
    afterAll(() => backend?.stop());
    beforeEach(async () => {
      for await (const { id } of client.webhooks.listAll()) await client.webhooks.delete(id);
    });

    const create = (url = HOOK) =>
      client.webhooks.create({ url, events: ['video.uploaded', 'user.created'], secret: SECRET });

    interface Sent {
      method?: string;
      path?: string;
      body?: unknown;
      headers?: Record<string, string | undefined>;
    }
    /** A request that the client would refuse to make. */
    async function send({ method = 'POST', path = '/webhooks', body, headers = {} }: Sent) {
      const given = {
        authorization: `Bearer ${TOKEN}`,
        'content-type': body === undefined ? undefined : 'application/json',
        ...headers,
      };
      const response = await fetch(`${backend.baseUrl}${path}`, {
        method,
        headers: Object.entries(given).flatMap(([k, v]) => (v === undefined ? [] : [[k, v] as [string, string]])),
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const answer = (await response.json()) as {
        error?: { code: string; message: string; details?: { path: string; message: string }[] };
      };
      return {
        status: response.status,
        type: response.headers.get('content-type')?.split(';')[0],
        code: answer.error?.code,
        paths: answer.error?.details?.map(({ path }) => path),
        text: JSON.stringify(answer),
        members: Object.keys(answer).sort(),
      };
    }

    describe('the operations', () => {
      it('create, list, update and delete a webhook', async () => {
        const made = await create();
        expect(made).toEqual({
          id: expect.stringMatching(/^whk_\w+$/),
          url: HOOK,
          events: ['video.uploaded', 'user.created'],
          status: 'active',
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
        });
        expect((await client.webhooks.list()).items).toEqual([made]);

        const changed = await client.webhooks.update(made.id, {
          events: ['system.error'],
          url: `${HOOK}/2`,
          secret: 'new secret',
        });
        expect(changed).toEqual({ ...made, events: ['system.error'], url: `${HOOK}/2` });
        expect(await client.webhooks.update(made.id, {})).toEqual(changed);
        expect(await client.webhooks.update(made.id, { status: 'active' })).toEqual(changed);

        expect(await client.webhooks.delete(made.id)).toEqual({ id: made.id, deleted: true });
        expect((await client.webhooks.list()).items).toEqual([]);
        await expect(client.webhooks.delete(made.id)).rejects.toMatchObject({ status: 404, code: 'not_found' });
      });

      it('answers a create with 201, and the rest with 200', async () => {
        const made = await send({ body: { url: HOOK, events: ['video.deleted'], secret: SECRET } });
        expect(made).toMatchObject({ status: 201, type: 'application/json', members: ['data', 'success'] });
        const [webhook] = (await client.webhooks.list()).items;
        expect(await send({ method: 'GET' })).toMatchObject({ status: 200, members: ['data', 'success'] });
        expect(await send({ method: 'PUT', path: `/webhooks/${webhook?.id}`, body: {} })).toMatchObject({
          status: 200,
        });
        expect(await send({ method: 'GET', path: `/webhooks/${webhook?.id}/deliveries` })).toMatchObject({
          status: 200,
        });
        expect(await send({ method: 'DELETE', path: `/webhooks/${webhook?.id}` })).toMatchObject({ status: 200 });
      });

      it('never shows the secret', async () => {
        const answers = [
          await send({ body: { url: HOOK, events: ['video.deleted'], secret: SECRET } }),
          await send({ method: 'GET' }),
          await send({ body: { url: 'nonsense', events: ['video.deleted'], secret: SECRET } }),
          await send({ body: { url: HOOK, events: [SECRET], secret: SECRET, [SECRET]: 1 } }),
        ];
        expect(answers.map(({ status }) => status)).toEqual([201, 200, 422, 422]);
        expect(JSON.stringify(answers.slice(0, 3))).not.toContain(SECRET);
      });

      it('takes two webhooks of one URL', async () => {
        const ids = [(await create()).id, (await create()).id];
        expect((await client.webhooks.list()).items.map(({ id }) => id)).toEqual(ids);
      });
    });

    describe('paging', () => {
      it('gives webhooks in the order of creation, all of them without limit', async () => {
        const ids: string[] = [];
        for (let i = 0; i < 5; i++) ids.push((await create(`${HOOK}/${i}`)).id);
        const all = await client.webhooks.list();
        expect(all.items.map(({ id }) => id)).toEqual(ids);
        expect(all).not.toHaveProperty('nextCursor');

        const first = await client.webhooks.list({ limit: 2 });
        expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
        const second = await client.webhooks.list({ limit: 2, cursor: first.nextCursor });
        expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2, 4));
        const last = await client.webhooks.list({ limit: 2, cursor: second.nextCursor });
        expect(last).toEqual({ items: [all.items[4]] });
        expect(await client.webhooks.list({ limit: 5 })).not.toHaveProperty('nextCursor');

        const paged: string[] = [];
        for await (const { id } of client.webhooks.listAll({ limit: 2 })) paged.push(id);
        expect(paged).toEqual(ids);
      });

      it('keeps its place when what it stood on is deleted', async () => {
        const ids: string[] = [];
        for (let i = 0; i < 3; i++) ids.push((await create(`${HOOK}/${i}`)).id);
        const { nextCursor } = await client.webhooks.list({ limit: 1 });
        await client.webhooks.delete(ids[0] ?? '');
        expect((await client.webhooks.list({ cursor: nextCursor })).items.map(({ id }) => id)).toEqual(ids.slice(1));
      });

      it.each([
        'limit=0',
        'limit=101',
        'limit=-1',
        'limit=1.5',
        'limit=ten',
        'limit=',
        'limit=1e1',
        'cursor=',
        'cursor=nonsense',
      ])('refuses ?%s', async (query) => {
        const { id } = await create();
        const refused = { status: 400, code: 'invalid_parameter', members: ['error', 'success'] };
        expect(await send({ method: 'GET', path: `/webhooks?${query}` })).toMatchObject(refused);
        expect(await send({ method: 'GET', path: `/webhooks/${id}/deliveries?${query}` })).toMatchObject(refused);
      });
    });

    describe('deliveries', () => {
      it('are empty at first', async () => {
        const { id } = await create();
        expect(await client.webhooks.listDeliveries(id)).toEqual({ items: [], total: 0 });
      });

      it('hold the test deliveries, the latest first', async () => {
        const { id } = await create();
        const sent: string[] = [];
        for (const event of ['video.processed', 'user.registered', 'comment.created'] as const) {
          const { deliveryId, status } = await client.webhooks.sendTest(id, { event });
          expect(deliveryId).toMatch(/^del_\w+$/);
          expect(status).toBe('sent');
          sent.unshift(deliveryId);
        }
        const { items, total } = await client.webhooks.listDeliveries(id);
        expect(total).toBe(3);
        expect(items.map((item) => item.id)).toEqual(sent);
        expect(items.map((item) => item.event)).toEqual(['comment.created', 'user.registered', 'video.processed']);

        const first = await client.webhooks.listDeliveries(id, { limit: 2 });
        expect(first).toMatchObject({ total: 3, items: [{ id: sent[0] }, { id: sent[1] }] });
        const rest = await client.webhooks.listDeliveries(id, { cursor: first.nextCursor });
        expect(rest.items.map((item) => item.id)).toEqual(sent.slice(2));
        expect(rest).not.toHaveProperty('nextCursor');
      });
    });

    describe('refusals', () => {
      const good = { url: HOOK, events: ['video.uploaded'], secret: SECRET };

      it.each([
        ['no token', undefined],
        ['another token', 'Bearer another-token'],
        ['a prefix of the token', `Bearer ${TOKEN.slice(0, -1)}`],
        ['another scheme', `Basic ${TOKEN}`],
        ['the token alone', TOKEN],
      ])('401: %s, before anything else', async (_, authorization) => {
        const refused = { status: 401, code: 'unauthorized', members: ['error', 'success'] };
        expect(await send({ body: '{', headers: { authorization } })).toMatchObject(refused);
        expect(await send({ method: 'DELETE', path: '/webhooks/whk_none', headers: { authorization } })).toMatchObject(
          refused,
        );
      });

      it('404: no such webhook', async () => {
        const missing = { status: 404, code: 'not_found' };
        expect(await send({ method: 'PUT', path: '/webhooks/whk_none', body: {} })).toMatchObject(missing);
        expect(await send({ method: 'DELETE', path: '/webhooks/whk_none' })).toMatchObject(missing);
        expect(await send({ method: 'GET', path: '/webhooks/whk_none/deliveries' })).toMatchObject(missing);
        expect(await send({ path: '/webhooks/whk_none/test', body: { event: 'video.uploaded' } })).toMatchObject(
          missing,
        );
      });

      it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', undefined])(
        '415: a body that is %s',
        async (type) => {
          // Without a type fetch would name one for a string, so bytes are sent.
          const response = await fetch(`${backend.baseUrl}/webhooks`, {
            method: 'POST',
            headers: { authorization: `Bearer ${TOKEN}`, ...(type === undefined ? {} : { 'content-type': type }) },
            body: new TextEncoder().encode(JSON.stringify(good)),
          });
          expect(response.status).toBe(415);
          expect(await response.json()).toMatchObject({ success: false, error: { code: 'unsupported_media_type' } });
        },
      );

      it('takes a charset in the type', async () => {
        expect(
          await send({ body: good, headers: { 'content-type': 'application/json; charset=utf-8' } }),
        ).toMatchObject({ status: 201 });
      });

      it.each(['{', '', '{"url":', "{'a':1}"])('400: %j is not JSON', async (body) => {
        expect(await send({ body, headers: { 'content-type': 'application/json' } })).toMatchObject({
          status: 400,
          code: 'invalid_json',
        });
      });

      it('413: a body of more than 1 MB', async () => {
        const body = { ...good, secret: 'x'.repeat(1024 * 1024) };
        expect(await send({ body })).toMatchObject({ status: 413, code: 'body_too_large' });
      });

      it.each<[string, unknown, string[]]>([
        ['an array', [], ['']],
        ['null', null, ['']],
        ['nothing in it', {}, ['url', 'events', 'secret']],
        ['a misspelled event', { ...good, events: ['video.uploaded', 'video.upload'] }, ['events.1']],
        ['a delivered name', { ...good, events: ['user.registered'] }, ['events.0']],
        ['a member of Object.prototype as event', { ...good, events: ['constructor'] }, ['events.0']],
        ['an event that is no string', { ...good, events: [1] }, ['events.0']],
        ['no events', { ...good, events: [] }, ['events']],
        ['events that are no list', { ...good, events: 'video.uploaded' }, ['events']],
        ['an event twice', { ...good, events: ['video.uploaded', 'video.uploaded'] }, ['events.1']],
        ['no URL', { ...good, url: 'nonsense' }, ['url']],
        ['a relative URL', { ...good, url: '/webhooks' }, ['url']],
        ['another scheme', { ...good, url: 'ftp://hooks.videocloud.test/' }, ['url']],
        ['credentials in the URL', { ...good, url: 'https://user:pass@hooks.videocloud.test/' }, ['url']],
        ['a URL that is no string', { ...good, url: 1 }, ['url']],
        ['a blank secret', { ...good, secret: ' \t' }, ['secret']],
        ['a secret that is no string', { ...good, secret: null }, ['secret']],
        ['a member that only an update has', { ...good, status: 'active' }, ['status']],
        ['an unknown member', { ...good, event: 'video.uploaded' }, ['event']],
      ])('422: create with %s', async (_, body, paths) => {
        expect(await send({ body })).toMatchObject({ status: 422, code: 'validation_failed', paths });
        expect((await client.webhooks.list()).items).toEqual([]);
      });

      it.each<[string, unknown, string[]]>([
        ['a status that cannot be set', { status: 'failed' }, ['status']],
        ['a blank secret', { secret: '' }, ['secret']],
        ['no events', { events: [] }, ['events']],
        ['an unknown member', { id: 'whk_1' }, ['id']],
        ['two faults', { url: 'x', events: ['y'] }, ['url', 'events.0']],
      ])('422: update with %s', async (_, body, paths) => {
        const made = await create();
        expect(await send({ method: 'PUT', path: `/webhooks/${made.id}`, body })).toMatchObject({ status: 422, paths });
        expect((await client.webhooks.list()).items).toEqual([made]);
      });

      it.each<[string, unknown, string[]]>([
        ['no event', {}, ['event']],
        ['an unknown event', { event: 'video.upload' }, ['event']],
        ['an unknown member', { event: 'video.uploaded', data: {} }, ['data']],
      ])('422: test with %s', async (_, body, paths) => {
        const { id } = await create();
        expect(await send({ path: `/webhooks/${id}/test`, body })).toMatchObject({ status: 422, paths });
        expect((await client.webhooks.listDeliveries(id)).total).toBe(0);
      });

      it('reach the caller of the client as a typed error', async () => {
        const error = await new VideoCloud({ baseUrl: backend.baseUrl, token: 'wrong' }).webhooks
          .list()
          .catch((e: unknown) => e);
        expect(error).toBeInstanceOf(VideoCloudApiError);
        expect(error).toMatchObject({ status: 401, code: 'unauthorized', attempts: 1 });
      });
    });

    describe('ensure', () => {
      const desired = [
        { url: HOOK, events: ['video.uploaded', 'video.deleted'], secret: SECRET },
        { url: `${HOOK}/users`, events: ['user.created'], secret: SECRET },
      ] as const;

      it('creates, then has nothing to do, then changes what differs', async () => {
        const dry = await client.webhooks.ensure(desired, { dryRun: true });
        expect(dry).toMatchObject({
          dryRun: true,
          create: desired.map(({ url, events }) => ({ url, events })),
          unchanged: [],
        });
        expect((await client.webhooks.list()).items).toEqual([]);

        const first = await client.webhooks.ensure(desired);
        expect(first.create.map(({ url }) => url)).toEqual(desired.map(({ url }) => url));
        const second = await client.webhooks.ensure(desired);
        expect(second).toMatchObject({ create: [], update: [], delete: [] });
        expect(second.unchanged.map(({ id }) => id)).toEqual(first.create.map(({ id }) => id));

        const changed = await client.webhooks.ensure([{ url: HOOK, events: ['video.deleted'] }]);
        expect(changed).toMatchObject({
          update: [{ changes: { events: { from: ['video.uploaded', 'video.deleted'], to: ['video.deleted'] } } }],
          delete: [],
        });
        const pruned = await client.webhooks.ensure([{ url: HOOK, events: ['video.deleted'] }], { prune: true });
        expect(pruned.delete.map(({ url }) => url)).toEqual([`${HOOK}/users`]);
        expect((await client.webhooks.list()).items).toMatchObject([{ url: HOOK, events: ['video.deleted'] }]);
      });

      it('leaves one webhook when several runs create it at once', async () => {
        const plans = await Promise.all(Array.from({ length: 4 }, () => client.webhooks.ensure(desired)));
        const { items } = await client.webhooks.list();
        expect(items.map(({ url }) => url).sort()).toEqual(desired.map(({ url }) => url).sort());
        expect(plans.flatMap(({ create: made }) => made)).toHaveLength(2);
      });
    });
  });
}
