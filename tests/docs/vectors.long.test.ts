// The test vectors in a language that takes an install and a compiler's time: `npm run long -- vectors`.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { program, VECTORS_FILE, verdicts } from '../support/vectors.js';

it('the test vectors are judged alike in Go, and its file passes gofmt and go vet', { timeout: 600_000 }, () => {
  expect(execFileSync('gofmt', ['-l', program('verify.go')], { encoding: 'utf8' })).toBe('');
  execFileSync('go', ['vet', program('verify.go')]);
  const output = execFileSync('go', ['run', program('verify.go'), VECTORS_FILE], { encoding: 'utf8' });
  expect(output.trim().split('\n')).toEqual(verdicts);
});
