// The stores of Cloudflare's platform on real workerd, through miniflare (installed by `npm ci --prefix tests/runtimes`).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type D1DatabaseLike, d1Store } from '../../../src/stores/d1.js';
import { type DurableObjectNamespaceLike, durableObjectStore } from '../../../src/stores/durable-object.js';
import type { Backend, BackendKind } from '../backend.js';

const runtimes = fileURLToPath(new URL('../../../../../tests/runtimes/', import.meta.url));
export const hasMiniflare = existsSync(`${runtimes}node_modules/.package-lock.json`);

interface MiniflareLike {
  ready: Promise<URL>;
  dispatchFetch(url: string, init?: RequestInit): Promise<Response>;
  dispose(): Promise<void>;
}

/** A miniflare with the given options: workerd with D1, Durable Objects and queues. */
export function miniflare(options: object): MiniflareLike {
  const { Miniflare } = createRequire(runtimes)('miniflare') as { Miniflare: new (options: object) => MiniflareLike };
  return new Miniflare({ modules: true, compatibilityDate: '2025-06-01', ...options });
}

/** A module worker in one piece, from TypeScript that may import the package's sources. */
export async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * A Worker that passes on what a test asks of its bindings `CLAIMS` and `DB`, for {@link claimsOf} and {@link databaseOf}.
 * Miniflare's own stand-ins for bindings wait for every property in a blocked thread, and lose an answer on a busy machine.
 */
export const PASSES_ON = `{
  async fetch(request, env) {
    const { object, url, body, query, values } = await request.json();
    if (object !== undefined) return env.CLAIMS.get(env.CLAIMS.idFromName(object)).fetch(url, { method: 'POST', body });
    return Response.json(await env.DB.prepare(query).bind(...values).all());
  },
}`;

const ask = (server: MiniflareLike, what: object) =>
  server.dispatchFetch('http://bindings.test/', { method: 'POST', body: JSON.stringify(what) });

/** The Durable Objects of a server whose Worker is {@link PASSES_ON}. */
export function claimsOf(server: MiniflareLike): DurableObjectNamespaceLike {
  return {
    idFromName: (name) => name,
    get: (object) => ({ fetch: (url, init) => ask(server, { object, url, body: init.body }) }),
  };
}

/** The D1 database of a server whose Worker is {@link PASSES_ON}. */
export function databaseOf(server: MiniflareLike): D1DatabaseLike {
  const all = async (query: string, values: readonly unknown[]) => {
    const response = await ask(server, { query, values });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { results: unknown[] };
  };
  return { prepare: (query) => ({ bind: (...values) => ({ all: () => all(query, values) }) }) };
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms + 2));

export const CLOUDFLARE_BACKENDS: readonly BackendKind[] = [
  { name: 'Durable Objects', available: hasMiniflare, open: openDurableObjects },
  { name: 'D1', available: hasMiniflare, open: openD1 },
];

async function openDurableObjects(): Promise<Backend> {
  const server = miniflare({
    script: await bundled(`
      export { WebhookClaims } from '../../../src/stores/durable-object.js';
      export default ${PASSES_ON};
    `),
    durableObjects: { CLAIMS: { className: 'WebhookClaims', useSQLite: true } },
  });
  const [store, other] = [durableObjectStore(claimsOf(server)), durableObjectStore(claimsOf(server))];
  return { store, other, sleep, close: () => server.dispose() };
}

async function openD1(): Promise<Backend> {
  const server = miniflare({ script: `export default ${PASSES_ON}`, d1Databases: ['DB'] });
  const store = d1Store(databaseOf(server));
  await store.migrate();
  return { store, other: d1Store(databaseOf(server)), sleep, close: () => server.dispose() };
}
