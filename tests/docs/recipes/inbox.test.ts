import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { acceptInto, consume, handling, type Message } from '../../../docs/recipes/inbox.js';
import { SECRET, showsFile } from './deliveries.js';

afterEach(() => vi.unstubAllEnvs());

/** What the queue is asked to do with one delivery of a message. */
async function consumed(body: Uint8Array, deliveries: number): Promise<string[]> {
  const asked: string[] = [];
  const message: Message = {
    body,
    deliveries,
    ack: async () => void asked.push('ack'),
    retry: async () => void asked.push('retry'),
  };
  await consume(message);
  return asked;
}

const signedRequestOf = async (event: Parameters<typeof signedBody>[0], secret: string) => {
  const { text, headers } = await signedBody(event, secret);
  return new Request('http://localhost/webhooks', { method: 'POST', body: text, headers });
};

describe('the inbox of the page', () => {
  it('answers 200 once the queue holds the bytes, 503 when it does not, 401 to a forgery', async () => {
    vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const queue: Uint8Array[] = [];
    const receiver = acceptInto(async (body) => void queue.push(body));
    const event = fixture('video.processed');
    expect((await receiver.fetch(await signedRequestOf(event, SECRET))).status).toBe(200);
    expect((await receiver.fetch(await signedRequestOf(event, 'another secret'))).status).toBe(401);
    expect(queue.map((body) => JSON.parse(new TextDecoder().decode(body)))).toEqual([event]);

    const away = acceptInto(() => Promise.reject(new Error('the queue is away')));
    expect((await away.fetch(await signedRequestOf(event, SECRET))).status).toBe(503);
  });

  it('acknowledges what was handled, once, and retries what was not', async () => {
    vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const attempts: number[] = [];
    handling.on('video.processed', (_, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new Error('a bug');
    });
    const { body } = await signedBody(fixture('video.processed', { data: { videoId: 'vid_queue' } }), SECRET);
    expect(await consumed(body, 1)).toEqual(['retry']);
    expect(await consumed(body, 2)).toEqual(['ack']);
    expect(await consumed(body, 3)).toEqual(['ack']); // a copy
    expect(attempts).toEqual([1, 2]);
    expect(await consumed(new TextEncoder().encode('no event'), 1)).toEqual(['ack']); // onUnhandled took it
  });

  it('is what the page shows', () => showsFile('docs/handle-once/own-inbox.md', 'docs/recipes/inbox.ts'));
});
