// Every line of a page that installs something, run as it stands: our names become our tarballs, nothing else changes.
//   node tests/peers/install-lines.js [20 22 24 26]   on these Nodes; without: on all of them
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from '../packages/tarballs.js';
import { installRuntimes } from '../runtimes/install.js';
import { PROCESSES } from '../runtimes/runtimes.js';
import { copyApps, npm, tryPeer } from './project.js';
import { startService } from './service.js';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const INSTALLS = /\bnpm (?:i|install) ([^`|#&,\n]+)/g;
const NPX = /\bnpx (?:-y )?(@videocloud\/[\w-]+)/g;
/** What proves that the installed package works with ours; a page that installs anything else must say how here. */
const PROOFS = {
  'pg-boss': { app: 'inbox', service: 'postgres' },
  bullmq: { app: 'inbox', service: 'redis' },
  msw: { app: 'msw' },
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
 * @param {string} root
 * @param {string} line
 * @param {Map<string, string>} tarballs by name
 * @param {string} node
 */
async function tryLine(root, line, tarballs, node) {
  const folder = mkdtempSync(join(root, 'line-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const words = line.split(/\s+/);
  const packages = words.filter((word) => !word.startsWith('-'));
  // None of ours is in a registry yet, and they depend on one another.
  const ours = [...tarballs.values()];
  await npm(node, folder, [
    'install',
    '--silent',
    '--no-fund',
    '--no-audit',
    ...ours,
    // Not globally: that would change the machine that runs this.
    ...words.filter((word) => !tarballs.has(word) && word !== '-g'),
  ]);
  copyApps(folder);
  const proofs = packages.flatMap((name) => PROOFS[name.replace(/(?<=.)@.*$/, '')] ?? []);
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
const tarballs = new Map(packAll().map(({ name, tarball }) => [name, tarball]));
const root = mkdtempSync(join(tmpdir(), 'install-'));
let failed = 0;
for (const [line, page] of linesOfPages()) {
  for (const node of nodes) {
    const [command] = PROCESSES[`Node ${node}`] ?? [];
    const fault = await tryLine(root, line, tarballs, command).catch(
      ({ stderr, message }) => stderr?.trim() || message,
    );
    if (fault !== '') failed++;
    console.log(`${fault === '' ? 'ok    ' : 'FAILED'} ${page}: ${line} (Node ${node})${fault && `\n${fault}`}`);
  }
}
rmSync(root, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;
