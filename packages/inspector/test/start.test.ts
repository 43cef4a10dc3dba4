import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, detail, eventPicker, until, verdict } from './support/page.js';

const run = promisify(execFile);
const ROOT = new URL('../../../', import.meta.url).pathname;
const CLI = `${ROOT}packages/cli/bin/videocloud-webhooks.js`;

interface Started {
  readonly child: ChildProcess;
  readonly page: string;
  readonly said: () => string;
}

/** `npm start` as it is typed, in a process group of its own, as a shell gives it one. */
async function npmStart(): Promise<Started> {
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A secret in the environment would be another build to turbo.
    env: { ...process.env, VIDEOCLOUD_WEBHOOK_SECRET: undefined, NO_COLOR: '1' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
  });
  const page = () => /^page +(http:\S+)$/m.exec(said)?.[1];
  await expect.poll(() => page() ?? said, { timeout: 240_000 }).toMatch(/^http:\S+$/);
  return { child, page: page() ?? '', said: () => said };
}

function isAlive(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

describeInBrowser('npm start', (browser) => {
  it('serves the page with a sample receiver behind it, whose conformance the page checks; Ctrl-C ends it', async () => {
    const { child, page: url, said } = await npmStart();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { page, faults } = await browser.open(url);
    await button(page, 'Send').click();
    await until(() => verdict(page), 'Delivered');
    await expect.poll(said).toContain('receiver: video.processed, attempt 1');
    await page.getByLabel('Payload (data)').fill('{"videoId": "vid_1", "break": true}');
    await eventPicker(page).selectOption('system.error');
    await page.getByLabel('Payload (data)').fill('{"videoId": "vid_1", "break": true}');
    await button(page, 'Send').click();
    await until(() => detail(page).locator('.step span').first().textContent(), '500');
    await button(page, 'To next attempt').click();
    await until(() => detail(page).locator('button.step').count(), 2);

    // The command that is copied sends the same bytes, rightly signed, from a shell.
    const folder = await mkdtemp(join(tmpdir(), 'inspector-'));
    await button(page, 'Subscriptions').click();
    await button(page, 'Show').click();
    await button(page, 'Hide').waitFor();
    const secret = (await page.locator('.secret-line code').textContent()) ?? '';
    writeFileSync(join(folder, 'secret.txt'), `${secret}\n`);
    expect(said()).not.toContain(secret);
    await button(page, 'Deliveries').click();
    await eventPicker(page).selectOption('video.uploaded');
    await button(page, 'Wrong secret').click();
    await until(() => verdict(page), 'Rejected, as it should be');
    await button(page, 'Copy as trigger').click();
    await page.getByText('Copied').waitFor();
    const command = (await page.evaluate<string>('navigator.clipboard.readText()')).replace(
      'npx @videocloud/webhooks-cli',
      `'${process.execPath}' '${CLI}'`,
    );
    const forged = await run('bash', ['-c', command], { cwd: folder }).catch((error: { stdout: string }) => error);
    expect(forged.stdout).toMatch(/← 401 /);
    const genuine = await run('bash', ['-c', command.replace(' --tamper signature', '')], { cwd: folder });
    expect(genuine.stdout).toMatch(/← 200 /);

    await button(page, 'Conformance').click();
    await button(page, 'Run').click();
    await page.locator('progress').waitFor();
    await page.locator('.conf-level').waitFor({ timeout: 50_000 });
    const counts = await page.locator('.conf-counts').textContent();
    expect(counts).toMatch(/(\d+) of \1\d+ passed0 failed/);
    expect(await page.locator('.family').count()).toBeGreaterThan(3);
    expect(await page.locator('.conf-level').textContent()).toMatch(/Level: (verifies|safe|reliable), score \d+/);
    await page.getByLabel('Language').selectOption('ru');
    await page
      .locator('.conf-level')
      .filter({ hasText: /Уровень: (проверяет|безопасен|надёжен), счёт \d+/ })
      .waitFor();
    for (const [name, start] of [
      ['Отчёт HTML', '<!doctype html>'],
      ['Отчёт JUnit', '<?xml version="1.0"'],
      ['Отчёт Markdown', '# Webhook conformance'],
    ] as const) {
      const downloading = page.waitForEvent('download');
      await page.getByRole('link', { name, exact: true }).click();
      const report = await readFile(await (await downloading).path(), 'utf8');
      expect(report.startsWith(start)).toBe(true);
      expect(report).toContain('signature');
    }
    // Only HTTP is called so in both languages.
    const families = await page.locator('.family h3').allTextContents();
    expect(families.filter((name) => !/^(?:[а-я ]+|HTTP)$/.test(name))).toEqual([]);
    expect(faults).toEqual([]);

    const group = -(child.pid ?? 0);
    const ended = once(child, 'exit');
    process.kill(group, 'SIGINT');
    await ended;
    // Nothing of the group is left, and nothing was complained of.
    await expect.poll(() => isAlive(group), { timeout: 60_000 }).toBe(false);
    await expect(fetch(url)).rejects.toThrow();
    expect(said()).not.toMatch(/npm (?:error|ERR)|Error:|\n +at /);
  }, 300_000);
});
