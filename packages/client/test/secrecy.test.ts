import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { VideoCloud } from '../src/index.js';
import { closedPort, json, serve } from './servers.js';

const token = 'token-that-must-not-show';
const header = 'header-that-must-not-show';
const secret = 'geheim "ключ" \\ that must not show';
const ascii = JSON.stringify(secret)
  .slice(1, -1)
  .replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

function nothingShows(value: unknown): void {
  const shown = [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    value instanceof Error ? `${value.stack}` : '',
  ].join('\n');
  for (const hidden of [token, header, secret, JSON.stringify(secret).slice(1, -1), ascii])
    expect(shown).not.toContain(hidden);
}

const clientOf = (baseUrl: string, more = {}) =>
  new VideoCloud({ baseUrl, token, headers: { 'x-api-key': header }, maxRetries: 0, ...more });
const create = (client: VideoCloud) =>
  client.webhooks
    .create({ url: 'https://your-server.com/webhooks', events: ['video.uploaded'], secret })
    .catch((e: unknown) => e);

describe('token, headers and secret show nowhere', () => {
  it('in the client', () => {
    const client = clientOf('https://videocloud.test');
    nothingShows(client);
    nothingShows(client.webhooks);
    nothingShows(client.raw);
  });

  it('in errors of a server that repeats all it was told', async () => {
    const server = await serve((_, response) =>
      json(response, 422, {
        success: false,
        error: {
          code: 'validation_failed',
          message: `Bearer ${token} ${header} sent ${secret}`,
          details: [{ path: secret, message: `${secret} is not good` }],
        },
      }),
    );
    const error = await create(clientOf(server.url));
    expect(error).toMatchObject({
      status: 422,
      code: 'validation_failed',
      details: [{ message: '[redacted] is not good' }],
    });
    nothingShows(error);
  });

  it('in bodies that are no JSON, escaped, and cut at 2 KB', async () => {
    for (const text of [
      `${token} ${secret}`,
      ascii,
      `${'x'.repeat(2_040)}${token}`,
      `${token.repeat(100)}${'x'.repeat(1_500)}${secret}`,
    ]) {
      const server = await serve((_, response) => response.writeHead(500).end(text));
      const error = await create(clientOf(server.url));
      expect(error).toMatchObject({ status: 500, body: expect.stringMatching(/\[reda|x{2000}/) });
      nothingShows(error);
      expect(inspect(error)).not.toContain(token.slice(0, 8));
    }
  });

  it('in causes', async () => {
    const talkative = clientOf('https://videocloud.test', {
      fetch: (request: Request) => {
        const inner = Object.assign(new Error(`sent ${request.headers.get('authorization')}`), { code: 'EPROTO' });
        return Promise.reject(new TypeError('fetch failed', { cause: inner }));
      },
    });
    const error = await create(talkative);
    expect(error).toMatchObject({
      cause: { message: 'fetch failed', cause: { message: 'sent Bearer [redacted]', code: 'EPROTO' } },
    });
    nothingShows(error);
    nothingShows(await create(clientOf(await closedPort())));
  });

  it('in the errors of misuse', async () => {
    const client = clientOf('https://videocloud.test');
    const misuse: (() => unknown)[] = [
      () => clientOf('https://videocloud.test', { token: `${token}\n` }),
      () => clientOf('https://videocloud.test', { headers: { 'x-api-key': `${header}\n` } }),
      () => clientOf(`https://user:${token}@videocloud.test`),
      () =>
        client.webhooks.create({ url: `https://user:${token}@your-server.com`, events: ['video.uploaded'], secret }),
      () =>
        client.webhooks.create({ url: 'https://your-server.com', events: ['nonsense' as 'video.uploaded'], secret }),
    ];
    for (const wrong of misuse) {
      const error = await Promise.resolve()
        .then(wrong)
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(TypeError);
      nothingShows(error);
    }
  });

  it('a short secret is taken out where it is a value, and words that look like it stay', async () => {
    const server = await serve((_, response) =>
      json(response, 422, {
        success: false,
        error: {
          code: 'validation_failed',
          message: 'The secret is not good.',
          details: [{ path: 'secret', message: 'is too short' }],
          got: { secret: 'secret' },
        },
      }),
    );
    const error = await clientOf(server.url)
      .webhooks.create({ url: 'https://your-server.com', events: ['video.uploaded'], secret: 'secret' })
      .catch((e: unknown) => e);
    expect(error).toMatchObject({
      details: [{ path: 'secret', message: 'is too short' }],
      message: expect.stringContaining('The secret is not good.'),
      body: expect.stringContaining('"secret":"[redacted]"'),
    });
  });
});
