import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fetchRequest } from '../../src/http/fetch.js';
import { newDelivery } from '../../src/receiver/context.js';
import { resolveSettings } from '../../src/receiver/settings.js';
import { Verifier } from '../../src/receiver/verify.js';
import { SECRET } from '../support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Source {
  start(controller: ReadableStreamDefaultController<Uint8Array>): void;
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
  new Verifier(resolveSettings({ secrets: SECRET, maxBodyBytes, bodyTimeout: 1_000 }));
/** The bytes of a request, or the code of its rejection. */
async function readRequest(by: Verifier, given: Request): Promise<Uint8Array | string | undefined> {
  const read = await by.readBody(fetchRequest(given), newDelivery(undefined, null));
  return read.ok ? read.bytes : read.outcome.error?.code;
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

it('does not wait for a stream whose sender has gone', async () => {
  const cancelled = vi.fn();
  expect(await readRequest(verifier(), request({ ...hung, cancel: cancelled }, {}, AbortSignal.abort()))).toBe(
    'body_aborted',
  );
  const sender = new AbortController();
  const reading = readRequest(verifier(), request({ ...hung, cancel: cancelled }, {}, sender.signal));
  await vi.advanceTimersByTimeAsync(10);
  sender.abort();
  expect(await reading).toBe('body_aborted');
  expect(cancelled).toHaveBeenCalledTimes(2);
});

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
