import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inFlags } from '../src/commands/check-flags.js';
import { readSecrets, readSigningSecret } from '../src/input/secrets.js';
import { meaningOf } from '../src/send.js';

const folder = mkdtempSync(join(tmpdir(), 'secret-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const IO = { env: {}, stdin: {}, stdout: { write: () => true }, stderr: { write: () => true } } as never;

function secretsOf(text: string): Promise<string[]> {
  const file = join(folder, 'file');
  writeFileSync(file, text);
  return readSecrets(IO, { secretFile: [file] });
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

it.each([
  ['the text of a missing variable', ['undefined'], "The signing secret is 'undefined': is the variable set?"],
  ['a list of 33', Array(33).fill('s3cret'), 'The list holds 33 signing secrets: give at most 32'],
])('%s is refused before it verifies or is registered, but signs', async (_, texts: string[], message) => {
  const secretFile = texts.map((text, n) => {
    const file = join(folder, `secret-${n}`);
    writeFileSync(file, text);
    return file;
  });
  await expect(readSecrets(IO, { secretFile })).rejects.toMatchObject({ message, exitCode: 2 });
  expect(await readSigningSecret(IO, { secretFile })).toBe(texts[0]);
});

it('check names a second --secret-file', () => {
  expect(inFlags('needs `previousSecret`, an older secret')).toBe('needs a second `--secret-file`, an older secret');
});

it('409 says that a copy is being handled, not that the webhook is switched off', () => {
  const answer = { status: 409, headers: [], body: Buffer.alloc(0), durationMs: 1 };
  expect(meaningOf(answer as never)).toMatch(/^another copy is being handled/);
});
