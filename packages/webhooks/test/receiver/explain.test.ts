import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { diagnose } from '../../src/doctor/index.js';
import { type Explain, type OutcomeInfo, sign } from '../../src/index.js';
import { deferred, eventBody, testReceiver } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const finding = (message: string): Explain => vi.fn(async () => ({ causes: [{ message, fix: 'Do this.' }] }));

it('puts the first finding into hint of onOutcome, and not into the answer', async () => {
  const infos: OutcomeInfo[] = [];
  const warn = vi.spyOn(console, 'warn');
  const { deliver } = testReceiver({ explain: finding('That happened.'), onOutcome: (info) => infos.push(info) });
  const outcome = await deliver(eventBody(), 'a'.repeat(64));
  expect(infos).toMatchObject([{ code: 'signature_mismatch', hint: 'That happened. Do this.' }]);
  expect(JSON.stringify([outcome.body, outcome.headers])).not.toContain('happened');
  expect(warn).not.toHaveBeenCalled();
});

it('warns on the console without onOutcome', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { deliver } = testReceiver({ explain: finding('That happened.') });
  await deliver(eventBody(), 'a'.repeat(64));
  await vi.advanceTimersByTimeAsync(1);
  expect(warn.mock.calls).toEqual([['signature_mismatch: That happened. Do this.']]);
});

it('runs at most once a second, and on a mismatch only', async () => {
  const explain = finding('x');
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { receiver, deliver } = testReceiver({ explain });
  receiver.on('*', () => undefined);
  await deliver();
  await deliver(eventBody(), 'x');
  expect(explain).not.toHaveBeenCalled();
  for (let n = 0; n < 5; n++) await deliver(eventBody(), 'a'.repeat(64));
  expect(explain).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_001);
  await deliver(eventBody(), 'a'.repeat(64));
  expect(explain).toHaveBeenCalledTimes(2);
});

it('holds the answer for 50 ms at most, and is never the cause of another one', async () => {
  for (const explain of [
    () => deferred().promise,
    () => Promise.reject(new Error('x')),
    () => {
      throw new Error('x');
    },
    async () => ({}),
  ] as unknown as Explain[]) {
    const infos: OutcomeInfo[] = [];
    const { deliver } = testReceiver({ explain, onOutcome: (info) => infos.push(info) });
    const outcome = deliver(eventBody(), 'a'.repeat(64));
    await vi.advanceTimersByTimeAsync(60);
    expect(await outcome).toMatchObject({ status: 401 });
    expect(infos).toMatchObject([{ code: 'signature_mismatch' }]);
  }
});

it('takes the diagnose of ./doctor as it is', async () => {
  vi.useRealTimers();
  const infos: OutcomeInfo[] = [];
  const { deliver } = testReceiver({ explain: diagnose, onOutcome: (info) => infos.push(info) });
  const body = eventBody();
  await deliver(`${body}\n`, await sign(body, 'whsec-test-secret'));
  expect(infos[0]?.hint).toMatch(/newline/);
});

it('gives the doctor less than the 50 ms, so that what it could not prove is a hint too', async () => {
  const explain = finding('x');
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { deliver } = testReceiver({ explain });
  await deliver(eventBody(), 'a'.repeat(64));
  expect(vi.mocked(explain).mock.calls[0]?.[0].timeLimitMs).toBeLessThan(50);
});
