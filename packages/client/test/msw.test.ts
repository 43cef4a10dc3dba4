import { setupServer } from 'msw/node';
import { describe, expect, it } from 'vitest';
import { VideoCloud } from '../src/index.js';
import { videoCloudHandlers } from '../src/msw/index.js';

/** Base URLs the client accepts, spelled in every way it accepts. */
const BASE_URLS = [
  'https://videocloud.test',
  'https://videocloud.test/',
  'https://videocloud.test:443',
  'https://videocloud.test:443/api/',
  'http://videocloud.test:80',
  'http://videocloud.test:8080',
  'HTTPS://VideoCloud.TEST/API/v1',
  'https://videocloud.test//',
  'https://videocloud.test/api//v1///',
  'https://videocloud.test/./a/../b',
  'http://[::1]',
  'http://[::1]:3000/api',
  'http://[0:0:0:0:0:0:0:1]:3000',
  'http://127.0.0.1:3000',
  'http://127.1:3000',
  'http://localhost:3000/v1',
  'https://пример.рф/апи',
  'https://videocloud.test/a b',
  'https://videocloud.test/v1:beta',
  'https://videocloud.test/:tenant/*',
  'https://videocloud.test/(v1)/a+b?'.slice(0, -1),
  'https://videocloud.test/%7Bx%7D/{y}',
  'https://videocloud.test/a.b/~x/$y/[z]/@w,;=&!',
  ' https://videocloud.test/space ',
];

describe('videoCloudHandlers', () => {
  it.each(BASE_URLS)('answers a client with the base URL %j', async (baseUrl) => {
    const server = setupServer(...videoCloudHandlers({ baseUrl, token: 'tok' }));
    server.listen({ onUnhandledRequest: 'error' });
    try {
      const { webhooks } = new VideoCloud({ baseUrl, token: 'tok', maxRetries: 0 });
      const { id } = await webhooks.create({ url: 'https://a.test/', events: ['user.created'], secret: 'abc' });
      expect((await webhooks.list({ limit: 1 })).items.map((item) => item.id)).toEqual([id]);
      expect(await webhooks.update(id, { events: ['user.deleted'] })).toMatchObject({ events: ['user.deleted'] });
      expect(await webhooks.sendTest(id, { event: 'user.deleted' })).toMatchObject({ status: 'sent' });
      expect((await webhooks.listDeliveries(id)).total).toBe(1);
      await expect(webhooks.delete('whk/none?x')).rejects.toMatchObject({ code: 'not_found' });
      expect(await webhooks.delete(id)).toEqual({ id, deleted: true });
    } finally {
      server.close();
    }
  });

  it('refuses an option that does not exist', () => {
    const options = { baseUrl: 'https://videocloud.test', tokn: 'a token' };
    expect(() => videoCloudHandlers(options as never)).toThrow(/unknown option "tokn", did you mean "token"\?/);
  });

  it('answers nothing beside its base URL', async () => {
    const server = setupServer(...videoCloudHandlers({ baseUrl: 'https://videocloud.test/api' }));
    server.listen({ onUnhandledRequest: 'error' });
    try {
      for (const baseUrl of [
        'https://videocloud.test',
        'https://videocloudxtest/api',
        'https://videocloud.test/api/v2',
        'http://videocloud.test/api',
        'https://videocloud.test:8443/api',
      ]) {
        const { webhooks } = new VideoCloud({ baseUrl, maxRetries: 0 });
        await expect(webhooks.list()).rejects.toMatchObject({ name: 'VideoCloudConnectionError' });
      }
    } finally {
      server.close();
    }
  });

  it.each([
    '',
    'videocloud.test',
    'ftp://videocloud.test',
    'https://u:p@videocloud.test',
    'https://videocloud.test?x',
    undefined,
  ])('refuses what the client refuses, in the same words: %j', (baseUrl) => {
    const messageOf = (make: () => unknown): string => {
      try {
        make();
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return (error as Error).message;
      }
      return expect.fail('should have thrown');
    };
    expect(messageOf(() => videoCloudHandlers({ baseUrl: baseUrl as never }))).toBe(
      messageOf(() => new VideoCloud({ baseUrl: baseUrl as never })),
    );
  });
});
