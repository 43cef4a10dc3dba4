import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/index.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heapInUse = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

const TIMES = { leaseMs: 1_000, ttlMs: 10_000 };

function build(maxEntries: number) {
  let time = 0;
  const store = memoryStore({ maxEntries, now: () => time });
  const claim = async (key: string, leaseMs = TIMES.leaseMs) => {
    const result = await store.claim(key, { ...TIMES, leaseMs });
    return result.state === 'claimed' ? result : { ...result, token: '', attempt: 0 };
  };
  const handle = async (key: string) => store.complete(key, (await claim(key)).token, TIMES.ttlMs);
  const states = async (...keys: string[]) => {
    const found = [];
    for (const key of keys) found.push((await claim(key)).state);
    return found;
  };
  return { store, claim, handle, states, pass: (ms: number) => (time += ms) };
}

describe('memoryStore', () => {
  it('makes room by forgetting what was done the longest ago', async () => {
    const { handle, claim, states } = build(3);
    await handle('a');
    await handle('b');
    await handle('c');
    await claim('d');
    expect(await states('c', 'b', 'd')).toEqual(['done', 'done', 'in_progress']);
    expect(await states('a')).toEqual(['claimed']);
  });

  it('never forgets a live claim, and refuses only when there is nothing else', async () => {
    const { store, claim, handle, pass } = build(3);
    const a = await claim('a');
    await claim('b', 500);
    await handle('c');
    await claim('d');
    await expect(claim('e')).rejects.toThrow(/memory store is full.*3 entries.*maxEntries/);
    expect((await claim('a')).state).toBe('in_progress');
    expect(await store.complete('a', a.token, 1_000)).toBe(true);
    expect((await claim('e')).state).toBe('claimed');
    await expect(claim('f')).rejects.toThrow(/full/);
    pass(500);
    expect((await claim('f')).state).toBe('claimed');
    await expect(claim('g')).rejects.toThrow(/full/);
    pass(500);
    expect((await claim('g')).state).toBe('claimed');
  });

  it('finds the one lapsed claim wherever it is', async () => {
    const { claim, pass, states } = build(50);
    for (let n = 0; n < 50; n++) await claim(`k${n}`, n === 31 ? 10 : 1_000);
    await expect(claim('new')).rejects.toThrow(/full/);
    pass(10);
    expect((await claim('new')).state).toBe('claimed');
    expect(await states('k0', 'k30', 'k32', 'k49')).toEqual(Array(4).fill('in_progress'));
  });

  it('drops attempt counts after what is done, the one idle the longest first', async () => {
    const { store, claim, handle } = build(3);
    for (const key of ['x', 'y']) await store.release(key, (await claim(key)).token);
    await handle('a');
    await claim('b');
    await claim('c');
    expect((await claim('y')).attempt).toBe(2);
    const { store: full, claim: again } = build(1);
    await full.release('x', (await again('x')).token);
    await again('z');
    await expect(again('x')).rejects.toThrow(/full/);
  });

  it('needs no room for a key that it already holds', async () => {
    const { store, claim } = build(1);
    for (const attempt of [1, 2, 3]) {
      const { token, attempt: given } = await claim('a');
      expect(given).toBe(attempt);
      await store.release('a', token);
    }
  });

  it('finds every key again among many, and none that was dropped', async () => {
    const { handle, states } = build(200_000);
    const kinds = ['', 'x'.repeat(50), 'x'.repeat(58), 'x'.repeat(59), 'x'.repeat(200), 'é', 'ш', '\0'];
    const key = (n: number) => `${n}${kinds[n % kinds.length]}`;
    for (let n = 0; n < 300_000; n++) await handle(key(n));
    for (const n of [100_000, 100_001, 100_002, 100_003, 100_004, 100_005, 100_006, 100_007, 299_999]) {
      expect([n, await states(key(n))]).toEqual([n, ['done']]);
    }
    const kept = await Promise.all(Array.from({ length: 1_000 }, (_, n) => states(key(299_999 - 200 * n))));
    expect(kept.flat()).toEqual(Array(1_000).fill('done'));
    expect(await states(...Array.from({ length: 8 }, (_, n) => key(n)))).toEqual(Array(8).fill('claimed'));
  });

  it('forgets each key when its own time is over, in whatever order', async () => {
    const { store, claim, pass } = build(64);
    const doneUntil = new Map<string, number>();
    let time = 0;
    for (let n = 0; n < 20_000; n++) {
      const key = `k${(n * 37) % 61}`;
      const { state, token } = await claim(key);
      expect([n, state]).toEqual([n, (doneUntil.get(key) ?? 0) > time ? 'done' : 'claimed']);
      const ttl = 1 + ((n * 7_919) % 400);
      if (state === 'claimed') {
        await store.complete(key, token, ttl);
        doneUntil.set(key, time + ttl);
      }
      pass(1);
      time += 1;
    }
  });

  it('confuses no two keys', async () => {
    const long = 'k'.repeat(64);
    for (const [one, other] of [
      ['a', 'a\0'],
      ['a\0', 'a'],
      [long, `${long}k`],
      [`${long}k`, long],
      [`${long}k`, `${long}l`],
      ['\u0141', 'A'],
      ['abcd', 'abce'],
    ] as const) {
      const { handle, states } = build(2);
      await handle(one);
      expect([one, await states(one)]).toEqual([one, ['done']]);
      expect([one, other, await states(other)]).toEqual([one, other, ['claimed']]);
      expect([one, await states(one)]).toEqual([one, ['done']]);
    }
  });

  it('lets no guessed token settle what was released', async () => {
    const { store, claim } = build(3);
    await store.release('a', (await claim('a')).token);
    for (const guess of ['0', '', '1', '2']) {
      expect([guess, await store.complete('a', guess, 1_000)]).toEqual([guess, false]);
      expect([guess, await store.release('a', guess)]).toEqual([guess, false]);
    }
  });

  it('drops expired entries while others come', async () => {
    const before = heapInUse();
    const { store, handle, pass } = build(1_000_000);
    const tens = 'x'.repeat(60);
    for (let n = 0; n < 50_000; n++) {
      await handle(`${tens}${n}`);
      pass(1);
    }
    // 10 000 ms of ttl, one key a millisecond: some 10 000 keys are alive whatever the total.
    expect(await store.claim(`${tens}39000`, TIMES)).toMatchObject({ state: 'claimed' });
    expect(await store.claim(`${tens}49000`, TIMES)).toEqual({ state: 'done' });
    expect(heapInUse() - before).toBeLessThan(50e6);
  });

  it('keeps what strangers choose small', async () => {
    const { handle } = build(1_000);
    const before = heapInUse();
    const body = 'x'.repeat(1_048_576);
    for (let n = 0; n < 150; n++) {
      await handle(body + n);
      // A piece of a body keeps the whole body alive unless it is copied.
      await handle(`${n}${'y'.repeat(1_048_576)}`.slice(0, 100));
    }
    expect(heapInUse() - before).toBeLessThan(20e6);
  });

  it('takes keys that share a bucket of an unseeded hash table, many as they are', async () => {
    const { handle, states } = build(200_000);
    // V8 hashes the text of an array index by its value: these all have the same low bits.
    const key = (n: number) => String(1_000_013_824 + n * 16_384);
    for (let n = 0; n < 150_000; n++) await handle(key(n));
    expect(await states(key(0), key(75_000), key(149_999))).toEqual(Array(3).fill('done'));
  });

  it('stays usable while full of live claims', async () => {
    const { claim, pass } = build(20_000);
    for (let n = 0; n < 20_000; n++) await claim(`k${n}`);
    for (let n = 0; n < 20_000; n++) await expect(claim(`n${n}`)).rejects.toThrow(/full/);
    pass(1_000);
    expect((await claim('n')).state).toBe('claimed');
  });

  it('keeps no process alive', () => {
    const script = `
      import { memoryStore } from './src/stores/memory.ts';
      const store = memoryStore();
      const { token } = await store.claim('k', { leaseMs: 50_000, ttlMs: 80_000_000 });
      await store.complete('k', token, 80_000_000);
      await store.claim('l', { leaseMs: 50_000, ttlMs: 80_000_000 });`;
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: new URL('../..', import.meta.url),
      timeout: 50_000,
    });
  });

  it('has a clock of its own that a corrected system clock does not move', async () => {
    const store = memoryStore();
    const real = Date.now;
    try {
      await store.claim('k', TIMES);
      Date.now = () => real() + 86_400_000;
      expect((await store.claim('k', TIMES)).state).toBe('in_progress');
    } finally {
      Date.now = real;
    }
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '10', null])('refuses maxEntries %s', (maxEntries) => {
    expect(() => memoryStore({ maxEntries: maxEntries as number })).toThrow(/maxEntries must be a positive integer/);
  });

  it('refuses an option that does not exist, and names the nearest', () => {
    expect(() => memoryStore({ maxEntires: 5 } as never)).toThrow("no option 'maxEntires': did you mean 'maxEntries'?");
    expect(() => memoryStore(5 as never)).toThrow(/options of memoryStore must be an object/);
  });

  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['undefined', undefined],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a Date', new Date()],
    ['text', '5'],
    ['a promise', Promise.resolve(5)],
  ])('grants no claim by a clock that gives %s: every copy would be granted', async (_, time) => {
    const store = memoryStore({ now: () => time as number });
    for (const step of [
      () => store.claim('a', TIMES),
      () => store.complete('a', '1', TIMES.ttlMs),
      () => store.release('a', '1'),
    ]) {
      await expect(step()).rejects.toThrow(/^now\(\) must return milliseconds as a number/);
    }
  });

  it('refuses a clock that is no function, and takes undefined for the defaults', () => {
    expect(() => memoryStore({ now: 5 as unknown as () => number })).toThrow(/now must be a function/);
    memoryStore({ maxEntries: undefined, now: undefined });
  });
});
