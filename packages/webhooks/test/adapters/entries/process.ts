// An entry of the contract in a process of its own, bundled without the packages: those are the installed project's.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { pathWith } from '../../../../../tests/peers/framework.js';
import type { Call, Entry } from '../contract.js';
import { listening, type Place } from './place.js';

/** The package's source and Nest's, as whoever installs them imports them. */
export const PACKAGES: Plugin = {
  name: 'packages',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/(adapters\/\w+|index)\.js$/ }, ({ path, importer }) => {
      const of = importer.includes('/nestjs/test/') ? 'webhooks-nestjs' : 'webhooks';
      const entry = /\/src\/adapters(\/\w+)\.js$/.exec(path)?.[1] ?? '';
      return { path: `@videocloud/${of}${entry}`, external: true };
    });
  },
};

/** How platforms other than Node start a program. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  Bun: ['bun', 'run'],
  Deno: ['deno', 'run', '-A', '--no-config', '--node-modules-dir=manual'],
};

/**
 * @param entry whose paths and fixes the tests read
 * @param program what makes the same `entry` in the other process
 */
export function inProcess(entry: Entry, program: string): (place: Place) => Entry {
  return ({ platform, node, install }) => ({
    ...entry,
    async mount() {
      const folder = await install();
      const file = join(folder, 'entry.mjs');
      await bundle(program, file);
      const [command = node, ...args] = COMMANDS[platform] ?? [];
      const env = { ...process.env, PATH: pathWith(node) };
      const child = spawn(command, [...args, file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const { port, callsPort } = JSON.parse(await listening(child, /^(\{"port".*\})$/m)) as Record<string, number>;
      return {
        port: port ?? 0,
        calls: async () => (await (await fetch(`http://127.0.0.1:${callsPort}`)).json()) as Call[],
        async close() {
          child.kill('SIGKILL');
        },
      };
    },
  });
}

async function bundle(program: string, outfile: string): Promise<void> {
  await build({
    stdin: {
      contents: `${program}\nimport { serveEntry } from './program.js';\nserveEntry(entry);`,
      resolveDir: import.meta.dirname,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [PACKAGES],
    // Where the events of Lambda's documentation are.
    define: { 'import.meta.dirname': JSON.stringify(join(import.meta.dirname, '../..')) },
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
    logLevel: 'error',
  });
}
