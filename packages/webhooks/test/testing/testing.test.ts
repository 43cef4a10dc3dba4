import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import express from 'express';
import Fastify from 'fastify';
import request from 'supertest';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { webhookHandler } from '../../src/adapters/express.js';
import { validateEvent } from '../../src/events/type-guards.js';
import type { EventOf } from '../../src/events/types.js';
import { createReceiver } from '../../src/index.js';
import { DELIVERED_EVENT_TYPES } from '../../src/protocol/index.js';
import { fixture, signedBody, signedRequest, testContext } from '../../src/testing/index.js';

const SECRET = 'test-secret';
const hmac = (bytes: Uint8Array | string) => createHmac('sha256', SECRET).update(bytes).digest('hex');
const guide = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../tests/support/fixtures/guide/${name}.event.json`, import.meta.url), 'utf8'),
  );

describe('fixture', () => {
  it.each(DELIVERED_EVENT_TYPES)('%s is a complete, valid event of that name', (type) => {
    const event = fixture(type);
    expect(event.event).toBe(type);
    expect(validateEvent(event)).toMatchObject({ ok: true });
    expect(event.timestamp).toMatch(/^2024-03-31T12:0[05]:00Z$/);
  });

  it.each(['video.uploaded', 'video.processed', 'user.registered', 'comment.created'] as const)(
    '%s is the payload of the guide',
    (type) => expect(fixture(type)).toEqual(guide(type)),
  );

  it('gives a fresh deep copy each time', () => {
    const first = fixture('video.processed');
    first.data.formats.length = 0;
    first.data.videoId = 'changed';
    expect(fixture('video.processed').data.formats).toHaveLength(2);
    expect(fixture('video.processed').data.videoId).toBe('vid_123456');
  });

  it('merges overrides deep, replaces arrays and null, keeps on undefined', () => {
    const formats = [{ quality: '4k', url: 'https://stream.videocloud.com/v/1/4k', size: 1 }];
    const event = fixture('video.processed', { data: { videoId: 'vid_9', formats, status: undefined } });
    expect(event.data).toEqual({ ...guide('video.processed').data, videoId: 'vid_9', formats });
    formats[0]?.url.slice();
    expect(event.data.formats).not.toBe(formats);
    expect(event.data.formats[0]).not.toBe(formats[0]);
    expect(fixture('comment.created', { data: { parentId: 'com_1' } }).data.parentId).toBe('com_1');
    expect(fixture('user.deleted', { data: { more: { deep: [1] } } }).data).toEqual({
      userId: 'usr_123456',
      more: { deep: [1] },
    });
  });

  it('keeps a member named __proto__ a member', () => {
    const event = fixture('user.deleted', JSON.parse('{"data":{"__proto__":{"polluted":true}}}'));
    expect(Object.keys(event.data)).toContain('__proto__');
    expect(Object.getPrototypeOf(event.data)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([['video.upload'], ['constructor'], ['toString'], [''], [undefined], [7]])('refuses the name %s', (name) => {
    expect(() => fixture(name as 'video.uploaded')).toThrow(TypeError);
  });

  it('types overrides', () => {
    expectTypeOf(fixture('video.uploaded')).toEqualTypeOf<EventOf<'video.uploaded'>>();
    // @ts-expect-error a payload the guide shows has no such member
    fixture('video.uploaded', { data: { nope: 1 } });
    // @ts-expect-error of another type
    fixture('video.uploaded', { data: { title: 1 } });
    // @ts-expect-error not a name
    expect(() => fixture('video.upload')).toThrow("did you mean 'video.uploaded'?");
  });
});

describe('signedBody', () => {
  it('signs the exact bytes it returns', async () => {
    const { body, signature, headers } = await signedBody(fixture('video.uploaded'), SECRET);
    expect(new TextDecoder().decode(body)).toBe(JSON.stringify(guide('video.uploaded')));
    expect(signature).toBe(hmac(body));
    expect(headers).toEqual({ 'content-type': 'application/json', 'x-videocloud-signature': signature });
  });

  it.each([
    ['a string', '{ "a": 1.0 }\n', Buffer.from('{ "a": 1.0 }\n')],
    ['bytes that are not UTF-8', Uint8Array.of(0xff, 0, 0xfe), Buffer.from([0xff, 0, 0xfe])],
    ['an ArrayBuffer', Uint8Array.of(1, 2, 3).buffer, Buffer.from([1, 2, 3])],
    ['a Buffer from the pool', Buffer.from('пул'), Buffer.from('пул')],
    ['nothing', '', Buffer.alloc(0)],
  ])('keeps %s byte for byte', async (_name, raw, bytes) => {
    const { body, signature } = await signedBody(raw, SECRET);
    expect(Buffer.from(body).equals(bytes)).toBe(true);
    expect(signature).toBe(hmac(bytes));
  });

  it('is not changed by a later write to the caller’s buffer', async () => {
    const raw = new TextEncoder().encode('{}');
    const { body } = await signedBody(raw, SECRET);
    raw[0] = 0;
    expect(body[0]).toBe(0x7b);
  });

  it('refuses misuse', async () => {
    await expect(signedBody(fixture('user.deleted'), ' ')).rejects.toThrow(TypeError);
    await expect(signedBody(null as unknown as string, SECRET)).rejects.toThrow(TypeError);
    await expect(signedBody([] as unknown as string, SECRET)).rejects.toThrow(TypeError);
  });
});

describe('signedBody in HTTP test clients', () => {
  function receiving() {
    const titles: string[] = [];
    const receiver = createReceiver({ secrets: SECRET, onError: () => undefined });
    receiver.on('video.uploaded', ({ data }) => {
      titles.push(data.title);
    });
    return { receiver, titles };
  }

  it('works with supertest: headers, then text', async () => {
    const { receiver, titles } = receiving();
    const app = express().post('/webhooks', webhookHandler(receiver));
    const { text, headers, body } = await signedBody(
      fixture('video.uploaded', { data: { title: 'Ролик 🎬' } }),
      SECRET,
    );
    await request(app).post('/webhooks').set(headers).send(text).expect(200);
    await request(app)
      .post('/webhooks')
      .set(headers)
      .serialize((bytes: unknown) => bytes as string)
      .send(body)
      .expect(200);
    expect(titles).toEqual(['Ролик 🎬', 'Ролик 🎬']);
  });

  it.each(['body', 'text'] as const)('works with Fastify inject: headers and %s', async (member) => {
    const { receiver } = receiving();
    const app = Fastify();
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, raw, done) => done(null, raw));
    app.post('/webhooks', async ({ headers, body }, reply) => {
      const { status } = await receiver.receive({ body: body as Buffer, signature: headers['x-videocloud-signature'] });
      return reply.code(status).send({ length: Number(headers['content-length']) });
    });
    const signed = await signedBody(fixture('video.uploaded', { data: { title: 'Ролик 🎬' } }), SECRET);
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: '/webhooks',
      headers: signed.headers,
      payload: signed[member],
    });
    expect([statusCode, JSON.parse(body)]).toEqual([200, { length: signed.body.length }]);
    await app.close();
  });

  it('gives the same bytes as text and as a Buffer, a byte order mark included', async () => {
    const { body, text } = await signedBody('\ufeff{"a":"é"}', SECRET);
    expect(Buffer.isBuffer(body)).toBe(true);
    expect(body.buffer.byteLength).toBe(body.byteLength);
    expect(Buffer.from(text).equals(body)).toBe(true);
  });
});

describe('testContext', () => {
  it('is the context of a first attempt, with a key of its own', () => {
    const { signal, deliveryKey, ...rest } = testContext();
    expect(signal.aborted).toBe(false);
    expect(deliveryKey).toMatch(/^[0-9a-f]{64}$/);
    expect(deliveryKey).not.toBe(testContext().deliveryKey);
    expect(rest).toMatchObject({ attempt: 1, secretIndex: 0, headers: null, requestId: null });
    expect(rest.rawBody).toEqual(new Uint8Array());
  });

  it('takes overrides, undefined for the default', () => {
    const signal = AbortSignal.abort();
    expect(testContext({ attempt: 3, deliveryKey: null, signal, secretIndex: undefined } as object)).toMatchObject({
      attempt: 3,
      deliveryKey: null,
      secretIndex: 0,
    });
    expect(testContext({ signal }).signal.aborted).toBe(true);
    class Retried {
      get attempt() {
        return 3;
      }
    }
    expect(testContext(new Retried()).attempt).toBe(3);
    // @ts-expect-error no such member
    testContext({ attemp: 3 });
  });
});

it('runs in node:test, outside of vitest', { timeout: 120_000 }, async () => {
  const script = `
    import { test } from 'node:test';
    import { memoryStore } from './src/index.ts';
    import { fixture, signedBody, storeContract, testContext } from './src/testing/index.ts';
    for (const { name, run } of storeContract(() => memoryStore())) test(name, run);
    test('the others', async () => {
      const { body } = await signedBody(fixture('user.deleted'), 'test-secret');
      if (!Buffer.isBuffer(body) || testContext().attempt !== 1) throw new Error('not as in vitest');
    });`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--test-reporter=tap', '--input-type=module', '-e', script],
    { cwd: new URL('../..', import.meta.url), env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  expect(stdout).toMatch(/# fail 0/);
  expect(stdout).toMatch(/# pass 1[0-9]/);
});

describe('signedRequest', () => {
  it('is a POST of the signed bytes', async () => {
    const request = await signedRequest('https://example.com/hooks?x=1', fixture('comment.created'), SECRET);
    expect(request.method).toBe('POST');
    expect(request.url).toBe('https://example.com/hooks?x=1');
    expect(request.headers.get('content-type')).toBe('application/json');
    const body = new Uint8Array(await request.arrayBuffer());
    expect(request.headers.get('x-videocloud-signature')).toBe(hmac(body));
  });

  it('takes a URL and raw bytes', async () => {
    const request = await signedRequest(new URL('https://example.com/'), Uint8Array.of(0xff), SECRET);
    expect(new Uint8Array(await request.arrayBuffer())).toEqual(Uint8Array.of(0xff));
  });
});
