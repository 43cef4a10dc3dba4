// Preloaded into an example (`node --import`): the handlers of the examples do nothing but log, so their log is what fails.
// A file in FAIL_DIR named like a delivery's key makes the next line that holds the key throw, once.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const log = console.log;
console.log = (...words) => {
  const key = /[0-9a-f]{64}/.exec(String(words[0]))?.[0];
  const armed = key === undefined ? undefined : join(process.env.FAIL_DIR ?? '', key);
  if (armed !== undefined && existsSync(armed)) {
    rmSync(armed);
    throw new Error('the handler failed');
  }
  log(...words);
};
