import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { SOURCE_OPTIONS } from './source.js';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { message: string }[];
}

// jsdom with Node's own Fetch types, as its users have it.
it('Jest with jsdom keeps the contract of every adapter', async () => {
  // Inside the package, so that what is not bundled resolves.
  const folder = mkdtempSync(join(import.meta.dirname, '.jest-'));
  try {
    await build({
      ...SOURCE_OPTIONS,
      entryPoints: [join(import.meta.dirname, 'jest-contract.ts')],
      outfile: join(folder, 'contract.test.cjs'),
      alias: { ...SOURCE_OPTIONS.alias, vitest: '@jest/globals' },
    });
    const config = {
      testEnvironment: 'jest-fixed-jsdom',
      testMatch: ['**/*.test.cjs'],
      testTimeout: 60_000,
      transform: {},
    };
    writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(config));
    const args = [JEST, '--config', join(folder, 'jest.config.json'), '--json', '--outputFile', join(folder, 'report')];
    await promisify(execFile)(process.execPath, [...args, '--runInBand'], { cwd: folder, timeout: 170_000 }).catch(
      (error: { stderr?: string }) => process.stderr.write(error.stderr?.slice(0, 20_000) ?? ''),
    );
    const report: Report = JSON.parse(readFileSync(join(folder, 'report'), 'utf8'));
    expect(report.numFailedTests).toBe(0);
    expect(report.testResults.map(({ message }) => message).join('')).toBe('');
    expect(report.numPassedTests).toBeGreaterThan(600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 200_000);
