import { describe, expect, it } from 'vitest';
import { type CheckOptions, checkReceiver, conformanceCases, type Result } from '../src/index.js';
import { GENEROUS } from './support/mutants.js';
import { MISMATCH, type Reply, RIGHT, receiver, reply, SECRET, type Stages } from './support/reference-receiver.js';

/** Answers no refusal after the first `answers` of them, as a handler that lost its promise does; `onHang` is called then. */
function hangsAfter(answers: number, first: Stages['refuse'] = RIGHT.refuse, onHang = () => {}): Partial<Stages> {
  let seen = 0;
  return {
    handle: async (request, stages, state) => {
      const answer = await RIGHT.handle(request, { ...stages, refuse: first }, state);
      if (answer.status === 200 || ++seen <= answers) return answer;
      onHang();
      return new Promise(() => undefined);
    },
  };
}

async function run(stages: Partial<Stages>, options: Partial<CheckOptions>) {
  const served = await receiver(stages);
  try {
    return await checkReceiver(served.url, { secret: SECRET, fast: true, ...options });
  } finally {
    await served.close();
  }
}

const statuses = (results: readonly Result[]) => results.map(({ id, status }) => [id, status]);

/** A run that is stopped as soon as the receiver, wrong until then, answers no more. */
async function stopped(id: string, answers: number, wrong: Reply) {
  const stop = new AbortController();
  const refuse: Stages['refuse'] = (incoming, stages) => RIGHT.refuse(incoming, stages) && wrong;
  const stages = hangsAfter(answers, refuse, () => stop.abort());
  return run(stages, { only: [id], signal: stop.signal, ...GENEROUS });
}

describe.concurrent('a run that was cut off', () => {
  it('keeps the problems a case had found', async () => {
    const report = await stopped('signature.prefixes', 3, reply(500));
    expect(report).toMatchObject({ interrupted: true, failed: 1, skipped: 0 });
    expect(report.results[0]?.detail).toMatch(/500 in/);
    expect(report.results[0]?.detail).not.toContain('interrupted');
  });

  it('keeps what a case found among answers that came together', async () => {
    const report = await stopped('time.fifty-mixed', 5, reply(500));
    expect(statuses(report.results)).toEqual([['time.fifty-mixed', 'failed']]);
  });

  it('keeps a leak that was found before', async () => {
    const report = await stopped('leaks.secret', 20, reply(401, `key ${SECRET}`));
    expect(statuses(report.results)).toEqual([['leaks.secret', 'failed']]);
    expect(report.results[0]?.detail).toContain('the answer holds the secret');
  });

  it.each([
    'signature.prefixes',
    'leaks.near-miss',
    'leaks.secret',
    'http.keep-alive',
    'http.keep-alive-after-refusal',
  ])('accuses no receiver that was right until then: %s', async (id) => {
    const report = await run(
      { handle: () => new Promise(() => undefined) },
      { only: [id], deadline: 60_000, timeLimit: 500, effects: () => 0 },
    );
    expect(report).toMatchObject({ interrupted: true, passed: 0, failed: 0 });
  });

  it('counts no effect of a request that was cut off', async () => {
    const report = await run(
      { handle: () => new Promise(() => undefined) },
      { only: ['effects', 'delivery'], deadline: 60_000, timeLimit: 500, effects: () => 0, failNext: () => undefined },
    );
    expect(report).toMatchObject({ interrupted: true, failed: 0 });
  });
});

const hanging = () => new Promise<never>(() => undefined);

it.each<[string, Partial<CheckOptions>]>([
  ['effects', { effects: hanging }],
  ['failNext', { effects: () => 0, failNext: hanging }],
])('the time limit ends a run whose %s probe hangs', async (_, probes) => {
  const only = [probes.failNext === undefined ? 'effects.genuine-once' : 'delivery.retry-after-failure'];
  expect(await run({}, { only, timeLimit: 500, ...probes })).toMatchObject({ interrupted: true, passed: 0, failed: 0 });
});

it('a run stopped before effects are counted again proves nothing about them', async () => {
  const stop = new AbortController();
  const report = await run(
    {},
    {
      only: ['signature.genuine', 'effects.forgery-never'],
      signal: stop.signal,
      effects: () => 0,
      onResult: ({ family }) => family === 'effects' && stop.abort(),
    },
  );
  expect(report).toMatchObject({ interrupted: true, failed: 0, passed: 1 });
});

describe.concurrent('a case of a test runner that the time limit cuts off', () => {
  const caseOf = (url: string, options: Partial<CheckOptions>) =>
    conformanceCases({ target: url, secret: SECRET, fast: true, only: ['signature.prefixes'], ...options });

  it('does not pass', async () => {
    const served = await receiver(hangsAfter(3));
    try {
      const [one] = caseOf(served.url, { deadline: 60_000, timeLimit: 500 });
      await expect(one?.run()).rejects.toMatchObject({
        name: 'ConformanceFailure',
        message: expect.stringMatching(/stopped before this case ended[\s\S]*timeLimit/),
      });
    } finally {
      await served.close();
    }
  });

  it('has options that are inherited, which are checked too', async () => {
    const served = await receiver(hangsAfter(3));
    class Options {
      readonly target = served.url;
      readonly only = ['signature.prefixes'];
      get secret() {
        return SECRET;
      }
      get fast() {
        return true;
      }
      get deadline() {
        return 60_000;
      }
      get timeLimit() {
        return 500;
      }
    }
    try {
      const [one] = conformanceCases(new Options());
      await expect(one?.run()).rejects.toThrow(/stopped before this case ended/);
      const [wrong] = conformanceCases(Object.create({ ...new Options(), secret: SECRET, fast: 'false' }));
      await expect(wrong?.run()).rejects.toThrow('fast must be a boolean.');
    } finally {
      await served.close();
    }
  });

  it('is skipped when the runner itself stops it', async () => {
    const served = await receiver({ refuse: () => MISMATCH });
    try {
      const [one] = caseOf(served.url, { signal: AbortSignal.abort() });
      expect(await one?.run()).toMatchObject({ status: 'skipped' });
    } finally {
      await served.close();
    }
  });
});
