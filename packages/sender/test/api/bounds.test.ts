import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSender } from '../../src/index.js';
import { receiver, SECRET, start } from '../support/sender.js';

const valid = { url: 'https://your-server.com/webhooks', events: ['video.published'], secret: SECRET };
const JSON_TYPE = { 'content-type': 'application/json' };

describe('what the management API accepts is bounded', () => {
  it('secret, events and unknown members: a short answer whatever was sent', async () => {
    const { call } = start();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`m${at}`, 1]));
    for (const body of [
      { ...valid, secret: 's'.repeat(4_097) },
      { ...valid, events: Array.from({ length: 3_000 }, () => 'video.published') },
      { ...valid, events: Array.from({ length: 14 }, (_, at) => `x${at}`) },
      many,
      { ['n'.repeat(60_000)]: 1 },
    ]) {
      const { status, json } = await call('POST', '/webhooks', body);
      expect(status).toBe(422);
      expect(JSON.stringify(json).length).toBeLessThan(10_000);
      expect(json.error.details.length).toBeLessThanOrEqual(50);
    }
    expect((await call('POST', '/webhooks', { ...valid, secret: 's'.repeat(4_096) })).status).toBe(201);
  });

  it('nesting: 30,000 arrays are refused like any other wrong value', async () => {
    const { call } = start();
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    for (const raw of [deep, `{"events":${deep}}`, `{"secret":${deep}}`]) {
      const { status, json } = await call('POST', '/webhooks', undefined, { headers: JSON_TYPE, raw });
      expect([status, json.error.code]).toEqual([422, 'validation_failed']);
    }
  });

  it('a body in one-byte pieces, declared or not, ends at 64 KiB', async () => {
    const { sender } = start();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1).fill(0x20));
      },
    });
    const init = { method: 'POST', headers: JSON_TYPE, body, duplex: 'half' } as RequestInit;
    expect((await sender.fetch(new Request('http://videocloud.test/webhooks', init))).status).toBe(413);
    expect(sent).toBeLessThan(64 * 1024 + 100);
  });

  it('cursors: only those it gave out', async () => {
    const { call, create } = start();
    await create(valid.url);
    for (const cursor of ['x', '1', 'd2hrOjE=', 'd2hrOi0x', 'd2hrOjAx', 'd2hrOjFlOQ', '%00', 'a'.repeat(4_000)]) {
      const { status, json } = await call('GET', `/webhooks?limit=1&cursor=${cursor}`);
      expect([cursor, status, json.error?.code]).toEqual([cursor, 400, 'invalid_parameter']);
    }
  });

  it('emit refuses data that JSON cannot hold', async () => {
    const { sender } = start();
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    let deep: object = {};
    for (let at = 0; at < 100_000; at++) deep = { deep };
    for (const data of [cycle, { big: 1n }, deep])
      await expect(sender.emit({ event: 'video.published', data })).rejects.toThrow(/^emit: data must be what JSON/);
  });
});

describe('another realm', () => {
  const realm = createContext({ Response, Headers, URL, TextEncoder });

  it('may hand in the request, its body, a timestamp and an error', async () => {
    const { sender, create } = start();
    const target = await receiver();
    const bytes = runInContext(`new Uint8Array(${JSON.stringify([...Buffer.from(JSON.stringify(valid))])})`, realm);
    const request = runInContext(
      '(parts) => ({ ...parts })',
      realm,
    )({
      url: 'http://videocloud.test/webhooks',
      method: 'POST',
      headers: new Headers(JSON_TYPE),
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(bytes);
          controller.close();
        },
      }),
    }) as Request;
    expect((await sender.fetch(request)).status).toBe(201);
    await create(target.url);
    const timestamp = runInContext("new Date('2024-03-31T12:00:00Z')", realm) as Date;
    const { deliveryIds } = await sender.emit({ event: 'video.published', data: { videoId: 'vid_1' }, timestamp });
    expect(deliveryIds).toHaveLength(2);
    await sender.idle();
    expect(String(target.hits[0]?.body)).toContain('"timestamp":"2024-03-31T12:00:00.000Z"');
  });

  it('a stream that holds no bytes is refused', async () => {
    const { sender } = start();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue('{"url":"https://a.example/"}');
        controller.close();
      },
    });
    const request = { url: 'http://videocloud.test/webhooks', method: 'POST', headers: new Headers(JSON_TYPE), body };
    expect((await sender.fetch(request as unknown as Request)).status).toBe(400);
  });
});

describe('secrets', () => {
  it('are in no view of the sender, whatever is shown', async () => {
    const token = 'token-of-the-api-0123456789';
    const sender = createSender({ token, allowPrivateAddresses: true });
    onTestFinished(() => sender.close());
    const headers = { ...JSON_TYPE, authorization: `Bearer ${token}` };
    const body = JSON.stringify({ ...valid, url: 'http://127.0.0.1:9/' });
    await sender.fetch(new Request('http://videocloud.test/webhooks', { method: 'POST', headers, body }));
    await sender.emit({ event: 'video.published', data: {} });
    await sender.idle();
    const views = [
      inspect(sender, { showHidden: true, depth: Number.POSITIVE_INFINITY, getters: true }),
      JSON.stringify([
        sender,
        sender.webhooks(),
        sender.deliveries(),
        sender.deliveries().items.map(({ id }) => sender.delivery(id)),
      ]),
      inspect(sender.webhooks(), { showHidden: true, depth: Number.POSITIVE_INFINITY }),
    ];
    for (const view of views) {
      expect(view).not.toContain(token);
      expect(view).not.toContain(SECRET);
    }
    const number = 1234567890123;
    expect(() => createSender({ token: number as never })).toThrow(/^token must be a string without blanks$/);
  });

  it('are in files that only their owner reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sender-mode-'));
    const umask = process.umask(0o000);
    onTestFinished(() => void process.umask(umask));
    const sender = createSender({ database: join(folder, 'sender.db'), allowPrivateAddresses: true });
    const body = JSON.stringify({ ...valid, url: 'http://127.0.0.1:9/' });
    await sender.fetch(new Request('http://x.test/webhooks', { method: 'POST', headers: JSON_TYPE, body }));
    const files = readdirSync(folder);
    expect(files.length).toBeGreaterThan(2);
    for (const name of files)
      expect([name, (statSync(join(folder, name)).mode & 0o777).toString(8)]).toEqual([name, '600']);
    await sender.close();
  });

  it('go to no server by way of the database option', () => {
    for (const database of ['http://127.0.0.1:9', 'https://a.example', 'libsql://a.example', 'file:x.db', 'wss://a'])
      expect(() => createSender({ database })).toThrow(/^database must be the path of a file, not a URL$/);
  });
});
