// Mutation testing of the core: `npm run long -- mutation [-- PART …]`. Stryker changes the source in one place after another and
// runs the tests in memory that cover it; a change no test notices has survived. At least 90 % must not, and every
// survivor must be explained in explained.js. `--report` prints the last runs again. (Nothing is kept from run to run:
// Stryker's incremental mode does not notice a new test for what is computed when a module loads.)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { EXPLAINED } from './explained.js';

const TARGET = 90;
/** @type {Record<string, { tests: string, files: string[] }>} */
const PARTS = {
  signature: { tests: 'signature', files: ['signature/*.ts'] },
  events: { tests: 'events', files: ['events/*.ts'] },
  pipeline: { tests: 'receiver', files: ['receiver/{pipeline,claims,admission,runner,execute,pending}.ts'] },
  options: { tests: 'receiver', files: ['receiver/{options,times,secret-source,handlers,receiver}.ts'] },
  answers: {
    tests: 'receiver',
    files: ['receiver/{outcome,report,context,deadlines,maybe-async,construct-event,verified,web}.ts'],
  },
};

const wanted = process.argv.slice(2).filter((name) => name !== '--report');
const names = wanted.length === 0 ? Object.keys(PARTS) : wanted;
mkdirSync('reports/mutation', { recursive: true });
for (const name of names) {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`No part is named ${name}: there are ${Object.keys(PARTS).join(', ')}`);
  if (process.argv.includes('--report')) continue;
  console.log(`== ${name}`);
  const { status } = spawnSync('npx', ['stryker', 'run', 'tests/mutation/stryker.config.js'], {
    stdio: 'inherit',
    env: { ...process.env, MUTATION: JSON.stringify({ name, ...part }) },
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** @typedef {{ status: string }} Mutant */
let killed = 0;
let total = 0;
let unexplained = 0;
for (const name of names) {
  const file = `reports/mutation/${name}.json`;
  if (!existsSync(file)) throw new Error(`${name} has not been run yet`);
  for (const [path, { mutants, source }] of Object.entries(JSON.parse(readFileSync(file, 'utf8')).files)) {
    const short = path.replace('packages/webhooks/src/', '');
    const alive = mutants.filter(
      (/** @type {Mutant} */ { status }) => status === 'Survived' || status === 'NoCoverage',
    );
    const counted = mutants.filter(
      (/** @type {Mutant} */ { status }) => status !== 'Ignored' && !/Error$/.test(status),
    ).length;
    killed += counted - alive.length;
    total += counted;
    const score = counted === 0 ? '' : ((100 * (counted - alive.length)) / counted).toFixed(1);
    console.log(
      `${short.padEnd(30)} ${String(counted - alive.length).padStart(4)} of ${String(counted).padStart(4)}  ${score}`,
    );
    for (const { location, replacement } of alive) {
      const { start, end } = location;
      const lines = source.split('\n').slice(start.line - 1, end.line);
      const was = start.line === end.line ? lines[0].slice(start.column - 1, end.column - 1) : `${lines[0].trim()} …`;
      const known = EXPLAINED.find(({ at, mutant }) => at === short && mutant(lines[0], was, replacement ?? ''));
      if (known === undefined) unexplained++;
      const now = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 60);
      console.log(`    ${start.line}: ${was} → ${now}${known ? `  (${known.why})` : '  UNEXPLAINED'}`);
    }
  }
}
const score = (100 * killed) / total;
console.log(`\n${killed} of ${total} mutants noticed: ${score.toFixed(1)} %; ${unexplained} survivors unexplained`);
process.exitCode = score >= TARGET && unexplained === 0 ? 0 : 1;
