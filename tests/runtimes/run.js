// npm run test:runtimes: the same suite on every runtime, verdict by verdict against Node 20.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { twoAtATime } from '../support/two-at-a-time.js';
import { installPackage, installRuntimes } from './install.js';
import { KNOWN } from './known.js';

installRuntimes();
installPackage();

const here = fileURLToPath(new URL('.', import.meta.url));
const began = Date.now();
const { collect } = await import('./cases.js');
const { bundle } = await import('./bundle.js');
const { httpLines } = await import('./http.js');
const { linesOfChromium, linesOfProcess, linesOfWorkerd, PROCESSES } = await import('./runtimes.js');

mkdirSync(`${here}build`, { recursive: true });
const cases = JSON.stringify(await collect());
writeFileSync(`${here}build/cases.json`, cases);
await bundle();

/** @type {Record<string, () => Promise<string[]>>} */
const jobs = {};
for (const [name, command] of Object.entries(PROCESSES)) {
  jobs[name] = async () => [
    ...(await linesOfProcess(command, 'hosts/process.js', [`${here}build/cases.json`])),
    ...(await httpLines(command)),
  ];
}
jobs.workerd = () => linesOfWorkerd('plain.capnp', cases);
jobs['workerd with nodejs_compat'] = () => linesOfWorkerd('compat.capnp', cases);
jobs['workerd with the Node build'] = () => linesOfWorkerd('node.capnp', cases);
jobs.Chromium = () => linesOfChromium(cases);

/** @type {Map<string, string[]>} */
const lines = new Map();
let failures = 0;
await twoAtATime(Object.entries(jobs), async ([name, run]) => {
  const start = Date.now();
  try {
    lines.set(name, await run());
    writeFileSync(`${here}build/${name.replace(/\W+/g, '-')}.txt`, `${lines.get(name)?.join('\n')}\n`);
    console.log(`${name}: ${lines.get(name)?.length} lines in ${((Date.now() - start) / 1_000).toFixed(1)} s`);
  } catch (error) {
    failures++;
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  }
});

const { PLATFORMS } = await import('./platforms.js');
const { OTEL } = await import('./otel/index.js');
for (const [name, attempt] of Object.entries({ ...PLATFORMS, ...OTEL })) {
  try {
    await attempt();
    console.log(`${name}: works as it stands`);
  } catch (error) {
    failures++;
    const { stdout = '', message = String(error) } = /** @type {Record<string, string>} */ (error);
    console.log(`${name}: ${stdout || message}`);
  }
}

const idOf = (/** @type {string} */ line) => line.slice(0, line.indexOf(' '));
const reference = lines.get('Node 20') ?? [];
let compared = 0;
let differences = 0;
const tolerated = [];
for (const [name, theirs] of lines) {
  const known = { ...KNOWN[name] };
  // A runtime without sockets has the suite's lines only, and those come first.
  const expected = theirs.some((line) => line.startsWith('http/'))
    ? reference
    : reference.filter((line) => !line.startsWith('http/'));
  if (theirs.length !== expected.length) {
    differences++;
    console.log(`${name} has ${theirs.length} lines, Node 20 ${expected.length}`);
  }
  for (const [at, line] of expected.entries()) {
    compared++;
    const id = idOf(line);
    const reason = known[id];
    if (theirs[at] === line) continue;
    if (reason !== undefined && idOf(theirs[at] ?? '') === id) {
      tolerated.push(`${name} ${id}: ${reason}`);
      delete known[id];
      continue;
    }
    differences++;
    console.log(`${name} differs:\n  Node 20: ${line.slice(0, 600)}\n  it:      ${theirs[at]?.slice(0, 600)}`);
  }
  for (const id of Object.keys(known)) {
    differences++;
    console.log(`${name} no longer differs in ${id}: take it out of known.js`);
  }
}
for (const line of tolerated) console.log(`known: ${line}`);
const suite = reference.filter((line) => !line.startsWith('http/')).length;
console.log(
  `${lines.size} runtimes × ${suite} lines (+ ${reference.length - suite} over HTTP where there are sockets), ${compared} compared, ` +
    `${differences} differences, ${tolerated.length} known ones of the runtimes themselves; ${((Date.now() - began) / 1_000).toFixed(0)} s`,
);
process.exitCode = failures + differences === 0 && reference.length > 3_000 ? 0 : 1;
