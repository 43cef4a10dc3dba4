// Starts the three example receivers on free loopback ports, as their own processes, and stops them again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';

const example = (/** @type {string} */ path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
const NEXT = fileURLToPath(new URL('../../node_modules/next/dist/bin/next', import.meta.url));

/** @type {Record<string, (port: string) => { args: string[], cwd: string }>} */
const COMMANDS = {
  express: () => ({ args: ['dist/server.js'], cwd: example('express') }),
  hono: () => ({ args: ['dist/server.js'], cwd: example('hono') }),
  nextjs: (port) => ({ args: [NEXT, 'start', '-H', '127.0.0.1', '-p', port], cwd: example('nextjs') }),
};

export const FRAMEWORKS = Object.keys(COMMANDS);

/**
 * @param {string} framework
 * @param {string} secret
 * @param {Record<string, string>} [env] added to the environment
 * @returns {Promise<{ url: string, output: () => string, stop: () => Promise<void> }>} `output` is what it printed so far
 */
export async function startReceiver(framework, secret, env = {}) {
  const port = String(await freePort());
  const command = COMMANDS[framework]?.(port);
  if (command === undefined) throw new Error(`No example is named ${framework}`);
  const child = spawn(process.execPath, command.args, {
    cwd: command.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: port, VIDEOCLOUD_WEBHOOK_SECRET: secret, NEXT_TELEMETRY_DISABLED: '1', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const url = `http://127.0.0.1:${port}/webhooks`;
  const until = Date.now() + 30_000;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`The ${framework} receiver did not start:\n${output}`);
    if (Date.now() > until) {
      await stop();
      throw new Error(`The ${framework} receiver did not answer within 30 s:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, output: () => output, stop };
}

/** @param {string} url */
async function answers(url) {
  try {
    await fetch(url, { method: 'POST', body: '{}' });
    return true;
  } catch {
    return false;
  }
}
