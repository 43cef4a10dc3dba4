// What the gate counts in Vitest's JSON report: prints "PASSED FAILED" and names every test that did not run.
// A skipped test is a failure here: without a server, a browser or a runtime, whole suites are skipped and all others pass.
// `npm test` alone still skips, for a contributor who has no Redis.
//   node scripts/count-tests.js REPORT
import { readFileSync } from 'node:fs';

/** What no installation gives: many containers may not mount a file system, whoever runs in them. */
const NEEDS_MOUNT = 'answers 503 while the disk is full';

const [, , file = ''] = process.argv;
/** @type {{ testResults: { name: string, status: string, assertionResults: { status: string, fullName: string }[] }[] }} */
const { testResults } = JSON.parse(readFileSync(file, 'utf8'));
const tests = testResults.flatMap(({ assertionResults }) => assertionResults);

const count = (/** @type {string} */ status) => tests.filter((test) => test.status === status).length;
const unloaded = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
const failed = skipped.filter(({ fullName }) => !fullName.includes(NEEDS_MOUNT));

for (const { fullName } of skipped) console.error(`skipped: ${fullName}`);
console.log(count('passed'), count('failed') + unloaded.length + failed.length);
