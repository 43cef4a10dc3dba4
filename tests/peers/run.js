// Every optional peer at the ends of its range, with our packages from their tarballs.
//   node tests/peers/run.js           the oldest on Node 20, the newest on 22, 24 and 26, those between on 24
//   node tests/peers/run.js --newest  for the gate: the newest on Node 24
//   node tests/peers/run.js NAME…     these only, on every Node they are for
// Prints a table and ends with 1 when something failed. Needs built packages.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { packAll } from '../packages/tarballs.js';
import { installRuntimes } from '../runtimes/install.js';
import { PROCESSES } from '../runtimes/runtimes.js';
import { twoAtATime } from '../support/two-at-a-time.js';
import { install, listPeers, tryPeer, versionsOf } from './project.js';
import { rangeFaults } from './ranges.js';
import { startService } from './service.js';

const { values, positionals } = parseArgs({ options: { newest: { type: 'boolean' } }, allowPositionals: true });
const NODES = values.newest ? { newest: [24] } : { oldest: [20], between: [24], newest: [22, 24, 26], long: [24] };

installRuntimes();
const began = Date.now();
const tarballs = new Map(packAll().map(({ folder, tarball }) => [basename(folder), tarball]));
const root = mkdtempSync(join(tmpdir(), 'peers-'));
const peers = listPeers();
const ranges = rangeFaults(peers);
for (const fault of ranges) console.log(`FAILED ${fault}`);
const chosen = peers.filter(
  ({ name, config }) => NODES[config.age] !== undefined && (positionals.length === 0 || positionals.includes(name)),
);
/** @type {{ name: string, versions: string, results: Map<number, string> }[]} */
const rows = [];

/** @param {(typeof peers)[number]} peer */
async function tryOn(peer) {
  const { name, config } = peer;
  // What runs on another platform needs a Node for npm only.
  const nodes = config.platforms === undefined ? NODES[config.age] : [24];
  /** @type {Map<number, string>} */
  const results = new Map();
  const row = { name, versions: '', results };
  rows.push(row);
  try {
    const folder = await install(root, peer, tarballs, nodeOf(nodes.at(-1)));
    row.versions = versionsOf(folder, config);
    for (const node of nodes) {
      const service = await startService(config.service);
      results.set(node, await tryPeer(folder, config, nodeOf(node), service.env));
      await service.stop();
    }
  } catch (error) {
    const { stdout = '', stderr = '', message } = /** @type {Record<string, string>} */ (error);
    results.set(nodes[0], `${stdout}${stderr}`.trim() || message);
  }
  for (const [node, fault] of results) {
    console.log(
      `${fault === '' ? 'ok    ' : 'FAILED'} ${name} on Node ${node}${fault && `\n${fault.replace(/^/gm, '       ')}`}`,
    );
  }
}

/** @param {number} version */
function nodeOf(version) {
  const command = PROCESSES[`Node ${version}`];
  if (command === undefined) throw new Error(`no Node ${version} in tests/runtimes`);
  return command[0];
}

const here = Number(
  execFileSync(process.execPath, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }),
);
if (!values.newest && here !== 20) console.log(`The oldest peers run on this Node, which is ${here}, not 20.`);
await twoAtATime(chosen, tryOn);
rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

const columns = [...new Set(Object.values(NODES).flat())].sort();
const cell = (/** @type {string | undefined} */ fault) => (fault === undefined ? '' : fault === '' ? 'ok' : 'FAILED');
console.log(
  `\n| peer | ${columns.map((node) => `Node ${node}`).join(' | ')} |\n| --- |${' --- |'.repeat(columns.length)}`,
);
for (const { name, versions, results } of rows.sort((a, b) => a.name.localeCompare(b.name))) {
  console.log(`| ${versions || name} | ${columns.map((node) => cell(results.get(node))).join(' | ')} |`);
}
const all = [...rows.flatMap(({ results }) => [...results.values()]), ...ranges];
const failed = all.filter((fault) => fault !== '').length;
console.log(`\n${all.length - failed} passed, ${failed} failed; ${Math.round((Date.now() - began) / 1_000)} s`);
process.exitCode = failed === 0 && all.length > 0 ? 0 : 1;
