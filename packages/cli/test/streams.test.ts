import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { BIN, cli, put, SECRET, SECRET_FILE, startEndpoint } from './harness.js';

const BODY = put('streams.json', '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{}}');

const refusing = await startEndpoint();
refusing.status = 401;

/** A command line of bash, with `$CLI` for the program. */
function shell(line: string): Promise<{ code: number | null; err: string }> {
  const child = spawn('bash', ['-c', `set -o pipefail; ${line}`], {
    env: { PATH: process.env.PATH, CLI: `${process.execPath} ${BIN}`, VIDEOCLOUD_WEBHOOK_SECRET: SECRET },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, err })));
}

it.each([
  ['a reader that takes the first bytes only', '$CLI types --json | head -c 5', 0],
  ['a verdict nobody reads', `$CLI verify ${BODY} --signature ${'0'.repeat(64)} | true`, 1],
  ['a refusal nobody reads', `$CLI trigger video.deleted ${refusing.url} --count 5 | true`, 1],
  ['an error nobody reads', '$CLI nonsense 2>&1 >/dev/null | true', 2],
  ['a note nobody reads', `$CLI sign ${BODY} --secret-file ${SECRET_FILE} 2>&1 >/dev/null | true`, 0],
  ['a closed standard error', '$CLI nonsense 2>&-', 2],
])('%s changes no exit code', async (_, line, code) => {
  expect(await shell(line)).toEqual({ code, err: '' });
});

it('output that cannot be written is said, with 3', async () => {
  const { code, err } = await shell('$CLI types >/dev/full');
  expect(code).toBe(3);
  expect(err).toMatch(/^error: cannot write the output: ENOSPC/);
});

it('a URL with a password is refused without repeating it', async () => {
  const { code, err } = await cli(['trigger', 'video.deleted', 'http://user:hunter2@127.0.0.1:9/']);
  expect({ code, err }).toEqual({ code: 2, err: 'error: the URL must not hold a user name or password\n' });
});

it('a secret of NULs is blank', async () => {
  const { code, err } = await cli(['sign', BODY, '--secret-file', put('nul.txt', '\0\0')]);
  expect({ code, err }).toEqual({ code: 2, err: 'error: the secret is blank: is the file or variable filled?\n' });
});

it('says why the API was not reached', async () => {
  const { code, err } = await cli(['subscriptions', 'list', '--base-url', 'http://127.0.0.1:2']);
  expect(code).toBe(3);
  expect(err).toMatch(/^error: the API was not reached: .*ECONNREFUSED/);
});
