import { describe, expect, it } from 'vitest';
import { checkReceiver } from '../../src/index.js';
import type { Fault } from './faults.js';
import { PREVIOUS, receiver, SECRET, type State } from './reference-receiver.js';

/** Nothing here judges speed: the machine may be busy with other things. */
export const GENEROUS = { deadline: 20_000, timeLimit: 280_000 };

export const options = (state: State) => ({
  secret: SECRET,
  previousSecret: PREVIOUS,
  fast: true,
  ...GENEROUS,
  effects: ({ key }: { key: string }) => state.handled.get(key) ?? 0,
  failNext: ({ key }: { key: string }) => void state.failing.add(key),
});

/** In the gate: the family of the case meant for a fault, and the other cases it names. `npm run long` runs every case. */
function casesFor({ caughtBy, also = [] }: Fault): readonly string[] | undefined {
  if (process.env.LONG !== undefined) return undefined;
  return [caughtBy.slice(0, caughtBy.indexOf('.')), ...also.filter((id) => id !== 'broad')];
}

/** Each fault is caught by the case meant for it, and by no other that it does not name. */
export function describeMutants(faults: readonly Fault[], atLeast: number): void {
  describe('a receiver with one seeded fault', () => {
    it.concurrent.each(faults)('that $name is caught by $caughtBy', { timeout: 300_000 }, async (fault) => {
      const { caughtBy, also = [], deadline = GENEROUS.deadline, stages } = fault;
      const served = await receiver(stages);
      try {
        const only = casesFor(fault);
        const report = await checkReceiver(served.url, { ...options(served.state), deadline, only });
        const failed = report.results.filter(({ status }) => status === 'failed').map(({ id }) => id);
        expect(failed).toContain(caughtBy);
        if (!also.includes('broad')) expect(failed.filter((id) => id !== caughtBy && !also.includes(id))).toEqual([]);
      } finally {
        await served.close();
      }
    });

    it('there are many, each of its own', () => {
      expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
      expect(faults.length).toBeGreaterThanOrEqual(atLeast);
    });
  });
}
