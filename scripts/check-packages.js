// What npm would publish of each package: publint's strict rules on the packed file list, and its unpacked size.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const MAX_UNPACKED = { '@videocloud/webhooks': 200 * 1024 };
const packages = fileURLToPath(new URL('../packages/', import.meta.url));
let failures = 0;
const kib = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(0)} KiB`;

for (const name of readdirSync(packages)) {
  const folder = `${packages}${name}`;
  if (!existsSync(`${folder}/dist`)) continue;
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const { messages } = await publint({ pkgDir: folder, strict: true });
  const problems = messages.map((message) => formatMessage(message, manifest) ?? message.code);
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: folder, encoding: 'utf8' }),
  );
  const stray = packed.files.filter((/** @type {{ path: string }} */ f) => /\.map$|(^|\/)(test|src)\//.test(f.path));
  for (const file of stray) problems.push(`${file.path} must not be published`);
  const limit = MAX_UNPACKED[/** @type {keyof typeof MAX_UNPACKED} */ (manifest.name)];
  failures += problems.length;
  const budget = limit === undefined ? '' : `, budget ${kib(limit)}${packed.unpackedSize > limit ? ': OVER' : ''}`;
  console.log(`${manifest.name}: ${packed.files.length} files, ${kib(packed.unpackedSize)} unpacked${budget}`);
  for (const problem of problems) console.log(`  ${problem}`);
}
process.exitCode = failures === 0 ? 0 : 1;
