// The stores of Cloudflare's platform on real workerd, through miniflare (installed by `npm ci --prefix tests/runtimes`).
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { d1Store } from '../../../src/stores/d1.js';
import { type DurableObjectNamespaceLike, durableObjectStore } from '../../../src/stores/durable-object.js';
import type { Backend, BackendKind } from '../backend.js';

const runtimes = fileURLToPath(new URL('../../../../../tests/runtimes/', import.meta.url));
export const hasMiniflare = existsSync(`${runtimes}node_modules/.package-lock.json`);

interface MiniflareLike {
  ready: Promise<URL>;
  getD1Database(name: string): Promise<Parameters<typeof d1Store>[0]>;
  getDurableObjectNamespace(name: string): Promise<DurableObjectNamespaceLike>;
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

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms + 2));

export const CLOUDFLARE_BACKENDS: readonly BackendKind[] = [
  { name: 'Durable Objects', available: hasMiniflare, open: openDurableObjects },
  { name: 'D1', available: hasMiniflare, open: openD1 },
];

async function openDurableObjects(): Promise<Backend> {
  const server = miniflare({
    script: await bundled(`
      export { WebhookClaims } from '../../../src/stores/durable-object.js';
      export default { fetch: () => new Response('no') };
    `),
    durableObjects: { CLAIMS: { className: 'WebhookClaims', useSQLite: true } },
  });
  const namespace = await server.getDurableObjectNamespace('CLAIMS');
  return {
    store: durableObjectStore(namespace),
    other: durableObjectStore(namespace),
    sleep,
    close: () => server.dispose(),
  };
}

async function openD1(): Promise<Backend> {
  const server = miniflare({ script: 'export default { fetch: () => new Response("no") }', d1Databases: ['DB'] });
  const database = await server.getD1Database('DB');
  const store = d1Store(database);
  await store.migrate();
  return { store, other: d1Store(database), sleep, close: () => server.dispose() };
}
