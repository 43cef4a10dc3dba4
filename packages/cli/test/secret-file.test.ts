import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inFlags } from '../src/commands/check-flags.js';
import { readSecrets } from '../src/input/secrets.js';
import { meaningOf } from '../src/send.js';

const folder = mkdtempSync(join(tmpdir(), 'secret-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function secretsOf(text: string): Promise<string[]> {
  const file = join(folder, 'file');
  writeFileSync(file, text);
  const io = { env: {}, stdin: {}, stdout: { write: () => true }, stderr: { write: () => true } };
  return readSecrets(io as never, { secretFile: [file] });
}

it.each([
  ['a secret alone', 's3cret', 's3cret'],
  ['a secret with =', 'abc=\n', 'abc='],
  ['a secret that looks like a variable', 'ABC=def\n', 'ABC=def'],
  ['.env', 'PORT=3000\nVIDEOCLOUD_WEBHOOK_SECRET=s3cret\n', 's3cret'],
  ['.env with quotes and a comment', '# here\nexport VIDEOCLOUD_WEBHOOK_SECRET="s3 cret"\r\n', 's3 cret'],
])('--secret-file takes %s', async (_, text, secret) => {
  expect(await secretsOf(text)).toEqual([secret]);
});

it('--secret-file refuses a file of variables without the secret', async () => {
  await expect(secretsOf('PORT=3000\nHOST=x\n')).rejects.toThrow('variables without VIDEOCLOUD_WEBHOOK_SECRET');
});

it('check names a second --secret-file', () => {
  expect(inFlags('needs `previousSecret`, an older secret')).toBe('needs a second `--secret-file`, an older secret');
});

it('409 says that a copy is being handled, not that the webhook is switched off', () => {
  const answer = { status: 409, headers: [], body: Buffer.alloc(0), durationMs: 1 };
  expect(meaningOf(answer as never)).toMatch(/^another copy is being handled/);
});
