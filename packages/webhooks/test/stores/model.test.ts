import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { IdempotencyStore } from '../../src/stores/idempotency-store.js';
import type { Backend } from './backend.js';
import { BACKENDS, uniqueKey } from './harness.js';
import { Model, type Step } from './model.js';

const BRIEF_MS = 12;
const LONG_MS = 60_000;

const claimNumber = fc.nat({ max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), brief: fc.constant(false) }),
  fc.record({ do: fc.constant('complete' as const), claim: claimNumber, brief: fc.constant(false) }),
  fc.record({ do: fc.constant('release' as const), claim: claimNumber }),
);
const briefStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('claim' as const), brief: fc.constant(true) }),
  fc.record({ do: fc.constant('complete' as const), claim: claimNumber, brief: fc.constant(true) }),
);
/** One step of either worker, a step of each at the same moment, or a step whose time is up before the next. */
const turn = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(step) },
  { weight: 3, arbitrary: fc.tuple(step, step) },
  { weight: 1, arbitrary: fc.tuple(briefStep) },
);
const history = fc.array(fc.record({ steps: turn, swapped: fc.boolean() }), { minLength: 4, maxLength: 14 });

/** The key's tokens by the number of their claim; several may be in doubt while two claims run at once. */
async function perform(store: IdempotencyStore, key: string, tokens: readonly string[], what: Step) {
  if (what.do === 'claim') {
    const claim = await store.claim(key, { leaseMs: what.brief ? BRIEF_MS : LONG_MS, ttlMs: LONG_MS });
    if (claim.state !== 'claimed') return { answer: claim.state };
    return { answer: `claimed, attempt ${claim.attempt}`, token: claim.token };
  }
  const token = tokens[what.claim] ?? 'never given';
  const ok =
    what.do === 'release'
      ? await store.release(key, token)
      : await store.complete(key, token, what.brief ? BRIEF_MS : LONG_MS);
  return { answer: String(ok) };
}

/** Every model the answers can be explained by: with two steps at once, in one order or the other. */
function explanations(
  models: readonly Model[],
  steps: readonly Step[],
  answers: readonly string[],
  given: number,
): Model[] {
  const orders = steps.length === 2 ? [[0, 1] as const, [1, 0] as const] : [[0] as const];
  return models.flatMap((start) =>
    orders.flatMap((order) => {
      let model = start;
      for (const index of order) {
        const what = steps[index];
        if (what === undefined) return [];
        const { next, answer } = model.after(what, given);
        if (answer !== answers[index]) return [];
        model = next;
      }
      return [model];
    }),
  );
}

async function check({ store, other, sleep }: Backend, turns: readonly { steps: readonly Step[]; swapped: boolean }[]) {
  const key = uniqueKey();
  const tokens: string[] = [];
  let models = [new Model()];
  for (const { steps, swapped } of turns) {
    const workers = swapped ? [other, store] : [store, other];
    const results = await Promise.all(steps.map((what, at) => perform(workers[at] ?? store, key, tokens, what)));
    const answers = results.map(({ answer }) => answer);
    models = explanations(models, steps, answers, tokens.length);
    if (models.length === 0) throw new Error(`No order explains ${JSON.stringify(steps)} → ${JSON.stringify(answers)}`);
    tokens.push(...results.flatMap(({ token }) => (token === undefined ? [] : [token])));
    if (steps.some((what) => what.do !== 'release' && what.brief)) await sleep(BRIEF_MS + 1);
  }
}

describe.each(BACKENDS)('random histories of two workers on $name', ({ name, available, open }) => {
  describe.skipIf(!available)('with its server', () => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend?.close());

    it('are those of the model', async () => {
      const numRuns = name === 'memory' ? 2_000 : name.includes('luster') ? 50 : 120;
      await fc.assert(
        fc.asyncProperty(history, (turns) => check(backend, turns)),
        { numRuns, endOnFailure: name !== 'memory' },
      );
    });
  });
});
