import { connect } from 'node:net';
import { DELIVERED_EVENT_TYPES, EVENT_TYPES, validateEvent } from '@videocloud/webhooks';
import { describe, expect, it } from 'vitest';
import { receiver, SECRET, start } from '../support/sender.js';

const URL_OK = 'https://your-server.com/webhooks';
const valid = { url: URL_OK, events: ['video.published'], secret: SECRET };
const paths = (details: { path: string }[]) => details.map(({ path }) => path);

describe('the management API', () => {
  it('registers, lists, changes and deletes as the guide shows', async () => {
    const { call } = start();
    const made = await call('POST', '/webhooks', { ...valid, events: ['video.uploaded', 'video.processed'] });
    expect(made.status).toBe(201);
    const id = String(made.json.data.id);
    expect(made.json).toEqual({
      success: true,
      data: {
        id: expect.stringMatching(/^whk_[0-9a-z]+$/),
        url: URL_OK,
        events: ['video.uploaded', 'video.processed'],
        status: 'active',
        createdAt: expect.any(String),
      },
    });
    expect((await call('GET', '/webhooks')).json).toEqual({ success: true, data: { items: [made.json.data] } });
    const changed = await call('PUT', `/webhooks/${id}`, { events: ['video.deleted'], secret: 'new_webhook_secret' });
    expect(changed.json.data).toEqual({ ...made.json.data, events: ['video.deleted'] });
    expect((await call('PUT', `/webhooks/${id}`, {})).json.data).toEqual(changed.json.data);
    expect((await call('DELETE', `/webhooks/${id}`)).json).toEqual({ success: true, data: { id, deleted: true } });
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(404);
    expect((await call('GET', '/webhooks')).json.data.items).toEqual([]);
  });

  const refused: [string, unknown, string[]][] = [
    ['an unknown event', { ...valid, events: ['video.published', 'video.upload'] }, ['events.1']],
    ['a delivered name that is not subscribable', { ...valid, events: ['user.registered'] }, ['events.0']],
    ['an inherited member as event', { ...valid, events: ['constructor', '__proto__'] }, ['events.0', 'events.1']],
    ['no event', { ...valid, events: [] }, ['events']],
    ['a duplicate event', { ...valid, events: ['user.created', 'user.created'] }, ['events.1']],
    ['events that are no list', { ...valid, events: 'video.published' }, ['events']],
    ['events that are no strings', { ...valid, events: [1, null] }, ['events.0', 'events.1']],
    ['a blank secret', { ...valid, secret: ' \t\u00a0' }, ['secret']],
    ['a secret of NULs, which HMAC takes for the empty one', { ...valid, secret: '\0\0' }, ['secret']],
    ['a secret of zero width', { ...valid, secret: '\u200b\u2060' }, ['secret']],
    ['the text of a missing variable', { ...valid, secret: 'undefined' }, ['secret']],
    ['an empty secret', { ...valid, secret: '' }, ['secret']],
    ['a secret that is no string', { ...valid, secret: 1 }, ['secret']],
    ['half a surrogate pair', { ...valid, secret: 'a\ud800' }, ['secret']],
    ['an unknown member', { ...valid, secrets: [] }, ['secrets']],
    ['a status at creation', { ...valid, status: 'active' }, ['status']],
    [
      '__proto__ as a member',
      JSON.parse('{"url":"https://a.example/","events":["user.created"],"secret":"s","__proto__":{}}'),
      ['__proto__'],
    ],
    ['nothing', {}, ['url', 'events', 'secret']],
    ['a list', [], ['']],
    ['null', null, ['']],
    ['a string', 'x', ['']],
    ...[
      '',
      'nonsense',
      'your-server.com',
      '//your-server.com',
      'ftp://your-server.com',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https:',
      'https://',
      'https:///x',
      ' https://a.example',
      'https://a.example ',
      'https://a.example/a b',
      'https://a.example/\n',
      'https:\\\\a.example',
      'https://user:pass@a.example/',
      'https://user@a.example/',
      'https://@a.example/',
      'https://a.example:99999/',
      'https://a.example/%zz',
      'https://пример.рф/',
      'HTTPS://a.example/',
      `https://a.example/${'a'.repeat(2048)}`,
      null,
      5,
    ].map((url): [string, unknown, string[]] => [
      `the URL ${JSON.stringify(url)?.slice(0, 40)}`,
      { ...valid, url },
      ['url'],
    ]),
  ];
  it.each(refused)('answers 422 to %s, at creation and change', async (_title, body, expected) => {
    const { call, create } = start();
    const { status, json } = await call('POST', '/webhooks', body);
    expect({ status, code: json.error.code, paths: paths(json.error.details) }).toEqual({
      status: 422,
      code: 'validation_failed',
      paths: expected,
    });
    expect(JSON.stringify(json)).not.toContain(SECRET);
    if (
      typeof body !== 'object' ||
      body === null ||
      Array.isArray(body) ||
      Object.keys(body).length === 0 ||
      'status' in body
    )
      return;
    const id = await create(URL_OK);
    const change = await call('PUT', `/webhooks/${id}`, body);
    expect({ status: change.status, paths: paths(change.json.error.details) }).toEqual({
      status: 422,
      paths: expected,
    });
  });

  it('refuses http:// unless private addresses are allowed', async () => {
    const body = { ...valid, url: 'http://a.example/' };
    expect((await start({ allowPrivateAddresses: false }).call('POST', '/webhooks', body)).status).toBe(422);
    expect((await start({ allowPrivateAddresses: ['10.0.0.0/8'] }).call('POST', '/webhooks', body)).status).toBe(201);
  });

  it('sets no status but active', async () => {
    const { call, create } = start();
    const id = await create(URL_OK);
    for (const status of ['failed', 'paused', '', null, true]) {
      const { status: code, json } = await call('PUT', `/webhooks/${id}`, { status });
      expect([code, paths(json.error.details)]).toEqual([422, ['status']]);
    }
    expect((await call('PUT', `/webhooks/${id}`, { status: 'active' })).status).toBe(200);
  });

  it('accepts every subscribable name and tests every delivered one', async () => {
    const target = await receiver();
    const { sender, call, create } = start();
    const id = await create(target.url, EVENT_TYPES);
    for (const event of DELIVERED_EVENT_TYPES) {
      const { status, json } = await call('POST', `/webhooks/${id}/test`, { event });
      expect([status, json.data.status]).toEqual([200, 'sent']);
    }
    await call('POST', `/webhooks/${id}/test`, { event: 'video.processed' });
    await sender.idle();
    expect(target.hits.map(({ body }) => validateEvent(JSON.parse(body.toString())).ok)).toEqual(
      target.hits.map(() => true),
    );
    expect(new Set(target.hits.map(({ body }) => body.toString())).size).toBe(16);
    for (const body of [{ event: 'video.upload' }, { event: 1 }, {}, { event: 'video.processed', x: 1 }]) {
      expect((await call('POST', `/webhooks/${id}/test`, body)).status).toBe(422);
    }
  });

  it.each([
    ['invalid JSON', '{"url":', {}, 400, 'invalid_json'],
    ['an empty body', '', {}, 400, 'invalid_json'],
    ['invalid UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'invalid_json'],
    ['a byte order mark', '\ufeff{}', {}, 400, 'invalid_json'],
    ['another media type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [
      'a media type that only begins alike',
      '{}',
      { 'content-type': 'application/jsonp' },
      415,
      'unsupported_media_type',
    ],
    ['another charset', '{}', { 'content-type': 'application/json; charset=latin1' }, 415, 'unsupported_media_type'],
    ['a content encoding', '{}', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['1 MB', `{"secret":"${'x'.repeat(1 << 20)}"}`, {}, 413, 'body_too_large'],
    ['an empty object', '{}', { 'content-type': 'Application/JSON; Charset="UTF-8"' }, 422, 'validation_failed'],
  ])('answers %s by its code', async (_title, raw, headers, status, code) => {
    const { call, create } = start();
    const id = await create(URL_OK);
    for (const [method, path] of [
      ['POST', '/webhooks'],
      ['POST', `/webhooks/${id}/test`],
    ] as const) {
      const answer = await call(method, path, undefined, {
        raw,
        headers: { 'content-type': 'application/json', ...headers },
      });
      expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    }
  });

  it('counts a streamed body', async () => {
    let pulled = 0;
    const raw = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(16 * 1024));
        if (pulled > 1000) controller.close();
      },
    });
    const fetch = start().sender.fetch;
    const response = await fetch(
      new Request('http://x/webhooks', {
        method: 'POST',
        body: raw,
        duplex: 'half',
        headers: { 'content-type': 'application/json' },
      } as RequestInit),
    );
    expect(response.status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });

  it('answers over HTTP, and goes on after refusing a large body', async () => {
    const { sender } = start();
    const { url } = await sender.listen();
    const send = (body: string) =>
      fetch(`${url}/webhooks`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect((await send(JSON.stringify({ ...valid, secret: 'x'.repeat(1 << 20) }))).status).toBe(413);
    expect((await send(JSON.stringify(valid))).status).toBe(201);
    const { port } = new URL(url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'POST /webhooks HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"url"',
        );
        setTimeout(() => socket.destroy(), 20);
      });
      socket.on('close', () => resolve());
    });
    expect((await fetch(`${url}/webhooks`)).status).toBe(200);
  });
});
