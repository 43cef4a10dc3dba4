// What a bundle of the published files weighs, and what must not be in one for the web.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * The budget is the promise. Where it is not kept, `ratchet` is today's figure: it may only go down, and the line says OVER.
 */
const BUDGETS = [
  { title: 'verify alone', code: "export { verify } from '@videocloud/webhooks'", budget: 1_024 },
  { title: 'the root entry, whole', code: "export * from '@videocloud/webhooks'", budget: 8_192, ratchet: 12_175 },
  { title: 'the client besides openapi-fetch', code: "export * from '@videocloud/webhooks-client'", budget: 8_192 },
];
const UNPACKED = [{ name: '@videocloud/webhooks', budget: 200 * 1_024, ratchet: 219 * 1_024 }];
const FORBIDDEN = ['express', 'hono', 'next/', 'node:'];

/**
 * @param {string} folder a project with the packages installed
 * @param {import('./tarballs.js').Packed[]} packed
 * @returns {Promise<import('./run.js').Check[]>}
 */
export async function checkSizes(folder, packed) {
  const checks = [];
  for (const { title, code, budget, ratchet = budget } of BUDGETS) {
    const text = await bundled(folder, code, { minify: true, external: ['openapi-fetch'] });
    const size = gzipSync(text, { level: 9 }).length;
    checks.push(weighed(`${title}, min+gz`, size, budget, ratchet));
  }
  for (const { name, budget, ratchet } of UNPACKED) {
    const size = packed.find((one) => one.name === name)?.unpacked ?? Number.POSITIVE_INFINITY;
    checks.push(weighed(`${name}, unpacked`, size, budget, ratchet));
  }
  const web = await bundled(folder, "export * from '@videocloud/webhooks'", {});
  const found = FORBIDDEN.filter((word) => web.includes(word));
  checks.push({
    title: `the web build of the root entry names none of ${FORBIDDEN.join(' ')}`,
    error: found.join(' '),
  });
  return checks;
}

function weighed(title, size, budget, ratchet) {
  const over = size > budget ? `, OVER its budget by ${size - budget} B` : '';
  const error = size > ratchet ? `${size} B, and ${ratchet} B is the most it may be today` : '';
  return { title: `${title}: ${size} B of ${budget} B${over}`, error };
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
