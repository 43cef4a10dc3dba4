import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

function run(...flags: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [MAIN, ...flags]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  return { child, output: () => text };
}

it('serves the API with a token until it is stopped', async () => {
  const { child, output } = run('--port', '0', '--token', 'token-1', '--allow-private');
  await expect.poll(output, { timeout: 60_000 }).toMatch(/ALLOWED/);
  // The base URL, as the client and the CLI take it.
  const base = /http:\S+/.exec(output())?.[0] ?? '';
  expect(new URL(base).pathname).toBe('/');
  const url = `${base}/webhooks`;
  expect((await fetch(url)).status).toBe(401);
  const body = JSON.stringify({ url: 'http://127.0.0.1:9/', events: ['user.created'], secret: 'your_webhook_secret' });
  const headers = { authorization: 'Bearer token-1', 'content-type': 'application/json' };
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(output()).not.toContain('your_webhook_secret');
});

it.each([['--port', '70000'], ['--nope'], ['--database', '/nowhere/at/all/x.db']])(
  'answers %s %s with what is wrong, and 2',
  async (...flags) => {
    const { child, output } = run('--port', '0', ...flags);
    expect(await once(child, 'exit')).toEqual([2, null]);
    expect(output()).toMatch(/port|nope|database/);
    expect(output()).toContain('Usage');
  },
);
