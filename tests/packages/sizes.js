// Bundle sizes of the published files, and what must not be in a bundle for the web.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const KB = 1_024;
const ADAPTERS = ['express', 'hono', 'next'];
/** The most each may weigh, minified and gzipped. */
const LIMITS = [
  { title: 'verify alone', code: "export { verify } from '@videocloud/webhooks'", limit: 1.1 * KB },
  ...ADAPTERS.map((name) => ({
    title: `the ${name} adapter alone`,
    code: `export * from '@videocloud/webhooks/${name}'`,
    limit: 6.8 * KB,
  })),
  {
    title: 'a receiver with the express adapter',
    code: "export { createReceiver } from '@videocloud/webhooks'; export { webhookHandler } from '@videocloud/webhooks/express'",
    limit: 12 * KB,
  },
  {
    title: 'the client without openapi-fetch',
    code: "export * from '@videocloud/webhooks-client'",
    limit: 12 * KB,
  },
];
const FORBIDDEN = ['express', 'hono', 'next/', 'node:'];

/**
 * @param {string} folder a project with the packages installed
 * @returns {Promise<import('./run.js').Check[]>}
 */
export async function checkSizes(folder) {
  const checks = [];
  for (const { title, code, limit } of LIMITS) {
    const text = await bundled(folder, code, { minify: true, external: ['openapi-fetch'] });
    const size = gzipSync(text, { level: 9 }).length;
    const error = size > limit ? `${size} B, over its limit of ${Math.floor(limit)} B` : '';
    checks.push({ title: `${title}, min+gz: ${size} B of ${Math.floor(limit)} B`, error });
  }
  const web = await bundled(folder, "export * from '@videocloud/webhooks'", {});
  const found = FORBIDDEN.filter((word) => web.includes(word));
  checks.push({
    title: `the web build of the root entry names none of ${FORBIDDEN.join(' ')}`,
    error: found.join(' '),
  });
  return checks;
}

async function bundled(folder, contents, options) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    ...options,
  });
  return outputFiles[0]?.text ?? '';
}
