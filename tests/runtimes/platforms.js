// `receiver.fetch` handed to each platform as it stands: compiled against the platform's own types, then run.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fixture, signedRequest } from '@videocloud/webhooks/testing';
import { build } from 'esbuild';
import { PROCESSES } from './runtimes.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const run = promisify(execFile);
const SECRET = 'a-secret-of-the-platforms';
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** @type {Record<string, () => Promise<void>>} */
export const PLATFORMS = {
  'Bun.serve': async () => {
    await compile('bun.ts', ['bun']);
    await serveProcess('Bun', 'bun.ts');
  },
  'Deno.serve': async () => {
    const [deno] = PROCESSES.Deno;
    await run(deno, ['check', '--no-config', '--node-modules-dir=manual', `${here}platforms/deno.ts`], { cwd: here });
    await serveProcess('Deno', 'deno.ts');
  },
  'Workers, a receiver': () => worker('worker.ts', ['/']),
  'Workers, Hono': () => worker('worker-hono.ts', ['/', '/verified']),
};

/**
 * @param {string} file below platforms/
 * @param {string[]} types
 */
async function compile(file, types) {
  mkdirSync(`${here}build`, { recursive: true });
  const config = `${here}build/tsconfig.${file}.json`;
  const compilerOptions = {
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2022'],
    types,
    typeRoots: [`${here}node_modules/@types`, `${here}node_modules`],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [`${here}platforms/${file}`] }));
  await run(process.execPath, [tsc, '-p', config]);
}

/**
 * @param {'Bun' | 'Deno'} name
 * @param {string} file
 */
async function serveProcess(name, file) {
  const [command, ...args] = PROCESSES[name];
  const env = { ...process.env, VIDEOCLOUD_WEBHOOK_SECRET: SECRET };
  const server = spawn(command, [...args, `${here}platforms/${file}`], {
    cwd: here,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await printed(server, server.stdout, /listening on (\d+)/);
    await deliver(`http://127.0.0.1:${port}/`);
  } finally {
    server.kill('SIGKILL');
  }
}

/**
 * On workerd without nodejs_compat and with it.
 *
 * @param {string} file
 * @param {string[]} paths
 */
async function worker(file, paths) {
  await compile(file, ['@cloudflare/workers-types']);
  for (const flags of ['', '"nodejs_compat"']) {
    const outfile = `${here}build/${file}.js`;
    await build({
      entryPoints: [`${here}platforms/${file}`],
      outfile,
      bundle: true,
      format: 'esm',
      conditions: ['workerd', 'worker', 'browser'],
      logLevel: 'error',
    });
    const config = `${here}build/${file}.capnp`;
    writeFileSync(
      config,
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = (
    modules = [(name = "worker.js", esModule = embed "${file}.js")],
    bindings = [(name = "VIDEOCLOUD_WEBHOOK_SECRET", text = "${SECRET}")],
    compatibilityDate = "2026-07-01",
    compatibilityFlags = [${flags}]
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);
`,
    );
    const server = spawn(`${here}node_modules/.bin/workerd`, ['serve', config, '--control-fd=3'], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    try {
      const port = await printed(server, server.stdio[3], /"port":(\d+)/);
      for (const path of paths) await deliver(`http://127.0.0.1:${port}${path}`);
    } finally {
      server.kill('SIGKILL');
    }
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {unknown} stream
 * @param {RegExp} pattern
 * @returns {Promise<string>}
 */
function printed(child, stream, pattern) {
  return new Promise((resolve, reject) => {
    let output = '';
    /** @type {import('node:stream').Readable} */ (stream).on('data', (chunk) => {
      output += chunk;
      const found = pattern.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  });
}

/** @param {string} url */
async function deliver(url) {
  const event = fixture('video.processed');
  const genuine = await fetch(await signedRequest(url, event, SECRET));
  const forged = await fetch(await signedRequest(url, event, 'a guessed secret'));
  const statuses = `${genuine.status} ${forged.status}`;
  if (statuses !== '200 401') throw new Error(`${url} answered ${statuses}: ${await genuine.text()}`);
}
