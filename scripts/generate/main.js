// openapi.yaml → everything generated from it. `npm run generate` writes; with `--check` nothing is written and the
// exit code is 1 when a committed file differs from what would be written.
//   --root DIR   take openapi.yaml from DIR and compare or write there (for tests)
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { eventsOf } from './events.js';
import { outputs } from './outputs.js';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, root: { type: 'string' } },
});
const root = options.root ?? fileURLToPath(new URL('../..', import.meta.url));

const document = parse(await readFile(join(root, 'openapi.yaml'), 'utf8'));
const files = await outputs(document, eventsOf(document));

let stale = 0;
for (const [path, text] of Object.entries(files)) {
  const target = join(root, path);
  const current = await readFile(target, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (current === text) continue;
  stale++;
  if (options.check) {
    console.error(`${path} ${current === undefined ? 'is missing' : 'does not match openapi.yaml'}`);
  } else {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
    console.log(`wrote ${path}`);
  }
}

if (options.check && stale > 0) {
  console.error(
    `${stale} of ${Object.keys(files).length} generated files differ: run \`npm run generate\` and commit.`,
  );
  process.exitCode = 1;
} else if (stale === 0) {
  console.log(`${Object.keys(files).length} generated files match openapi.yaml`);
}
