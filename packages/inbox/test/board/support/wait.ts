import { expect } from 'vitest';

/** Waits until a condition holds. */
export const waitFor = (holds: () => Promise<boolean>): Promise<void> =>
  expect.poll(holds, { timeout: 300_000, interval: 50 }).toBe(true);

/** Waits until something is so; what it was instead is in the message. */
export const until = (what: () => unknown, expected: unknown): Promise<void> =>
  expect.poll(what, { timeout: 60_000, interval: 50 }).toEqual(expected);
