// One folder for everything that tests, browsers, runtimes and servers put aside; it goes when all of them have ended.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of vitest, before the first worker starts. */
export default function setup(): (() => void) | undefined {
  // Vitest calls it once a project.
  if (process.env.TESTS_TMPDIR !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'vc-'));
  // PostgreSQL, which is not root's, has its data in it.
  chmodSync(folder, 0o711);
  process.env.TESTS_TMPDIR = process.env.TMPDIR = folder;
  return () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    } catch (error) {
      // What a process that outlives its test still writes is no reason to fail what passed.
      process.stderr.write(`${folder} stays behind: ${String(error)}\n`);
    }
  };
}
