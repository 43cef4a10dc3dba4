import { expect } from 'vitest';
import { VideoCloud, type VideoCloudOptions } from '../src/index.js';

export const INPUT = {
  url: 'https://your-server.com/webhooks',
  events: ['video.uploaded'],
  secret: 'a secret of the tests',
} as const;

/** A client that writes its waits down instead of sitting them out; jitter is at its largest. */
export function clientOf(baseUrl: string, options: Partial<VideoCloudOptions> = {}) {
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
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('should have been rejected'),
    (error: unknown) => error,
  );

/** Every operation that is safe to repeat. */
export const SAFE = ['list', 'update', 'delete', 'listDeliveries'] as const;
export const ONCE = ['create', 'sendTest'] as const;
export function run(
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
