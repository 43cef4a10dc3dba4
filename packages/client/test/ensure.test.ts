import { setupServer } from 'msw/node';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { VideoCloud, type Webhook } from '../src/index.js';
import { videoCloudHandlers } from '../src/msw/index.js';

const baseUrl = 'https://videocloud.test';
const url = 'https://your-server.com/webhooks';
const secret = 'a secret of the tests';
const server = setupServer();
server.listen({ onUnhandledRequest: 'error' });
afterAll(() => server.close());

let sent: { method: string; path: string; body: string }[] = [];
server.events.on('request:start', async ({ request }) => {
  if (request.method === 'GET') return;
  const entry = { method: request.method, path: new URL(request.url).pathname, body: '' };
  sent.push(entry);
  entry.body = await request.clone().text();
});

const { webhooks } = new VideoCloud({ baseUrl, maxRetries: 0 });
const hook = (id: string, more: Partial<Webhook> = {}): Webhook => ({
  id,
  url,
  events: ['video.uploaded'],
  status: 'active',
  createdAt: '2024-03-31T12:00:00Z',
  ...more,
});
function account(...items: Webhook[]): void {
  server.use(...videoCloudHandlers({ baseUrl, seed: { webhooks: items } }));
}
const writes = () => sent.map(({ method, path }) => `${method} ${path}`);
const ids = async () => (await webhooks.list()).items.map(({ id }) => id);

beforeEach(() => {
  sent = [];
  server.resetHandlers();
});

describe('ensure', () => {
  it('does nothing when all is as desired, whatever the order of events and the spelling of the URL', async () => {
    account(hook('whk_1', { url: 'https://your-server.com', events: ['user.created', 'video.deleted'] }));
    const plan = await webhooks.ensure({
      url: 'https://YOUR-server.com:443/',
      events: ['video.deleted', 'user.created'],
    });
    expect(plan).toEqual({
      dryRun: false,
      create: [],
      update: [],
      delete: [],
      unchanged: [{ id: 'whk_1', url: 'https://your-server.com' }],
    });
    expect(writes()).toEqual([]);
  });

  it('re-activates what failed, in the same request that changes its events', async () => {
    account(hook('whk_1', { status: 'failed' }));
    const plan = await webhooks.ensure({ url, events: ['video.deleted'] });
    expect(plan.update).toEqual([
      {
        id: 'whk_1',
        url,
        changes: {
          events: { from: ['video.uploaded'], to: ['video.deleted'] },
          status: { from: 'failed', to: 'active' },
        },
      },
    ]);
    expect(sent).toEqual([
      { method: 'PUT', path: '/webhooks/whk_1', body: '{"events":["video.deleted"],"status":"active"}' },
    ]);
    expect((await webhooks.ensure({ url, events: ['video.deleted'] })).unchanged).toHaveLength(1);
  });

  it('leaves a status it does not know alone', async () => {
    account(hook('whk_1', { status: 'paused' }));
    expect((await webhooks.ensure({ url, events: ['video.uploaded'] })).unchanged).toHaveLength(1);
    expect(writes()).toEqual([]);
  });

  it('never sends a secret but on create and with updateSecret, and never shows one', async () => {
    account(hook('whk_1'));
    await webhooks.ensure({ url, events: ['video.deleted'], secret });
    expect(sent.map(({ body }) => body)).toEqual(['{"events":["video.deleted"]}']);
    const plan = await webhooks.ensure({ url, events: ['video.deleted'], secret }, { updateSecret: true });
    expect(plan.update).toEqual([{ id: 'whk_1', url, changes: { secret: true } }]);
    expect(sent[1]?.body).toBe(JSON.stringify({ secret }));
    const made = await webhooks.ensure({ url: `${url}/new`, events: ['video.deleted'], secret });
    expect(JSON.stringify([plan, made])).not.toContain(secret);
  });

  it('dryRun writes nothing', async () => {
    account(hook('whk_1', { status: 'failed' }), hook('whk_2', { url: `${url}/old` }));
    const plan = await webhooks.ensure(
      [
        { url, events: ['video.uploaded'] },
        { url: `${url}/new`, events: ['user.created'], secret },
      ],
      { dryRun: true, prune: true },
    );
    expect(plan).toMatchObject({
      dryRun: true,
      create: [{ url: `${url}/new`, events: ['user.created'] }],
      update: [{ id: 'whk_1', changes: { status: { from: 'failed', to: 'active' } } }],
      delete: [{ id: 'whk_2', url: `${url}/old` }],
    });
    expect(writes()).toEqual([]);
  });

  it('prunes only when told, spare webhooks of a desired URL included, and last', async () => {
    account(hook('whk_1', { events: ['user.created'] }), hook('whk_2'), hook('whk_3', { url: `${url}/old` }));
    const desired = { url, events: ['video.uploaded'] } as const;
    expect(await webhooks.ensure(desired)).toMatchObject({ unchanged: [{ id: 'whk_2' }], delete: [] });
    expect(await webhooks.ensure(desired, { prune: (webhook) => webhook.url === url })).toMatchObject({
      delete: [{ id: 'whk_1' }],
    });
    expect(await ids()).toEqual(['whk_2', 'whk_3']);
    await webhooks.ensure([desired, { url: `${url}/new`, events: ['video.deleted'], secret }], { prune: true });
    expect(writes()).toEqual(['DELETE /webhooks/whk_1', 'POST /webhooks', 'DELETE /webhooks/whk_3']);
  });

  it('reads every page before it decides', async () => {
    account(...Array.from({ length: 7 }, (_, i) => hook(`whk_${i}`, { url: `${url}/${i}` })));
    const real = globalThis.fetch;
    const small = new VideoCloud({
      baseUrl,
      // As a server would that gives two items a page unasked.
      fetch: (request) => {
        const address = new URL(request.url);
        if (request.method === 'GET') address.searchParams.set('limit', '2');
        return real(new Request(address, request));
      },
    });
    const desired = Array.from({ length: 7 }, (_, i) => ({ url: `${url}/${i}`, events: ['video.uploaded'] as const }));
    expect((await small.webhooks.ensure(desired)).unchanged).toHaveLength(7);
    expect(writes()).toEqual([]);
  });

  it('takes back its own webhook when another run has put an older one there', async () => {
    account();
    const other = new VideoCloud({ baseUrl });
    let first = true;
    const late = new VideoCloud({
      baseUrl,
      fetch: async (request) => {
        if (request.method === 'POST' && first) {
          first = false;
          await other.webhooks.create({ url, events: ['user.created'], secret });
        }
        return globalThis.fetch(request);
      },
    });
    const plan = await late.webhooks.ensure({ url, events: ['video.uploaded'], secret });
    const { items } = await webhooks.list();
    expect(items).toMatchObject([{ url, events: ['video.uploaded'] }]);
    expect(plan).toMatchObject({ create: [], delete: [], update: [{ id: items[0]?.id }] });
  });

  it.each([
    [
      'a misspelled event',
      { url, events: ['video.upload'] },
      /events\.0 unknown event "video\.upload", did you mean "video\.uploaded"\?/,
    ],
    ['a bad URL', { url: 'nonsense', events: ['video.uploaded'] }, /url must be an absolute URL/],
    ['no events', { url, events: [] }, /events must name at least one event/],
    ['a blank secret', { url, events: ['video.uploaded'], secret: ' ' }, /secret is blank: is the variable set\?/],
    ['the text of a missing variable', { url, events: ['video.uploaded'], secret: 'undefined' }, /variable set/],
    ['an unknown member', { url, events: ['video.uploaded'], secrets: [] }, /secrets unknown member/],
    [
      'a URL twice',
      [
        { url, events: ['video.uploaded'] },
        { url: 'https://YOUR-server.com/webhooks', events: ['user.created'] },
      ],
      /webhook 1: .* twice/,
    ],
    ['null in the list', [null], /webhook 0: must be an object/],
  ])('TypeError before anything is sent: %s', async (_, desired, message) => {
    // No handler is there: a request would be an error of another kind.
    await expect(webhooks.ensure(desired as never)).rejects.toThrow(message);
    await expect(webhooks.ensure(desired as never)).rejects.toBeInstanceOf(TypeError);
  });

  it('TypeError before anything is changed: no secret for what must be created, or for updateSecret', async () => {
    account(hook('whk_1', { status: 'failed' }));
    const list = [
      { url, events: ['video.uploaded'] },
      { url: `${url}/new`, events: ['user.created'] },
    ] as const;
    await expect(webhooks.ensure(list)).rejects.toThrow(/no webhook for .*\/new yet, so its secret is needed/);
    await expect(webhooks.ensure(list, { dryRun: true })).rejects.toThrow(TypeError);
    await expect(webhooks.ensure(list[0], { updateSecret: true })).rejects.toThrow(/secret is required/);
    expect(writes()).toEqual([]);
  });
});

describe('ensure with a flag that is neither true nor false', () => {
  const desired = { url, events: ['video.uploaded'], secret } as const;
  it.each([
    ['prune', 'false'],
    ['prune', async () => false],
    ['prune', () => undefined],
    ['dryRun', 0],
    ['dryRun', 'no'],
    ['updateSecret', 'false'],
  ])('%s: %s is a TypeError, and nothing is changed', async (name, value) => {
    account(hook('whk_1'), hook('whk_2', { url: 'https://other.test/' }));
    const error: unknown = await webhooks.ensure(desired, { [name]: value }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(new RegExp(`^ensure: .*${name} must be true or false$`));
    expect(writes()).toEqual([]);
    expect(await ids()).toHaveLength(2);
  });
});

describe('rotateSecret', () => {
  const at = Date.UTC(2026, 0, 1);
  const client = new VideoCloud({ baseUrl, now: () => at });

  it('sends the secret given, and says when the last retry under the old one is over', async () => {
    account(hook('whk_1'));
    const rotated = await client.webhooks.rotateSecret('whk_1', { newSecret: 'the new secret' });
    expect(rotated).toEqual({
      webhook: hook('whk_1'),
      secret: 'the new secret',
      dropOldAfter: new Date(at + 111 * 60_000),
    });
    expect(sent).toEqual([{ method: 'PUT', path: '/webhooks/whk_1', body: '{"secret":"the new secret"}' }]);
  });

  it('makes a secret of 32 random bytes, and shows it to prepare before VideoCloud', async () => {
    account(hook('whk_1'));
    const seen: string[] = [];
    const prepare = async (secretGiven: string) => {
      expect(writes()).toEqual([]);
      seen.push(secretGiven);
    };
    const first = await client.webhooks.rotateSecret('whk_1', { prepare });
    expect(first.secret).toMatch(/^[\w-]{43}$/);
    expect(seen).toEqual([first.secret]);
    expect((await client.webhooks.rotateSecret('whk_1')).secret).not.toBe(first.secret);
  });

  it('sends nothing when prepare throws, or the secret is blank', async () => {
    account(hook('whk_1'));
    const prepare = () => Promise.reject(new Error('deploy failed'));
    await expect(client.webhooks.rotateSecret('whk_1', { prepare })).rejects.toThrow('deploy failed');
    await expect(client.webhooks.rotateSecret('whk_1', { newSecret: ' ' })).rejects.toThrow(TypeError);
    await expect(client.webhooks.rotateSecret('whk_1', { newSecret: 'undefined' })).rejects.toThrow(TypeError);
    const unset = client.webhooks.rotateSecret('whk_1', { newSecret: process.env.NO_SUCH_VARIABLE });
    await expect(unset).rejects.toThrow(/is the variable set/);
    await expect(client.webhooks.rotateSecret('whk_none')).rejects.toMatchObject({ code: 'not_found' });
    expect(writes()).toEqual(['PUT /webhooks/whk_none']);
  });
});
