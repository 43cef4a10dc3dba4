// Every line of a page that installs something, run as it stands: our names become our tarballs, nothing else changes.
//   node tests/peers/install-lines.js [20 22 24 26]   on these Nodes; without: on all of them
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from '../packages/tarballs.js';
import { installRuntimes } from '../runtimes/install.js';
import { PROCESSES } from '../runtimes/runtimes.js';
import { twoAtATime } from '../support/two-at-a-time.js';
import { copyApps, npm, tryPeer } from './project.js';
import { startService } from './service.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const INSTALLS = /\bnpm (?:i|install) ([^`|#&,\n]+)/g;
const NPX = /\bnpx (?:-y )?(@videocloud\/[\w-]+)/g;
/** What proves that the installed package works with ours; a page that installs anything else must say how here. */
const PROOFS = {
  'pg-boss': { app: 'inbox', service: 'postgres', with: '@videocloud/webhooks-inbox' },
  bullmq: { app: 'inbox', service: 'redis', with: '@videocloud/webhooks-inbox' },
  msw: { app: 'msw', with: '@videocloud/webhooks-client' },
  '@opentelemetry/api': { app: 'otel' },
  express: { app: 'express' },
  fastify: { app: 'installed' },
  koa: { app: 'koa' },
  hono: { app: 'installed' },
};

/** @returns {Map<string, string>} the names a line installs, and the first page that has it */
function linesOfPages() {
  const found = new Map();
  const pages = readdirSync(repository, { recursive: true, encoding: 'utf8' }).filter(
    (path) =>
      /^(?:README|docs|packages\/[\w-]+\/README|examples\/[\w-]+\/README)\S*\.md$/.test(path) &&
      !path.includes('node_modules'),
  );
  for (const page of pages) {
    const text = readFileSync(join(repository, page), 'utf8');
    for (const [, names = ''] of text.matchAll(INSTALLS)) found.set(names.trim(), found.get(names.trim()) ?? page);
    for (const [, name = ''] of text.matchAll(NPX)) found.set(name, found.get(name) ?? page);
  }
  // A platform without a native binary of libsql: everything works but what needs SQLite.
  return found.set('--omit=optional @videocloud/webhooks-cli', 'no page');
}

/**
 * None of ours is in a registry yet, and they depend on one another.
 *
 * @param {string[]} names
 * @param {Map<string, Packed>} packed
 * @returns {string[]} the tarballs of those that are ours, and of what they depend on
 */
function tarballsFor(names, packed) {
  const found = new Set();
  const add = (/** @type {string} */ name) => {
    const one = packed.get(name);
    if (one === undefined || found.has(one.tarball)) return;
    found.add(one.tarball);
    Object.keys(one.manifest.dependencies ?? {}).forEach(add);
  };
  names.forEach(add);
  return [...found];
}

/** @typedef {import('../packages/tarballs.js').Packed} Packed */

/**
 * @param {string} root
 * @param {string} line
 * @param {Map<string, Packed>} packed by name
 * @param {string} node
 */
async function tryLine(root, line, packed, node) {
  const folder = mkdtempSync(join(root, 'line-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const words = line.split(/\s+/);
  const packages = words.filter((word) => !word.startsWith('-'));
  const proofs = packages.flatMap((name) => PROOFS[name.replace(/(?<=.)@.*$/, '')] ?? []);
  const used = ['@videocloud/webhooks', ...packages, ...proofs.flatMap((proof) => proof.with ?? [])];
  await npm(node, folder, [
    'install',
    '--silent',
    '--prefer-offline',
    '--no-fund',
    '--no-audit',
    ...tarballsFor(used, packed),
    // Not globally: that would change the machine that runs this.
    ...words.filter((word) => !packed.has(word) && word !== '-g'),
  ]);
  copyApps(folder);
  const faults = [];
  for (const { app, service: name } of proofs.length > 0 ? proofs : [{ app: 'installed' }]) {
    const service = await startService(name);
    faults.push(await tryPeer(folder, { app, args: packages }, node, service.env));
    await service.stop();
  }
  return faults.filter((fault) => fault !== '').join('\n');
}

const asked = process.argv.slice(2).map(Number);
const nodes = asked.length > 0 ? asked : [20, 22, 24, 26];
installRuntimes();
const packed = new Map(packAll().map((one) => [one.name, one]));
const root = mkdtempSync(join(tmpdir(), 'install-'));
const tries = [...linesOfPages()].flatMap(([line, page]) => nodes.map((node) => ({ line, page, node })));
let failed = 0;

await twoAtATime(tries, async ({ line, page, node }) => {
  const [command] = PROCESSES[`Node ${node}`] ?? [];
  const fault = await tryLine(root, line, packed, command).catch(({ stderr, message }) => stderr?.trim() || message);
  if (fault !== '') failed++;
  console.log(`${fault === '' ? 'ok    ' : 'FAILED'} ${page}: ${line} (Node ${node})${fault && `\n${fault}`}`);
});
rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
process.exitCode = failed === 0 ? 0 : 1;
