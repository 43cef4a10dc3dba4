import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createReceiver, type ReceiverOptions, type WebhookEvent } from '../../src/index.js';
import { SECRET } from '../support.js';
import { eventBody } from './support.js';

afterEach(() => void vi.useRealTimers());

const body = eventBody();
const signature = createHmac('sha256', SECRET).update(body).digest('hex');

function receiving(options: Partial<ReceiverOptions> = {}) {
  const events: WebhookEvent[] = [];
  const errors: string[] = [];
  const receiver = createReceiver({ secrets: SECRET, onError: (error) => errors.push(error.code), ...options });
  receiver.on('*', (event) => void events.push(event));
  const post = (init: RequestInit & { duplex?: 'half' } = {}) =>
    new Request('http://receiver.test/hook', {
      method: 'POST',
      body,
      ...init,
      headers: { 'x-videocloud-signature': signature, ...(init.headers as Record<string, string> | undefined) },
    });
  const send = async (init?: RequestInit & { duplex?: 'half' }) => {
    const response = await receiver.fetch(post(init));
    const answer = (await response.json()) as { error?: { code: string } };
    return `${response.status} ${answer.error?.code ?? 'received'}`;
  };
  return { receiver, events, errors, post, send };
}

const stream = (start: (controller: ReadableStreamDefaultController<Uint8Array>) => void, cancel?: () => void) =>
  ({ body: new ReadableStream<Uint8Array>({ start, ...(cancel ? { cancel } : {}) }), duplex: 'half' }) as const;
const bytes = new TextEncoder().encode(body);

describe('fetch', () => {
  it('reads a body with and without a declared length', async () => {
    const { send, events } = receiving();
    expect(await send()).toBe('200 received');
    expect(await send({ headers: { 'content-length': String(bytes.length) } })).toBe('200 received');
    const chunks = stream((controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    });
    expect(await send(chunks)).toBe('200 received');
    expect(events).toEqual([JSON.parse(body), JSON.parse(body), JSON.parse(body)]);
  });

  it('answers what has no body', async () => {
    const { receiver } = receiving();
    const none = new Request('http://receiver.test/', { method: 'POST' });
    expect((await receiver.fetch(none)).status).toBe(401);
    const empty = createHmac('sha256', SECRET).update('').digest('hex');
    const signed = new Request('http://receiver.test/', {
      method: 'POST',
      headers: { 'x-videocloud-signature': empty },
    });
    expect(await (await receiver.fetch(signed)).json()).toMatchObject({ error: { code: 'body_not_json' } });
  });

  it.each(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])('answers %s with 405 and Allow', async (method) => {
    const { receiver } = receiving();
    const response = await receiver.fetch(new Request('http://receiver.test/', { method }));
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it.each([
    ...['gzip', 'br', 'identity, gzip', 'gzip, identity', 'x', 'identityx', 'xidentity', 'identity identity', ','].map(
      (encoding) => [encoding, '415 content_encoding_unsupported'],
    ),
    ...['identity', 'IDENTITY', 'identity, identity', 'identity ,identity', ' identity ', ''].map((encoding) => [
      encoding,
      '200 received',
    ]),
  ])('judges Content-Encoding %j', async (encoding, answer) => {
    expect(await receiving().send({ headers: { 'content-encoding': String(encoding) } })).toBe(answer);
  });

  it('refuses a declared length over the limit unread, and believes only digits', async () => {
    const { send, post, receiver } = receiving({ maxBodyBytes: bytes.length });
    expect(await send({ headers: { 'content-length': String(bytes.length) } })).toBe('200 received');
    const request = post({ headers: { 'content-length': String(bytes.length + 1) } });
    expect((await receiver.fetch(request)).status).toBe(413);
    expect(request.bodyUsed).toBe(false);
    for (const length of ['-5', '1e9', ' ', '0x99999', '+99999', '99999.0', 'a99999', '99999a']) {
      expect(await send({ headers: { 'content-length': length } })).toBe('200 received');
    }
  });

  it('refuses what turns out longer than the limit, and reads on for a while', async () => {
    const { send, post, receiver } = receiving({ maxBodyBytes: bytes.length - 1 });
    expect(await send()).toBe('413 body_too_large');
    // The declared length lies.
    expect(await send({ headers: { 'content-length': '5' } })).toBe('413 body_too_large');
    let pulled = 0;
    const canceled = vi.fn();
    const request = post({
      body: new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled++;
          controller.enqueue(bytes);
        },
        cancel: canceled,
      }),
      duplex: 'half',
    });
    expect((await receiver.fetch(request)).status).toBe(413);
    // A sender may read its answer only when it has sent everything; one that never stops is cut off.
    await vi.waitFor(() => expect(canceled).toHaveBeenCalled());
    expect(pulled).toBeGreaterThan(4);
    expect(pulled).toBeLessThan(10);
  });

  it('stops reading an unwanted body that never ends', async () => {
    vi.useFakeTimers();
    const { receiver, post } = receiving({ maxBodyBytes: 10, bodyTimeout: 1_000 });
    const canceled = vi.fn();
    const endless = stream((controller) => controller.enqueue(bytes), canceled);
    expect((await receiver.fetch(post(endless))).status).toBe(413);
    await vi.advanceTimersByTimeAsync(900);
    expect(canceled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(canceled).toHaveBeenCalledTimes(1);
  });

  it('gives a slow body its time, and no more', async () => {
    vi.useFakeTimers();
    const { receiver, post, events } = receiving({ bodyTimeout: 2_000 });
    for (const headers of [{}, { 'content-length': String(bytes.length) }] as Record<string, string>[]) {
      const canceled = vi.fn();
      const hung = receiver.fetch(post({ headers, ...stream((controller) => controller.enqueue(bytes), canceled) }));
      await vi.advanceTimersByTimeAsync(2_100);
      const response = await hung;
      expect(response.status).toBe(408);
      expect(response.headers.get('connection')).toBe('close');
      expect(await response.json()).toMatchObject({ error: { code: 'body_timeout' } });
      if (headers['content-length'] === undefined) expect(canceled).toHaveBeenCalledTimes(1);

      const late = stream((controller) => {
        setTimeout(() => {
          controller.enqueue(bytes);
          controller.close();
        }, 1_900);
      });
      const slow = receiver.fetch(post({ headers, ...late }));
      await vi.advanceTimersByTimeAsync(1_950);
      expect((await slow).status).toBe(200);
    }
    expect(events).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('answers a body that breaks off', async () => {
    const { send } = receiving();
    const broken = () => stream((controller) => controller.error(new Error('reset')));
    expect(await send(broken())).toBe('400 body_aborted');
    expect(await send({ ...broken(), headers: { 'content-length': '50' } })).toBe('400 body_aborted');
  });

  it('says so where something in front has read or taken the body', async () => {
    const { receiver, post, errors } = receiving();
    const read = post();
    await read.text();
    const locked = post();
    locked.body?.getReader();
    for (const request of [read, locked]) {
      const response = await receiver.fetch(request);
      expect(response.status).toBe(500);
      const answer = (await response.json()) as { error: { code: string; message: string } };
      expect(answer.error.code).toBe('body_already_parsed');
      expect(answer.error.message).toMatch(/\. Hand over the request before anything calls its json\(\), text\(\) or/);
    }
    expect(errors).toEqual(['body_already_parsed', 'body_already_parsed']);
  });

  it('hands waitUntil on', async () => {
    const { receiver, post } = receiving({ acknowledge: 'before' });
    const kept: Promise<unknown>[] = [];
    expect((await receiver.fetch(post(), undefined, { waitUntil: (work) => void kept.push(work) })).status).toBe(200);
    expect(kept).toHaveLength(1);
    await Promise.all(kept);
  });
});
