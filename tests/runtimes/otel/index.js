// OpenTelemetry's SDK on every runtime that has diagnostics channels: the SDK of the repository, the packed package.
import { deepStrictEqual } from 'node:assert';
import { execFile } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { linesOfWorkerd, PROCESSES } from '../runtimes.js';

const folder = fileURLToPath(new URL('..', import.meta.url));
const EXPECTED = {
  statuses: [200, 401],
  // SpanKind.CONSUMER is 4. Refused deliveries get no span.
  spans: [['process video.processed', 4, 'processed']],
  activeInHandler: true,
  deliveries: [
    ['none', 1],
    ['signature_mismatch', 20],
  ],
  consumed: [['none', 1]],
  measured: [['none', 1]],
};

const common = { bundle: true, format: 'esm', target: 'es2022', absWorkingDir: folder, logLevel: 'error' };

/** What wrangler does under nodejs_compat: a require() of a module of Node's becomes an import. @type {import('esbuild').Plugin} */
const nodejsCompat = {
  name: 'nodejs-compat',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, kind }) => {
      if (!isBuiltin(path)) return undefined;
      const name = `node:${path.replace(/^node:/, '')}`;
      return kind === 'require-call' ? { path: name, namespace: 'required' } : { path: name, external: true };
    });
    onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `import module_ from '${path}'; module.exports = module_;`,
    }));
  },
};

/** @type {Record<string, () => Promise<void>>} */
export const OTEL = {
  ...Object.fromEntries(
    Object.entries(PROCESSES).map(([name, [command, ...args]]) => [
      `OpenTelemetry on ${name}`,
      async () => {
        const outfile = `build/otel-${name.replace(/\W/g, '-')}.mjs`;
        // OpenTelemetry's packages are CommonJS, which calls require().
        const banner = {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        };
        const conditions = { Bun: ['bun'], Deno: ['deno'] }[name] ?? [];
        await build({ ...common, entryPoints: ['otel/process.js'], outfile, platform: 'node', banner, conditions });
        const { stdout } = await promisify(execFile)(command, [...args, folder + outfile], {
          cwd: folder,
          timeout: 120_000,
        });
        deepStrictEqual(JSON.parse(stdout), EXPECTED);
      },
    ]),
  ),
  'OpenTelemetry on workerd with nodejs_compat': async () => {
    await build({
      ...common,
      entryPoints: ['otel/worker.js'],
      outfile: 'build/otel-worker.js',
      conditions: ['workerd', 'worker', 'browser'],
      plugins: [nodejsCompat],
    });
    deepStrictEqual(JSON.parse((await linesOfWorkerd('otel.capnp', '{}')).join('')), EXPECTED);
  },
};
