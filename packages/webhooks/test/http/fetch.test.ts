import { getEventListeners } from 'node:events';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FetchIncoming } from '../../src/http/fetch.js';
import { newDelivery } from '../../src/receiver/context.js';
import { resolveSettings } from '../../src/receiver/settings.js';
import { Verifier } from '../../src/receiver/verify.js';
import { SECRET } from '../support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Source {
  start(controller: ReadableStreamDefaultController<Uint8Array>): void;
  pull?: (controller: ReadableStreamDefaultController<Uint8Array>) => void;
  cancel?: () => void;
}
const hello = new TextEncoder().encode('hello');
const hung: Source = { start: (controller) => controller.enqueue(hello) };
const chunks = (...all: Uint8Array[]): Source => ({
  start(controller) {
    for (const chunk of all) controller.enqueue(chunk);
    controller.close();
  },
});
const verifier = (maxBodyBytes = 100) =>
  new Verifier(resolveSettings({ secrets: SECRET, maxBodyBytes, bodyTimeout: 1_000, onError: () => undefined }));
/** The bytes of a request, or the code of its rejection. */
async function readRequest(by: Verifier, given: Request): Promise<Uint8Array | string | undefined> {
  const incoming = new FetchIncoming(given, undefined, undefined, 'the fix');
  const delivery = newDelivery(null);
  const read = by.acceptHead(incoming, delivery) ?? by.acceptBody(await incoming.read(by.limits), incoming, delivery);
  return 'status' in read ? read.error?.code : read;
}
const request = (source: Source, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  new Request('http://receiver.test/', {
    method: 'POST',
    body: new ReadableStream<Uint8Array>(source),
    duplex: 'half',
    headers,
    ...(signal ? { signal } : {}),
  });
/** As of frameworks whose requests have no signal, or one that aborts nothing by itself. */
const withSignal = (given: Request, signal: AbortSignal | undefined) =>
  Object.defineProperty(given, 'signal', { value: signal });
const LENGTHS: [string, Record<string, string>][] = [
  ['a declared length', { 'content-length': '5' }],
  ['no declared length', {}],
];

it.each(LENGTHS)('reads, with %s, a request that has no signal', async (_, headers) => {
  expect(await readRequest(verifier(), withSignal(request(chunks(hello), headers), undefined))).toEqual(hello);
  const slow = readRequest(verifier(), withSignal(request(hung, headers), undefined));
  await vi.advanceTimersByTimeAsync(1_050);
  expect(await slow).toBe('body_timeout');
});

it.each(LENGTHS)('tells, with %s, a sender that went away from one that is slow', async (_, headers) => {
  const gone = readRequest(verifier(), withSignal(request(hung, headers), AbortSignal.abort()));
  const there = readRequest(verifier(), withSignal(request(hung, headers), new AbortController().signal));
  await vi.advanceTimersByTimeAsync(1_050);
  expect(await gone).toBe('body_aborted');
  expect(await there).toBe('body_timeout');
});

it('does not wait for long for a stream whose sender has gone', async () => {
  const canceled = vi.fn();
  const gone = readRequest(verifier(), request({ ...hung, cancel: canceled }, {}, AbortSignal.abort()));
  await vi.advanceTimersByTimeAsync(100);
  expect(await gone).toBe('body_aborted');
  const sender = new AbortController();
  const reading = readRequest(verifier(), request({ ...hung, cancel: canceled }, {}, sender.signal));
  await vi.advanceTimersByTimeAsync(10);
  sender.abort();
  await vi.advanceTimersByTimeAsync(100);
  expect(await reading).toBe('body_aborted');
  expect(canceled).toHaveBeenCalledTimes(2);
});

it.each(LENGTHS)(
  'takes, with %s, a body whose server aborts the signal at its end, as srvx 0.8 does',
  async (_, headers) => {
    const server = new AbortController();
    const source: Source = {
      ...hung,
      pull(controller) {
        server.abort();
        controller.close();
      },
    };
    expect(await readRequest(verifier(), withSignal(request(source, headers), server.signal))).toEqual(hello);
  },
);

it('leaves no listener and no deadline behind', async () => {
  for (const [source, limit] of [
    [chunks(hello), 100],
    [chunks(hello), 4],
    [chunks(hello, hello), 4],
    [{ start: (controller: ReadableStreamDefaultController) => controller.error(new Error('reset')) }, 100],
  ] as const) {
    const sender = new AbortController();
    const given = withSignal(request(source), sender.signal);
    await readRequest(verifier(limit), given);
    expect(getEventListeners(sender.signal, 'abort')).toHaveLength(0);
    // One tick of the shared timer at most.
    await vi.advanceTimersByTimeAsync(300);
    expect(vi.getTimerCount()).toBe(0);
  }
});

it('takes no declared length for granted', async () => {
  for (const length of ['0', '5', '5x']) {
    expect(await readRequest(verifier(), request(chunks(hello), { 'content-length': length }))).toEqual(hello);
  }
});

it('gives a copy: the source may use its buffers again', async () => {
  const shared = hello.slice();
  const given = request({
    start(controller) {
      controller.enqueue(shared);
      controller.close();
    },
  });
  const read = await readRequest(verifier(), given);
  shared.fill(0);
  expect(read).toEqual(hello);
});

it('joins pieces, empty ones too', async () => {
  const [first, last] = [hello.slice(0, 2), hello.slice(2)];
  expect(await readRequest(verifier(), request(chunks(first, last)))).toEqual(hello);
  expect(await readRequest(verifier(), request(chunks(new Uint8Array(), hello)))).toEqual(hello);
  expect(await readRequest(verifier(), request(chunks()))).toEqual(new Uint8Array());
});

describe('a stream of something else than bytes', () => {
  it.each<[string, unknown]>([
    ['text', 'hello'],
    ['an ArrayBuffer', hello.buffer],
    ['another view', new Uint16Array(4)],
    ['an object that claims to be bytes', { [Symbol.toStringTag]: 'Uint8Array', byteLength: 5, 0: 104 }],
    ['nothing', undefined],
  ])('%s is refused', async (_, piece) => {
    const given = request(chunks(hello, piece as Uint8Array));
    expect(await readRequest(verifier(), given)).toBe('body_already_parsed');
  });

  it('the bytes of another realm are not', async () => {
    const foreign: Uint8Array = runInNewContext('new Uint8Array([104, 101, 108, 108, 111])');
    expect(foreign instanceof Uint8Array).toBe(false);
    expect(await readRequest(verifier(), request(chunks(foreign)))).toEqual(hello);
  });
});

it('takes the requests of a polyfill, which have no stream', async () => {
  const polyfill = (body: unknown, more = {}) =>
    ({ method: 'POST', headers: new Headers(), bodyUsed: false, arrayBuffer: async () => body, ...more }) as Request;
  expect(await readRequest(verifier(), polyfill(hello.slice().buffer))).toEqual(hello);
  expect(await readRequest(verifier(4), polyfill(hello.slice().buffer))).toBe('body_too_large');
  expect(await readRequest(verifier(), polyfill('hello'))).toBe('body_already_parsed');
  expect(await readRequest(verifier(), polyfill(hello.buffer, { bodyUsed: true }))).toBe('body_already_parsed');
  const failing = polyfill(null, { arrayBuffer: () => Promise.reject(new Error('reset')) });
  expect(await readRequest(verifier(), failing)).toBe('body_aborted');
});

it('gives timers a turn though a source is always ready', async () => {
  vi.useRealTimers();
  const canceled = vi.fn();
  const endless: Source & { pull(controller: ReadableStreamDefaultController<Uint8Array>): void } = {
    start: () => undefined,
    pull: (controller) => controller.enqueue(new Uint8Array()),
    cancel: canceled,
  };
  expect(await readRequest(verifier(), request(endless))).toBe('body_timeout');
  expect(canceled).toHaveBeenCalled();
});

it('cancels a body that is longer than both its declared length and the limit', async () => {
  const canceled = vi.fn();
  let pulled = 0;
  const endless: Source & { pull(controller: ReadableStreamDefaultController<Uint8Array>): void } = {
    start: () => undefined,
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(hello);
    },
    cancel: canceled,
  };
  expect(await readRequest(verifier(20), request(endless, { 'content-length': '5' }))).toBe('body_too_large');
  await vi.waitFor(() => expect(canceled).toHaveBeenCalled());
  expect(pulled).toBeLessThan(30);
});
