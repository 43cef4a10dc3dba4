// The tests' own Redis and PostgreSQL, for a program that is not run by vitest.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const outfile = fileURLToPath(new URL('build/services.mjs', import.meta.url));
await build({
  entryPoints: [fileURLToPath(new URL('../support/services.ts', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  logLevel: 'error',
});
/** @type {typeof import('../support/services.js')} */
const { startPostgres, startRedis } = await import(outfile);

/**
 * A fresh server, and how an app finds it.
 *
 * @param {'redis' | 'postgres' | undefined} name
 * @returns {Promise<{ env: Record<string, string>, stop(): Promise<void> }>}
 */
export async function startService(name) {
  if (name === undefined) return { env: {}, stop: async () => undefined };
  const service = await (name === 'redis'
    ? startRedis({ args: ['--maxmemory-policy', 'noeviction'] })
    : startPostgres());
  const variable = name === 'redis' ? 'REDIS_URL' : 'POSTGRES_URL';
  return { env: { [variable]: service.url }, stop: () => service.stop() };
}
