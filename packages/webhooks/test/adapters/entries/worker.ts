// `receiver.fetch` and Hono's entry on workerd, bundled as wrangler does.
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Call, Entry } from '../contract.js';
import { HONO_ENTRY } from './hono.js';
import { listening } from './place.js';

const RUNTIMES = join(import.meta.dirname, '../../../../../tests/runtimes');

/** The package as npm would publish it. */
const PACKED: Plugin = {
  name: 'packed',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /\/src\/(adapters\/\w+|index)\.js$|^@videocloud\/webhooks$/ }, ({ path, kind, pluginData }) => {
      if (pluginData === PACKED) return undefined;
      const entry = /\/src\/adapters(\/\w+)\.js$/.exec(path)?.[1] ?? '';
      return resolve(`@videocloud/webhooks${entry}`, { kind, resolveDir: join(RUNTIMES, 'hosts'), pluginData: PACKED });
    });
  },
};

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-07-01"
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")]
);
`;

function workerEntry(entry: Entry, program: string, callsPath: string): Entry {
  return {
    ...entry,
    async mount() {
      const folder = mkdtempSync(join(tmpdir(), 'worker-'));
      await build({
        stdin: { contents: program, resolveDir: import.meta.dirname },
        outfile: join(folder, 'worker.js'),
        bundle: true,
        format: 'esm',
        conditions: ['workerd', 'worker', 'browser'],
        plugins: [PACKED],
        logLevel: 'error',
      });
      writeFileSync(join(folder, 'config.capnp'), CONFIG);
      const child = spawn(
        join(RUNTIMES, 'node_modules/.bin/workerd'),
        ['serve', join(folder, 'config.capnp'), '--control-fd=3'],
        { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
      );
      const port = Number(await listening(child, /"port":(\d+)/, child.stdio[3] as typeof child.stdout));
      return {
        port,
        calls: async () =>
          (await (await fetch(`http://127.0.0.1:${port}${callsPath}`, { method: 'POST' })).json()) as Call[],
        async close() {
          child.kill('SIGKILL');
        },
      };
    },
  };
}

export const WORKER_ENTRY = workerEntry(
  { name: '', path: '/webhooks', tolerant: '/webhooks?tolerant', parsed: [], mount: () => Promise.reject() },
  "import { createReceiver } from '../contract-receiver.js';\nexport default { fetch: createReceiver().fetch };",
  '/webhooks?calls',
);

export const HONO_WORKER_ENTRY = workerEntry(
  HONO_ENTRY,
  `import { honoApp } from './hono-app.js';
const calls = [];
const app = honoApp((call) => calls.push(call));
app.post('/calls', (c) => c.json(calls));
export default app;`,
  '/calls',
);
