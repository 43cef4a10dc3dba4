import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Deadlines } from '../../src/receiver/deadlines.js';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

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

// A hung provider in a script with nothing else to do must still be answered, and an idle receiver must let it end.
it('keeps a process alive while something is awaited, and lets it go soon after', () => {
  const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  const script = `
    import { createReceiver } from ${JSON.stringify(built)};
    const receive = (secrets) => createReceiver({ secrets, storeTimeout: 1000 }).receive({ body: 'x', signature: 'a'.repeat(64) });
    const hung = await receive(() => new Promise(() => {}));
    const fine = await receive(async () => 'secret');
    console.log(hung.status, fine.status);`;
  const began = performance.now();
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(printed.trim()).toBe('503 401');
  expect(performance.now() - began).toBeLessThan(10_000);
});
