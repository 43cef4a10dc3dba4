import { afterAll, describe, expect, it } from 'vitest';
import { checkReceiver } from '../src/index.js';
import { FAULTS } from './support/faults.js';
import { PREVIOUS, receiver, SECRET, type State } from './support/reference-receiver.js';

const options = (state: State) => ({
  secret: SECRET,
  previousSecret: PREVIOUS,
  fast: true,
  effects: ({ key }: { key: string }) => state.handled.get(key) ?? 0,
  failNext: ({ key }: { key: string }) => void state.failing.add(key),
});

describe('a receiver with one seeded fault', () => {
  const seen = new Set<string>();

  it.concurrent.each(FAULTS)(
    'that $name is caught by $caughtBy',
    { timeout: 60_000 },
    async ({ name, caughtBy, also = [], stages }) => {
      expect(seen.has(name)).toBe(false);
      seen.add(name);
      const served = await receiver(stages);
      try {
        const report = await checkReceiver(served.url, options(served.state));
        const failed = report.results.filter(({ status }) => status === 'failed').map(({ id }) => id);
        expect(failed).toContain(caughtBy);
        if (!also.includes('broad')) expect(failed.filter((id) => id !== caughtBy && !also.includes(id))).toEqual([]);
      } finally {
        await served.close();
      }
    },
  );

  afterAll(() => {
    expect(seen.size).toBeGreaterThanOrEqual(25);
  });
});

it('a receiver without a fault passes every case, and proves every level', async () => {
  const served = await receiver();
  try {
    const report = await checkReceiver(served.url, options(served.state));
    expect(report.results.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(report).toMatchObject({ level: 'reliable', score: 100, failed: 0, skipped: 0, interrupted: false });
    expect(report.durationMs).toBeLessThan(10_000);
  } finally {
    await served.close();
  }
}, 30_000);
