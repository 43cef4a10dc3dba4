import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const common = { bundle: true, format: 'esm', target: 'es2022', absWorkingDir: here, logLevel: 'error' };

/** What wrangler, a browser build and a bundler set to Node would make of the suite. */
export async function bundle() {
  const worker = { ...common, entryPoints: ['hosts/worker.js'] };
  await build({ ...worker, outfile: 'build/worker-web.js', conditions: ['workerd', 'worker', 'browser'] });
  await build({ ...worker, outfile: 'build/worker-node.js', platform: 'node' });
  await build({
    ...common,
    entryPoints: ['suite/index.js'],
    outfile: 'build/browser.js',
    format: 'iife',
    globalName: 'runtime',
    platform: 'browser',
  });
}
