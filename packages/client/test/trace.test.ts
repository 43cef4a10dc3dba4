import { type TracingChannelSubscribers, tracingChannel } from 'node:diagnostics_channel';
import { CHANNELS, type ClientRequestTrace } from '@videocloud/webhooks/channels';
import { expect, it } from 'vitest';
import { VideoCloud } from '../src/index.js';

const TOKEN = 'token-of-the-traces';

it('each attempt is published, with its route and status, and no id, host or token', async () => {
  const ended: ClientRequestTrace[] = [];
  const nothing = () => undefined;
  const subscribers = {
    start: nothing,
    end: nothing,
    asyncStart: nothing,
    asyncEnd: (context: unknown) => ended.push(structuredClone(context) as ClientRequestTrace),
    error: nothing,
  } as unknown as TracingChannelSubscribers<ClientRequestTrace>;
  const channel = tracingChannel<unknown, ClientRequestTrace>(CHANNELS.clientRequest);
  channel.subscribe(subscribers);
  const answers = [
    () => Promise.reject(Object.assign(new Error(`connect failed with ${TOKEN}`), { code: 'ECONNREFUSED' })),
    async () => new Response('{"success":false}', { status: 503 }),
    async () => Response.json({ success: true, data: { id: 'whk_needle', deleted: true } }),
  ];
  try {
    const client = new VideoCloud({
      baseUrl: 'https://host-needle.test/v1',
      token: TOKEN,
      fetch: () => (answers.shift() ?? (() => Promise.reject(new Error('no more'))))(),
    });
    await client.webhooks.delete('whk_needle');
  } finally {
    channel.unsubscribe(subscribers);
  }
  expect(ended).toMatchObject([
    { method: 'DELETE', route: '/webhooks/{id}', status: null, attempt: 1, result: 'failed' },
    { status: 503, attempt: 2, result: 'answered' },
    { status: 200, attempt: 3, result: 'answered' },
  ]);
  for (const needle of ['needle', TOKEN]) expect(JSON.stringify(ended)).not.toContain(needle);
});
