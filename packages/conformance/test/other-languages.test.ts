import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkReceiver } from '../src/index.js';
import { GENEROUS } from './support/mutants.js';

const SECRET = 'whk_other_language_secret_42';
const examples = fileURLToPath(new URL('../../../examples/other-languages/', import.meta.url));

async function started(program: string, file: string, log: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(program, [join(examples, file), '0', log], {
    env: { ...process.env, VIDEOCLOUD_WEBHOOK_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (line: Buffer) => resolve(line.toString().trim()));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
  });
  return { url, child };
}

it.each([
  ['python3', 'receiver.py'],
  ['perl', 'receiver.pl'],
])('the %s receiver proves every level', { timeout: 600_000 }, async (program, file) => {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const log = join(folder, 'handled.log');
  const { url, child } = await started(program, file, log);
  const effects = async ({ key }: { key: string }) => {
    const lines = await readFile(log, 'ascii').catch(() => '');
    return lines.split('\n').filter((line) => line.startsWith(key)).length;
  };
  try {
    const report = await checkReceiver(url, { secret: SECRET, fast: true, ...GENEROUS, effects });
    expect(report.results.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(report.level).toBe('reliable');
    // The last look of the command line's own way of asking: a command.
    const again = await checkReceiver(url, {
      secret: SECRET,
      fast: true,
      only: ['effects.genuine-once'],
      effects: { command: ['grep', '-c', '{key}', log] },
    });
    expect(again.results).toMatchObject([{ status: 'passed' }]);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  }
});
