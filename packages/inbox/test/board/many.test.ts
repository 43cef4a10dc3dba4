import { expect, it } from 'vitest';
import { describeInBrowser, SCROLL_FRAMES } from '../../../../tests/support/browser.js';
import { button, count, dialog, notice, rows } from './support/page.js';
import { accept, makeDead, startBoard } from './support/start-board.js';
import { until } from './support/wait.js';

const MANY = Number(process.env.MANY ?? 2_000);
const ALL = MANY.toLocaleString('en-US');

describeInBrowser(`the operations page over ${ALL} dead letters`, (browser) => {
  it('draws one page of them, turns, counts and retries', async () => {
    const { inbox, url } = await startBoard({}, { maxAttempts: 1, onDead: () => undefined });
    await accept(inbox, MANY);
    await makeDead(inbox, () => 'broken');
    const { page, faults } = await browser.open(url);
    const answers: number[] = [];
    page.on('response', async (response) => {
      if (!response.url().includes('/api/records')) return;
      // One that is under way when the page closes has no body.
      const body = await response.body().catch(() => Buffer.of());
      answers.push(body.length);
    });
    await until(() => count(page, 'dead'), ALL);
    for (let turn = 2; turn <= 6; turn++) {
      await page.keyboard.press(']');
      await page.getByText(`Page ${turn}`).waitFor();
      await until(() => answers.length >= turn - 1, true);
      expect(await rows(page).count()).toBeLessThan(50);
      expect(await rows(page).first().getAttribute('aria-setsize')).toBe('50');
    }
    // A page of 50 is some 20 KB, however many there are.
    expect(Math.max(...answers)).toBeLessThan(50_000);
    const frames = (await page.evaluate(SCROLL_FRAMES)) as number[];
    process.stdout.write(`inbox page over ${MANY}: worst of 60 frames ${Math.max(...frames)} ms\n`);
    await button(page, 'Retry all…').click();
    await until(() => dialog(page).locator('.big-count').textContent(), `${ALL} records`);
    await button(dialog(page), `Retry ${ALL}`).click();
    await notice(page).getByText(`Retried: ${ALL}.`).waitFor({ timeout: 300_000 });
    await until(() => count(page, 'waiting'), ALL);
    expect(faults).toEqual([]);
  }, 600_000);
});
