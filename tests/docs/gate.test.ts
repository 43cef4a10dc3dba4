import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './snippets/extract.js';

const FILES = {
  'passes.test.js': `it('passes', () => {}); it('fails', () => { throw new Error('no') });`,
  'skips.test.js': `describe.skipIf(true)('with its server', () => { it('one', () => {}); it('two', () => {}) }); it('passes', () => {});`,
  'browser.test.js': `describe.skip('the page (NO CHROMIUM)', () => { it('opens', () => {}) });`,
  'later.test.js': `it.todo('is not written'); it('leaves', ({ skip }) => skip());`,
  'root.test.js': `it.skipIf(true)('answers 503 while the disk is full, and goes on', () => {});`,
  'broken.test.js': `import './is-not-there.js';`,
};

describe('the gate, from a report of Vitest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  const report = join(folder, 'report.json');
  beforeAll(() => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    const args = ['run', '--globals', '--root', folder, '--reporter=json', `--outputFile=${report}`];
    const { status, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), args, { encoding: 'utf8' });
    expect(status, stderr).toBe(1);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('counts a skipped test as failed and names it, and a file that did not load as one failure', () => {
    const script = join(ROOT, 'scripts/count-tests.js');
    const { stdout, stderr } = spawnSync('node', [script, report], { encoding: 'utf8' });
    expect(stderr.trim().split('\n').sort()).toEqual(
      [
        'skipped: answers 503 while the disk is full, and goes on',
        'skipped: is not written',
        'skipped: leaves',
        'skipped: the page (NO CHROMIUM) opens',
        'skipped: with its server one',
        'skipped: with its server two',
      ].sort(),
    );
    // The full disk is not counted: it needs the right to mount.
    expect(stdout).toBe('2 7\n');
  });
});
