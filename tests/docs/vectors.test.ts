// The portable test vectors: as their schema says, as `verify` judges them, and as other languages do.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { verify } from '@videocloud/webhooks';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { program, readJson, VECTORS_FILE, vectors, verdicts } from '../support/vectors.js';
import { fences, readPage } from './snippets/extract.js';

function isInstalled(command: string): boolean {
  const found = spawnSync(command, ['--version']).error === undefined;
  if (!found) process.stderr.write(`\n!!! SKIPPED: the test vectors in ${command}, which is not installed\n\n`);
  return found;
}

describe('the test vectors', () => {
  it('are as their JSON Schema says', () => {
    const validate = new Ajv2020({ strict: false }).compile(readJson('docs/vectors/vectors.schema.json') as object);
    expect(validate(readJson('docs/vectors/vectors.json')), JSON.stringify(validate.errors)).toBe(true);
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length);
    expect(new Set(vectors.map(({ expected }) => expected)).size).toBe(4);
  });

  it.each(vectors)('verify judges $name: $expected', async ({ body, secrets, signature, expected }) => {
    const verdict = await verify(Buffer.from(body, 'base64'), signature, secrets);
    expect(verdict.ok ? 'valid' : verdict.code.replace('signature_', '')).toBe(expected);
  });

  for (const [command, name] of [
    ['python3', 'verify.py'],
    ['perl', 'verify.pl'],
    ['php', 'verify.php'],
  ] as const) {
    it.runIf(isInstalled(command))(`are judged alike in ${command}`, () => {
      const output = execFileSync(command, [program(name), VECTORS_FILE], { encoding: 'utf8' });
      expect(output.trim().split('\n')).toEqual(verdicts);
    });
  }

  it.runIf(isInstalled('java'))('are judged alike in Java', { timeout: 180_000 }, () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const input = vectors.map(({ body, signature, secrets }) =>
      [body, signature === null ? '-' : base64(signature), ...secrets.map(base64)].join(' '),
    );
    const output = execFileSync('java', [program('Verify.java')], { encoding: 'utf8', input: `${input.join('\n')}\n` });
    expect(
      output
        .trim()
        .split('\n')
        .map((verdict, index) => `${vectors[index]?.name} ${verdict}`),
    ).toEqual(verdicts);
  });
});

it.each(['docs/test/other-languages.md', 'docs/ru/test/other-languages.md'])(
  '%s shows code of the files that are run',
  (page) => {
    const files = { python: 'verify.py', php: 'verify.php', go: 'verify.go', java: 'Verify.java' };
    const shown = fences(page, readPage(page));
    expect(shown.map(({ language }) => language)).toEqual(Object.keys(files));
    for (const { language, code } of shown) {
      const text = readFileSync(program(files[language as keyof typeof files]), 'utf8');
      const lines = (one: string) =>
        one
          .split('\n')
          .map((line) => line.trim())
          .join('\n');
      expect(lines(text)).toContain(lines(code).trim());
    }
  },
);
