import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { VideoCloud } from '../src/index.js';
import { stringValues } from '../src/redaction/decodings.js';
import { json, NOBODY_THERE, serve } from './servers.js';

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
    nothingShows(await create(clientOf(NOBODY_THERE)));
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

const bytesOf = (text: string) => Buffer.from(text);
const reversed = (text: string) => [...text].reverse().join('');
const RESPELLED: [string, (text: string) => string][] = [
  ['percent-encoded', encodeURIComponent],
  ['percent-encoded, every byte', (text) => [...bytesOf(text)].map((b) => `%${b.toString(16)}`).join('')],
  ['percent-encoded twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['JSON escapes', (text) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  ['JSON escapes of some letters', (text) => text.replace(/[aeio]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
  ['JSON in JSON', (text) => JSON.stringify(JSON.stringify({ got: text }))],
  ['escapes of JavaScript', (text) => [...bytesOf(text)].map((b) => `\\x${b.toString(16)}`).join('')],
  ['entities of HTML', (text) => [...text].map((c) => `&#${c.charCodeAt(0)};`).join('')],
  ['hex entities of HTML', (text) => [...text].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join('')],
  ['quoted-printable', (text) => [...bytesOf(text)].map((b) => `=${b.toString(16).toUpperCase()}`).join('')],
  ['Base64', (text) => bytesOf(text).toString('base64')],
  ['Base64 behind a word', (text) => `value${bytesOf(`Bearer ${text}`).toString('base64')}`],
  ['Base64 in lines', (text) => bytesOf(text).toString('base64').replace(/.{8}/g, '$&\r\n')],
  ['base64url', (text) => bytesOf(text).toString('base64url')],
  ['Base64 twice', (text) => bytesOf(bytesOf(text).toString('base64')).toString('base64')],
  ['hex', (text) => bytesOf(text).toString('hex')],
  [
    'hex with colons',
    (text) =>
      bytesOf(text)
        .toString('hex')
        .replace(/..(?=.)/g, '$&:'),
  ],
  ['codes of characters', (text) => JSON.stringify(bytesOf(text))],
  ['capitals', (text) => text.toUpperCase()],
  ['backwards', reversed],
  ['backwards in Base64', (text) => bytesOf(reversed(text)).toString('base64')],
  ['split over lines', (text) => text.replace(/.{5}/gu, '$&\n')],
  ['split by dots', (text) => [...text].join('.')],
  [
    'split over values',
    (text) => JSON.stringify({ first: text.slice(0, 7), second: text.slice(7, 14), last: text.slice(14) }),
  ],
  ['its first half', (text) => `${text.slice(0, Math.ceil(text.length / 2) + 4)}…`],
  [
    'full width',
    (text) => [...text].map((c) => (/[a-z]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join(''),
  ],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le').toString('latin1')],
];

describe('re-spelled by the server', () => {
  it.each(RESPELLED)('%s: the text is left out', async (_, respell) => {
    for (const [which, hidden] of [
      ['token', token],
      ['header', header],
      ['secret', secret],
    ] as const) {
      const shown = respell(hidden);
      const bodies = [
        shown,
        JSON.stringify({ success: false, error: { code: 'validation_failed', message: shown } }),
        JSON.stringify({
          success: false,
          error: { code: 'validation_failed', message: 'No.', details: [{ path: shown, message: shown }] },
        }),
        JSON.stringify({ success: true, data: shown }),
      ];
      for (const body of bodies) {
        const server = await serve((_n, response) =>
          response.writeHead(422, { 'content-type': 'application/json' }).end(body),
        );
        const error = await create(clientOf(server.url));
        nothingShows(error);
        const text = `${inspect(error, { depth: 20, showHidden: true })}${JSON.stringify(error)}`;
        for (const form of [
          shown,
          JSON.stringify(shown).slice(1, -1),
          JSON.stringify(JSON.stringify(shown)).slice(3, -3),
        ])
          expect(text, `${which}: ${body}`).not.toContain(form);
        expect(error).toMatchObject({ status: 422 });
      }
    }
  });

  it('ordinary texts stay', async () => {
    const message =
      'The URL https://your-server.com/webhooks is not reachable: dGhpcyBpcyBmaW5l %41 \u0442\u0435\u043a\u0441\u0442';
    const server = await serve((_, response) =>
      json(response, 422, { success: false, error: { code: 'validation_failed', message } }),
    );
    expect(await create(clientOf(server.url))).toMatchObject({
      message: `POST /webhooks: 422 validation_failed: ${message}`,
      body: expect.stringContaining(message),
    });
  });

  it('reads a string that never ends once, not from every quote in it', () => {
    const text = `"${'\\"'.repeat(200_000)}`;
    expect(stringValues(text)).toEqual([text.slice(1)]);
    expect(stringValues('{"name": "a \\" b", "more": ["c", "cut')).toEqual(['a \\" b', 'c', 'cut']);
  });

  it('costs little, whatever the answer is', async () => {
    for (const text of [
      '%25'.repeat(2e6),
      '\\u005c'.repeat(1e6),
      '"'.repeat(8e6),
      'QUFB'.repeat(2e6),
      '12,'.repeat(2e6),
      `${'&#38;'.repeat(1e6)}`,
    ]) {
      const server = await serve((_, response) => response.writeHead(400).end(text));
      const client = clientOf(server.url, { headers: { authorization: 'k'.repeat(4_000) }, token: undefined });
      const started = process.cpuUsage();
      expect(await create(client)).toMatchObject({ status: 400, code: 'invalid_response' });
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1e6).toBeLessThan(10);
    }
  });
});

describe('fields of an error', () => {
  const forms = [
    token,
    header,
    secret,
    `req_${token}`,
    bytesOf(token).toString('base64url'),
    encodeURIComponent(secret),
  ];
  it.each(forms)('code and request id are dropped when they hold %s', async (value) => {
    const server = await serve((_, response) =>
      json(
        response,
        422,
        { success: false, error: { code: value, message: 'No.' } },
        { 'x-request-id': encodeURI(value) },
      ),
    );
    const error = await create(clientOf(server.url));
    expect(error).toMatchObject({ code: 'invalid_response', requestId: undefined });
    nothingShows(error);
    expect(`${inspect(error)}${JSON.stringify(error)}`).not.toContain(value);
  });

  it.each(['a b', 'x'.repeat(65), 'line\nbreak', '', 5, {}])(
    'a code that is no short name is dropped: %j',
    async (code) => {
      const server = await serve((_, response) =>
        json(response, 422, { success: false, error: { code, message: 'No.' } }),
      );
      expect(await create(clientOf(server.url))).toMatchObject({ code: 'invalid_response' });
    },
  );

  it('texts of the server are bounded and forge no lines', async () => {
    const details = Array.from({ length: 1_000 }, (_, i) => ({
      path: `p${i}`,
      message: `bad\nerror: forged\u001b[31m ${'x'.repeat(5_000)}`,
    }));
    const server = await serve((_, response) =>
      json(response, 422, {
        success: false,
        error: { code: 'validation_failed', message: 'No.\r\nok: forged', details },
      }),
    );
    const error = (await create(clientOf(server.url))) as Error & { details: { message: string }[] };
    expect(error.details).toHaveLength(50);
    expect(error.details[0]?.message.length).toBe(500);
    expect(error.message).toMatch(/^POST \/webhooks: 422 validation_failed: No\. ok: forged/);
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(error.message.length).toBeLessThan(40_000);
  });

  // Each text decodes to hundreds of others, and each of those is searched for parts of each secret.
  it('fifty details made to be decoded are not searched to the end, and not shown', async () => {
    const text = (n: number) =>
      [...'%41\\u0041&#65;=41'].join(`${n}`) +
      '%2541'.repeat(60) +
      Buffer.from(`%41&#65;${n}`.repeat(40)).toString('base64') +
      '\\u005c'.repeat(60) +
      Buffer.from(`=41${n}`.repeat(60)).toString('hex');
    const details = Array.from({ length: 50 }, (_, n) => ({ path: text(n), message: text(n + 50) }));
    const server = await serve((_, response) =>
      json(response, 422, { success: false, error: { code: 'validation_failed', message: 'No.', details } }),
    );
    const error = await create(clientOf(server.url));
    expect(error).toMatchObject({ message: expect.stringMatching(/validation_failed: \[redacted\]$/), details: [] });
    nothingShows(error);
  });

  it('fifty details in words are shown', async () => {
    const details = Array.from({ length: 50 }, (_, n) => ({
      path: `items.${n}.url`,
      message: `Must be an absolute https:// URL of at most 2,048 characters, without a user name or a fragment; item ${n} of the request (“https://your-server.com/webhooks/${n}#top”) has a fragment.`,
    }));
    const server = await serve((_, response) =>
      json(response, 422, { success: false, error: { code: 'validation_failed', message: 'No.', details } }),
    );
    expect(await create(clientOf(server.url))).toMatchObject({ details });
  });

  it('a redirect to a host named like the token', async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: `https://${token}.test/x` }).end());
    const error = await create(clientOf(server.url));
    expect(error).toMatchObject({ code: 'redirect_refused' });
    nothingShows(error);
  });
});

describe('causes', () => {
  it('keep no member of the error that fetch threw, and no stack with a secret', async () => {
    const fetch = (request: Request) => {
      const error = Object.assign(new Error('failed'), {
        code: `E_${token}`,
        config: { headers: { authorization: `Bearer ${token}` } },
        request,
        errors: [new Error(`inner ${header}`)],
        toJSON: () => ({ token }),
      });
      error.name = token;
      error.stack = `Error: failed\n    at ${header} (file:///${token}.js:1:1)\n    at send (file:///app.js:2:2)`;
      return Promise.reject(error);
    };
    const error = await create(clientOf('https://videocloud.test', { fetch }));
    nothingShows(error);
    expect((error as Error).cause).toMatchObject({ name: 'Error', message: 'failed' });
    expect(((error as Error).cause as Error).stack).toContain('at send (file:///app.js:2:2)');
  });

  it.each([
    ['an object', { headers: { authorization: token } }],
    ['a string', `Bearer ${token}`],
    ['nothing', undefined],
    ['null', null],
    [
      'an error whose members throw',
      Object.defineProperty({}, 'message', {
        get: () => {
          throw new Error(token);
        },
      }),
    ],
  ])('something thrown that is no error: %s', async (_, thrown) => {
    const error = await create(clientOf('https://videocloud.test', { fetch: () => Promise.reject(thrown) }));
    expect(error).toMatchObject({ name: 'VideoCloudConnectionError', attempts: 1 });
    nothingShows(error);
  });
});

describe('the raw client', () => {
  it('keeps a secret of its body and a header of a middleware out of errors', async () => {
    const server = await serve((_, response) =>
      response.writeHead(302, { location: 'https://other.test/' }).end(`${secret} ${token} middleware-key-0123`),
    );
    const client = clientOf(server.url);
    client.raw.use({
      onRequest({ request }) {
        request.headers.set('x-gateway-key', 'middleware-key-0123');
        return request;
      },
    });
    const body = { url: 'https://your-server.com/webhooks', events: ['video.uploaded' as const], secret };
    const error = await client.raw.POST('/webhooks', { body }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'redirect_refused', body: '[redacted] [redacted] [redacted]' });
    nothingShows(error);
  });

  it('keeps the password of Basic credentials out of errors', async () => {
    const server = await serve((_, response) => response.writeHead(401).end('user hunter2hunter2 is unknown'));
    const client = new VideoCloud({
      baseUrl: server.url,
      headers: { authorization: `Basic ${btoa('user:hunter2hunter2')}` },
    });
    expect(await client.webhooks.list().catch((e: unknown) => e)).toMatchObject({ body: 'user [redacted] is unknown' });
  });
});
