// The adapter contract for every entry and every framework's page, on every platform that it runs on.
//   node tests/frameworks/run.js          all rows
//   node tests/frameworks/run.js NAME…    these rows only
// Writes the table of docs/receive/index.md, English and Russian, from the last report of each row. Ends with 1 for a case
// that fails and is not in known.js, and for one in known.js that passes.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from '../packages/tarballs.js';
import { installPackage, installRuntimes } from '../runtimes/install.js';
import { twoAtATime } from '../support/two-at-a-time.js';
import { faultsOf, reportOf, resultsOf } from './results.js';
import { ROWS } from './rows.js';
import { writeTable } from './table.js';

const reports = fileURLToPath(new URL('build/', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));
const names = process.argv.slice(2);
for (const name of names) if (!ROWS.some((row) => row.name === name)) throw new Error(`no row ${name} in rows.js`);

installRuntimes();
installPackage();
const tarballs = packAll().map(({ folder, tarball }) => [basename(folder), tarball]);
mkdirSync(reports, { recursive: true });
const began = Date.now();
const chosen = ROWS.filter(({ name }) => names.length === 0 || names.includes(name));
let passed = 0;
let all = 0;
/** @type {string[]} */
const faults = [];

/** @param {import('./rows.js').Row} row */
async function runRow({ name, platforms }) {
  const report = join(reports, reportOf(name));
  rmSync(report, { force: true });
  const output = await vitest(name, report);
  try {
    const found = resultsOf(JSON.parse(readFileSync(report, 'utf8')));
    for (const platform of platforms.length === 0 ? ['types'] : platforms) {
      const result = found.get(platform) ?? { passed: 0, all: 0, failed: ['nothing ran'] };
      passed += result.passed;
      all += result.all;
      const wrong = faultsOf(`${name} on ${platform}`, result);
      faults.push(...wrong);
      console.log([`${name} on ${platform}: ${result.passed} of ${result.all}`, ...wrong.slice(0, 40)].join('\n  '));
      if (result.passed === 0) console.log(output.slice(-3_000));
    }
  } catch {
    faults.push(`${name} did not run`);
    console.log(`${name} did not run:\n${output.slice(-3_000)}`);
  }
}

/**
 * @param {string} name
 * @param {string} report
 * @returns {Promise<string>} what it printed; failed tests are in the report
 */
function vitest(name, report) {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'webhooks', 'test/adapters/frameworks'];
  const env = {
    ...process.env,
    LONG: '1',
    FRAMEWORKS: name,
    TARBALLS: JSON.stringify(tarballs),
    VITEST_JSON: report,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, args, { cwd: repository, env, maxBuffer: 1e9 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    ),
  );
}

await twoAtATime(chosen, runRow);
console.log(
  `\n${passed} of ${all} cases passed; ${faults.length} faults; ${Math.round((Date.now() - began) / 1_000)} s`,
);
writeTable(reports);
process.exitCode = faults.length === 0 && all > 0 ? 0 : 1;
