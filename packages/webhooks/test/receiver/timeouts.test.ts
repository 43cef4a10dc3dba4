import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SharedDeadlines } from '../../src/runtime/shared-deadlines.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const sleep = (ms: number) => vi.advanceTimersByTimeAsync(ms);

it('expires what is due, in order, and nothing that was canceled', async () => {
  const deadlines = new SharedDeadlines(300);
  const seen: string[] = [];
  const began = performance.now();
  deadlines.start(() => seen.push(`a ${Math.round((performance.now() - began) / 100)}`));
  const canceled = deadlines.start(() => seen.push('canceled'));
  await sleep(100);
  deadlines.start(() => seen.push(`b ${Math.round((performance.now() - began) / 100)}`));
  deadlines.cancel(canceled);
  await sleep(600);
  expect(seen).toEqual(['a 3', 'b 4']);
});

it('starts again from within an expiry', async () => {
  const deadlines = new SharedDeadlines(50);
  let count = 0;
  const again = () => {
    if (++count < 3) deadlines.start(again);
  };
  deadlines.start(again);
  deadlines.start(() => {});
  await sleep(500);
  expect(count).toBe(3);
});

it('is over when its time is, not a tick later', async () => {
  const seen = vi.fn();
  new SharedDeadlines(100).start(seen);
  await sleep(98);
  expect(seen).not.toHaveBeenCalled();
  await sleep(2);
  expect(seen).toHaveBeenCalledTimes(1);
});

it('needs one timer, however many run, and none when none does', async () => {
  const deadlines = new SharedDeadlines(1_000);
  const timers: number[] = [];
  const running = Array.from({ length: 3 }, () => deadlines.start(() => timers.push(vi.getTimerCount())));
  expect(vi.getTimerCount()).toBe(1);
  await sleep(600);
  running.push(deadlines.start(() => timers.push(vi.getTimerCount())));
  expect(vi.getTimerCount()).toBe(1);
  await sleep(500);
  expect([timers.length, vi.getTimerCount()]).toEqual([3, 1]);
  for (const deadline of running) deadlines.cancel(deadline);
  await sleep(300);
  expect([timers.length, vi.getTimerCount()]).toEqual([3, 0]);
});

it('needs no second timer for one that begins when another is over', async () => {
  const deadlines = new SharedDeadlines(1_000);
  deadlines.start(() => deadlines.start(() => undefined));
  await sleep(500);
  deadlines.start(() => undefined);
  await sleep(600);
  expect(vi.getTimerCount()).toBe(1);
});
