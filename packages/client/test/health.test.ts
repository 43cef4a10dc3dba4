import { setupServer } from 'msw/node';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Delivery, VideoCloud, type Webhook } from '../src/index.js';
import { videoCloudHandlers } from '../src/msw/index.js';

const baseUrl = 'https://videocloud.test';
const server = setupServer();
server.listen({ onUnhandledRequest: 'error' });
afterAll(() => server.close());
beforeEach(() => server.resetHandlers());

const { webhooks } = new VideoCloud({ baseUrl, maxRetries: 0 });
const webhook = (id: string, more: Partial<Webhook> = {}): Webhook => ({
  id,
  url: `https://your-server.com/${id}`,
  events: ['video.uploaded'],
  status: 'active',
  createdAt: '2024-03-31T12:00:00Z',
  ...more,
});
/** Deliveries, the latest first: `+` success, `-` failed, `?` pending. */
const history = (signs: string): Delivery[] =>
  [...signs].map((sign, at) => ({
    id: `del_${at}`,
    event: 'video.uploaded',
    status: sign === '+' ? 'success' : sign === '-' ? 'failed' : 'pending',
    timestamp: new Date(Date.UTC(2024, 3, 1) - at * 1_000).toISOString(),
    retries: 0,
  }));
const account = (list: Webhook[], deliveries: Record<string, Delivery[]> = {}) =>
  server.use(...videoCloudHandlers({ baseUrl, seed: { webhooks: list, deliveries } }));

describe('health', () => {
  it('is empty for an account without webhooks', async () => {
    account([]);
    expect(await webhooks.health()).toEqual([]);
  });

  it.each<[string, string, string[], number]>([
    ['nothing was delivered', '', [], 0],
    ['all succeeded', '+++', [], 0],
    ['a failure before the last success', '+-', [], 0.5],
    ['failures since the last success', '--?-+-', ['del_0', 'del_1', 'del_3'], 0.8],
    ['only pending ones', '??', [], 0],
    [
      'failures beyond the rated hundred',
      `${'?'.repeat(100)}${'-'.repeat(150)}+`,
      Array.from({ length: 150 }, (_, i) => `del_${i + 100}`),
      0,
    ],
    ['more than a page of successes', `${'+'.repeat(99)}-${'-'.repeat(200)}`, [], 0.01],
  ])('%s', async (_, signs, failed, failureRate) => {
    account([webhook('whk_1')], { whk_1: history(signs) });
    const [health] = await webhooks.health();
    expect(health).toMatchObject({ id: 'whk_1', url: 'https://your-server.com/whk_1', status: 'active', failureRate });
    expect(health?.pending).toBe([...signs.slice(0, 100)].filter((sign) => sign === '?').length);
    expect(health?.failed.map(({ id }) => id)).toEqual(failed);
    expect(health).not.toHaveProperty('lastDelivery');
  });

  it('looks at 1,000 deliveries at most', async () => {
    account([webhook('whk_1')], { whk_1: history('-'.repeat(1_500)) });
    expect((await webhooks.health('whk_1'))[0]?.failed).toHaveLength(1_000);
  });

  it('shows a webhook that is off, one or all', async () => {
    const lastDelivery = { success: false, timestamp: '2024-04-01T00:00:00Z' };
    account([webhook('whk_1', { status: 'failed', lastDelivery }), webhook('whk_2')], { whk_1: history('-') });
    expect(await webhooks.health('whk_1')).toMatchObject([
      { id: 'whk_1', status: 'failed', lastDelivery, failureRate: 1 },
    ]);
    expect((await webhooks.health()).map(({ id }) => id)).toEqual(['whk_1', 'whk_2']);
    await expect(webhooks.health('whk_3')).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  it('takes a signal', async () => {
    account([webhook('whk_1')]);
    await expect(webhooks.health(undefined, { signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
    await expect(webhooks.health('whk_1', { sgnal: 1 } as never)).rejects.toThrow(TypeError);
  });
});

it('reactivate switches a failed webhook on', async () => {
  account([webhook('whk_1', { status: 'failed' })]);
  expect(await webhooks.reactivate('whk_1')).toMatchObject({ id: 'whk_1', status: 'active' });
  await expect(webhooks.reactivate('whk_2')).rejects.toMatchObject({ code: 'not_found' });
  await expect(webhooks.reactivate('whk_1', { signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
});
