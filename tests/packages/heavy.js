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
  checks.push(
    await check('videocloud-webhooks mcp lists its tools', async () => {
      const ask = (/** @type {number} */ id, /** @type {string} */ method, /** @type {object} */ params) =>
        JSON.stringify({ jsonrpc: '2.0', id, method, params });
      const clientInfo = { name: 'packages', version: '1' };
      const messages = [
        ask(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }),
        ask(2, 'tools/list', {}),
      ];
      const script = `const { execFileSync } = require('node:child_process');
        process.stdout.write(execFileSync(process.execPath, ['node_modules/.bin/videocloud-webhooks', 'mcp'], { input: ${JSON.stringify(`${messages.join('\n')}\n`)} }))`;
      const said = await node(folder, ['-e', script]);
      if (!said.includes('"explain_request"')) throw new Error(said);
    }),
  );
  return checks;
}
