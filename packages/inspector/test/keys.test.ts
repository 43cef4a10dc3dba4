import { expect, it } from 'vitest';
import { findings, sideways } from '../../../tests/support/accessibility.js';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { breakDown, button, detail, rows, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

describeInBrowser('the page by keyboard', (browser) => {
  it('plays a delivery to its end with keys, on a picture of its schedule', async () => {
    const { url, receiver, sender } = await startInspector();
    breakDown(receiver);
    const { page, faults } = await browser.open(url);
    await page.getByText('No deliveries yet').waitFor();
    await until(() => page.locator('.teach li').count(), 4);
    await page.locator('.rows, .teach').first().waitFor();
    await button(page, 'Send video.processed').click();
    await until(() => rows(page).count(), 1);
    await page.keyboard.press('j');
    const picture = detail(page).locator('.picture');
    await picture.waitFor();
    expect(await picture.getAttribute('aria-label')).toBe(
      'Time axis: 1 of 6 attempts made; the last one 1:51:00 after the first',
    );
    const kinds = () => picture.locator('.point').evaluateAll((points) => points.map(({ className }) => className));
    expect(await kinds()).toEqual([
      'point failed',
      'point next',
      'point planned',
      'point planned',
      'point planned',
      'point end',
    ]);
    expect(await detail(page).locator('.sub-state .chip').textContent()).toBe('active');
    await page.keyboard.press('n');
    await until(async () => (await kinds()).filter((kind) => kind === 'point failed').length, 2);
    // The list behind the picture holds the same.
    await until(() => detail(page).locator('button.step').count(), 2);
    await until(() => page.locator('[role=log]').textContent(), expect.stringMatching(/Failed: \d/));
    await page.keyboard.press('e');
    await until(() => detail(page).locator('.sub-state .chip').textContent(), 'failed');
    await until(async () => (await kinds()).filter((kind) => kind === 'point failed').length, 6);
    receiver.answer();
    await button(page, 'Re-activate').click();
    await until(() => sender.webhooks()[0]?.status, 'active');
    await page.keyboard.press('r');
    await until(() => sender.deliveries().items[0]?.status, 'success');
    expect(await sideways(page)).toBe(0);
    expect(faults).toEqual([]);
  });

  it('opens the map of keys with ?, moves with them, and leaves fields alone', async () => {
    const { url } = await startInspector();
    const { page, faults } = await browser.open(url, {
      locale: 'ru-RU',
      colorScheme: 'light',
      viewport: { width: 360, height: 720 },
    });
    await page.locator('.composer').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Клавиши' }).waitFor();
    expect(await findings(page)).toEqual([]);
    expect(await sideways(page)).toBe(0);
    expect(await page.locator('dialog').textContent()).not.toMatch(/[a-z]{3,} [a-z]{3,} [a-z]{3,}/i);
    // A key right behind Escape comes while the focus is still in the closed dialog.
    for (let time = 0; time < 10; time++) {
      await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('2')]);
      await page.locator('.subscriptions').waitFor();
      await page.keyboard.press('1');
      await page.locator('.composer').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('2');
    await page.locator('.subscriptions').waitFor();
    await page.keyboard.press('/');
    await until(() => page.evaluate('document.activeElement?.type'), 'search');
    await page.keyboard.type('1?2');
    expect(await page.getByRole('searchbox').inputValue()).toBe('1?2');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    // Single keys can be switched off; the help still opens.
    await page.getByRole('searchbox').evaluate((field) => (field as unknown as { blur(): void }).blur());
    await page.keyboard.press('?');
    await page.getByLabel('Одиночные клавиши работают').uncheck();
    await button(page, 'Закрыть').click();
    await page.keyboard.press('2');
    await until(() => page.locator('.columns').count(), 1);
    expect(faults).toEqual([]);
  });

  it('teaches where there is nothing', async () => {
    const { url, sender } = await startInspector();
    for (const { id } of sender.webhooks()) await fetch(`${url}api/manage/webhooks/${id}`, { method: 'DELETE' });
    const { page, faults } = await browser.open(url, { colorScheme: 'dark' });
    await button(page, 'New subscription').click();
    await page.getByText('A subscription has a URL').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('1');
    await sender.emit({ event: 'video.deleted', data: { videoId: 'vid_1' } });
    expect(faults).toEqual([]);
  });
});
