// Bundle sizes of the published files, and what must not be in a bundle for the web.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const KB = 1_024;
const ADAPTERS = { express: 6.8 * KB, hono: 6.8 * KB, next: 7_456 };
/**
 * What each may weigh, minified and gzipped. Where the budget is not kept, `ratchet` is today's figure: it may only go
 * down, and the line says OVER.
 */
const BUDGETS = [
  { title: 'verify alone', code: "export { verify } from '@videocloud/webhooks'", budget: 1.1 * KB },
  ...Object.entries(ADAPTERS).map(([name, ratchet]) => ({
    title: `the ${name} adapter alone`,
    code: `export * from '@videocloud/webhooks/${name}'`,
    budget: 6.8 * KB,
    ratchet,
  })),
  {
    title: 'a receiver with the express adapter',
    code: "export { createReceiver } from '@videocloud/webhooks'; export { webhookHandler } from '@videocloud/webhooks/express'",
    budget: 12 * KB,
    ratchet: 13_590,
  },
  {
    title: 'a Worker: receiver, Durable Object store and Queue inbox',
    code: "export { createReceiver } from '@videocloud/webhooks'; export { durableObjectStore, WebhookClaims } from '@videocloud/webhooks/stores/durable-object'; export { queueHandler, queueInbox } from '@videocloud/webhooks/cloudflare'",
    // As wrangler bundles: with the channels, which browsers do without.
    conditions: ['workerd', 'worker', 'browser'],
    budget: 14 * KB,
    ratchet: 15_587,
  },
  {
    title: 'the client without openapi-fetch',
    code: "export * from '@videocloud/webhooks-client'",
    budget: 12 * KB,
  },
];
const FORBIDDEN = ['express', 'hono', 'next/', 'node:'];

/**
 * @param {string} folder a project with the packages installed
 * @returns {Promise<import('./run.js').Check[]>}
 */
export async function checkSizes(folder) {
  const checks = [];
  for (const { title, code, budget, ratchet = budget, conditions } of BUDGETS) {
    const text = await bundled(folder, code, {
      minify: true,
      external: ['openapi-fetch'],
      ...(conditions && { conditions }),
    });
    const size = gzipSync(text, { level: 9 }).length;
    const over = size > budget ? `, OVER its budget by ${Math.ceil(size - budget)} B` : '';
    const error = size > ratchet ? `${size} B, and ${Math.floor(ratchet)} B is the most it may be today` : '';
    checks.push({ title: `${title}, min+gz: ${size} B of ${Math.floor(budget)} B${over}`, error });
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
