import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deadlines } from '../../src/receiver/deadlines.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sleep = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('expires what is due, in order, and nothing that was cancelled', async () => {
  const deadlines = new Deadlines(300);
  const seen: string[] = [];
  const began = performance.now();
  deadlines.start(() => seen.push(`a ${Math.round((performance.now() - began) / 100)}`));
  const cancelled = deadlines.start(() => seen.push('cancelled'));
  await sleep(100);
  deadlines.start(() => seen.push(`b ${Math.round((performance.now() - began) / 100)}`));
  deadlines.cancel(cancelled);
  await sleep(600);
  expect(seen).toEqual(['a 3', 'b 4']);
});

it('starts anew from within an expiry', async () => {
  const deadlines = new Deadlines(50);
  let count = 0;
  const again = () => {
    if (++count < 3) deadlines.start(again);
  };
  deadlines.start(again);
  deadlines.start(() => {});
  await sleep(500);
  expect(count).toBe(3);
});
