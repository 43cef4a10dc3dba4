import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verifySync } from '../../src/adapters/node.js';
import { diagnose } from '../../src/doctor/index.js';
import { constructEvent, createReceiver, verify } from '../../src/index.js';
import * as web from '../../src/runtime/web.js';
import { fixtureBytes, SECRET } from '../support.js';

// The real comparison, wrapped: what it says, and that nothing else says it, is the matter here.
vi.mock('node:crypto', async (original) => {
  const actual = await original<typeof import('node:crypto')>();
  return { ...actual, timingSafeEqual: vi.fn(actual.timingSafeEqual) };
});
afterEach(() => vi.restoreAllMocks());

const body = fixtureBytes('guide-event.json');
const good = createHmac('sha256', SECRET).update(body).digest('hex');
const forged = 'a'.repeat(64);
const comparison = vi.mocked(timingSafeEqual);

describe('on Node, timingSafeEqual decides', () => {
  const handled = vi.fn();
  const receiver = createReceiver({ secrets: SECRET }).on('*', handled);
  const ways: [string, (signature: string) => unknown][] = [
    ['verify', async (signature) => (await verify(body, signature, SECRET)).ok],
    ['verifySync', (signature) => verifySync(body, signature, SECRET).ok],
    ['constructEvent', (signature) => constructEvent(body, signature, SECRET).then(Boolean, () => false)],
    ['a receiver', async (signature) => (await receiver.receive({ body, signature })).status === 200],
    ['the doctor', async (signature) => (await diagnose({ body, signature, secrets: SECRET })).valid],
  ];

  it.each(ways)('in %s: it is asked once, about two whole digests', async (_, accepts) => {
    comparison.mockClear();
    expect(await accepts(good)).toBe(true);
    expect(comparison).toHaveBeenCalledTimes(1);
    const [ours, theirs] = comparison.mock.calls[0] ?? [];
    expect([ours?.byteLength, theirs?.byteLength]).toEqual([32, 32]);
    expect(comparison).toHaveLastReturnedWith(true);
  });

  it.each(ways)('in %s: what it says holds, whatever was sent', async (_, accepts) => {
    expect(await accepts(forged)).toBe(false);
    comparison.mockReturnValueOnce(true);
    expect(await accepts(forged)).toBe(true);
    comparison.mockReturnValueOnce(false);
    expect(await accepts(good)).toBe(false);
  });

  it('about every secret, wherever the right one stands', async () => {
    for (const secrets of [
      [SECRET, 'b', 'c'],
      ['a', SECRET, 'c'],
      ['a', 'b', SECRET],
      ['a', 'b', 'c'],
    ]) {
      comparison.mockClear();
      await verify(body, good, secrets);
      expect(comparison).toHaveBeenCalledTimes(3);
    }
  });

  it('and is not asked about a header that is no 64 digits', async () => {
    comparison.mockClear();
    for (const header of [undefined, '', good.slice(1), `${good}0`, `sha256=${good}`])
      await verify(body, header, SECRET);
    expect(comparison).not.toHaveBeenCalled();
  });
});

describe('elsewhere, crypto.subtle.verify decides', () => {
  it('what it says holds, whatever was sent', async () => {
    const decide = vi.spyOn(crypto.subtle, 'verify');
    expect(await web.matchIndex(SECRET, body, good)).toBe(0);
    expect(decide).toHaveBeenCalledTimes(1);
    const [algorithm, key, signature, data] = decide.mock.calls[0] ?? [];
    expect(algorithm).toBe('HMAC');
    expect(key).toMatchObject({ algorithm: { name: 'HMAC', hash: { name: 'SHA-256' } }, extractable: false });
    expect(Buffer.from(signature as Uint8Array).toString('hex')).toBe(good);
    expect(data).toEqual(body);
    decide.mockResolvedValueOnce(true);
    expect(await web.matchIndex(SECRET, body, forged)).toBe(0);
    decide.mockResolvedValueOnce(false);
    expect(await web.matchIndex(SECRET, body, good)).toBe(-1);
  });

  it('about every secret, wherever the right one stands', async () => {
    const decide = vi.spyOn(crypto.subtle, 'verify');
    for (const [secrets, index] of [
      [[SECRET, 'b', 'c'], 0],
      [['a', 'b', SECRET], 2],
      [['a', 'b', 'c'], -1],
    ] as const) {
      decide.mockClear();
      expect(await web.matchIndex(secrets, body, good)).toBe(index);
      expect(decide).toHaveBeenCalledTimes(3);
    }
  });
});
