// What a library weighs: the code a bundle takes in to verify, what `npm install` puts on the disk, and its first import.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { median } from './measure.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Minified and gzipped bytes of what is needed to verify, for Node, its built-in modules left out. */
export async function bundleSize(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: here },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

/** Bytes and packages that `npm install NAME` brings, dependencies of dependencies included. */
export function installSize(name) {
  const seen = new Map();
  const visit = (wanted, from) => {
    const folder = locate(wanted, from);
    if (folder === undefined || seen.has(folder)) return;
    seen.set(folder, wanted === '@videocloud/webhooks' ? packed(folder) : sizeOf(folder));
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies)) visit(dependency, folder);
  };
  visit(name, here);
  return { bytes: [...seen.values()].reduce((sum, size) => sum + size, 0), packages: seen.size };
}

function locate(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Ours is linked here, sources and all: what counts is what would be published. */
function packed(folder) {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: folder, encoding: 'utf8' });
  return JSON.parse(output)[0].unpackedSize;
}

function sizeOf(folder) {
  let size = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // A nested node_modules is counted by the packages in it.
    if (entry.isDirectory()) size += entry.name === 'node_modules' ? 0 : sizeOf(path);
    else if (entry.isFile()) size += statSync(path).size;
  }
  return size;
}

/** Milliseconds of CPU until each module is imported, in a fresh process each time, in changing order. */
export function coldImports(modules, rounds) {
  const names = Object.keys(modules);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let step = 0; step < names.length; step++) {
      const name = names[(step + round) % names.length];
      const script = `const a = process.cpuUsage(); await import(${JSON.stringify(modules[name])});
        const { user, system } = process.cpuUsage(a); console.log((user + system) / 1000);`;
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: here,
        encoding: 'utf8',
      });
      // The first round brings the files into the page cache.
      if (round > 0) samples[name].push(Number(output));
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}
