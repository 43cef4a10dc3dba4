import { expect, it } from 'vitest';

it('loses nothing to ten SIGKILLs under load', { timeout: 120_000 }, async () => {
  const module: unknown = await import(new URL('../scripts/crash-run.js', import.meta.url).href);
  const { crashRun } = module as {
    crashRun: (o: { kills: number }) => Promise<{ emitted: number; received: number; problems: string[] }>;
  };
  const { emitted, received, problems } = await crashRun({ kills: 10 });
  expect(problems).toEqual([]);
  expect(emitted).toBeGreaterThan(100);
  expect(received).toBeGreaterThanOrEqual(emitted);
});
