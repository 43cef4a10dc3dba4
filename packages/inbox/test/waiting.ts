// Waits of the tests: by condition, never for a time.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Inbox } from '../src/index.js';

export async function until(condition: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await sleep(10);
  }
}

/** Waits until the figures are as expected. */
export async function settled(
  inbox: Inbox,
  expected: Partial<Awaited<ReturnType<Inbox['stats']>>>,
  withinMs = 30_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    const stats = await inbox.stats();
    if (Object.entries(expected).every(([name, value]) => stats[name as keyof typeof stats] === value)) return;
    if (performance.now() > end) expect(stats).toMatchObject(expected);
    await sleep(20);
  }
}
