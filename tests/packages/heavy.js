// All packages with all their dependencies in one project: loaded in both module systems, and the command line run.
import { check, node } from './project.js';

/**
 * @param {string} folder
 * @param {import('./tarballs.js').Packed[]} packed
 */
export async function checkAll(folder, packed) {
  const checks = [];
  for (const { name, manifest } of packed) {
    for (const entry of Object.keys(manifest.exports ?? {})) {
      // What needs a peer the user brings (msw) cannot load without it.
      if (entry.endsWith('.json') || entry === './msw') continue;
      const id = name + entry.slice(1);
      checks.push(
        await check(`${id} by import and by require`, async () => {
          await node(folder, ['--input-type=module', '-e', `await import('${id}')`]);
          await node(folder, ['-e', `require('${id}')`]);
        }),
      );
    }
  }
  checks.push(
    await check('videocloud-webhooks --version', async () => {
      const said = await node(folder, ['node_modules/.bin/videocloud-webhooks', '--version']);
      if (!/^\d+\.\d+\.\d+/.test(said)) throw new Error(said);
    }),
  );
  return checks;
}
