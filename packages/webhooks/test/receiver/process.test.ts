import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// A hung provider in a script with nothing else to do must still be answered, and an idle receiver must let it end.
it('keeps a process alive while something is awaited, and lets it go soon after', () => {
  const built = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
  const script = `
    import { createReceiver } from ${JSON.stringify(built)};
    const receive = (secrets) => createReceiver({ secrets, storeTimeout: 1000 }).receive({ body: 'x', signature: 'a'.repeat(64) });
    const hung = await receive(() => new Promise(() => {}));
    const fine = await receive(async () => 'secret');
    console.log(hung.status, fine.status);`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    // Ends what would never end; nothing here judges speed.
    timeout: 150_000,
  });
  expect(printed.trim()).toBe('503 401');
});
