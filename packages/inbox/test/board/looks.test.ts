import { expect, it } from 'vitest';
import { findings, sideways } from '../../../../tests/support/accessibility.js';
import { describeInBrowser } from '../../../../tests/support/browser.js';
import { detail, dialog, rows } from './support/page.js';
import { accept, bodyOf, makeDead, startBoard } from './support/start-board.js';
import { until } from './support/wait.js';

const ONCE = { maxAttempts: 1, onDead: () => undefined };

const LOOKS = [
  { colorScheme: 'light', width: 1440, locale: 'en-US' },
  { colorScheme: 'dark', width: 1024, locale: 'ru-RU' },
  { colorScheme: 'dark', width: 360, locale: 'en-US' },
  { colorScheme: 'light', width: 360, locale: 'ru-RU' },
] as const;

/** Names of events and members, and words that are names in every language. */
const NAMES =
  /[a-z]+(?:\.\w+)+|VideoCloud|English|Hex|Esc|Home|End|UTF-8|JSON|onUnhandled|event|timestamp|data|videoId|handler_failed|Error|broken|x{3,}/g;

describeInBrowser('the looks of the operations page', (browser) => {
  for (const { colorScheme, width, locale } of LOOKS) {
    it(`have no accessibility finding and no sideways scroll: ${colorScheme}, ${width} px, ${locale}`, async () => {
      const { inbox, url } = await startBoard({}, ONCE);
      await accept(inbox, 60);
      await inbox.accept({ rawBody: bodyOf('video.uploaded', { videoId: 'x'.repeat(400) }) });
      await makeDead(inbox, () => `broken ${'x'.repeat(300)}`);
      await accept(inbox, 2, 'video.deleted', 100);
      const { page, faults } = await browser.open(url, { colorScheme, locale, viewport: { width, height: 800 } });
      const check = async (where: string) => {
        expect(await findings(page), where).toEqual([]);
        expect(await sideways(page), where).toBe(0);
        if (locale === 'ru-RU') {
          const text = (await page.evaluate('document.body.innerText')) as string;
          const english = (text.replace(NAMES, '').match(/[A-Za-z]{3,}/g) ?? []).filter(
            (word) => !/^[a-f]+$/.test(word),
          );
          expect(english, where).toEqual([]);
        }
      };
      const close = async () => {
        await page.keyboard.press('Escape');
        await until(() => dialog(page).count(), 0);
      };
      await until(() => page.locator('.state-dead strong').textContent(), '61');
      await page.locator('.times > summary').click();
      await check('the list');
      await rows(page).first().click();
      await detail(page).locator('.misfit').waitFor();
      await check('a record');
      await detail(page).locator('.close').click();
      await page.locator('.list-actions .primary').click();
      await dialog(page).locator('.primary:enabled').waitFor();
      await check('the confirmation');
      await close();
      // The page may still be busy with the dialog it has closed.
      const keys = dialog(page).locator('kbd').first();
      await until(async () => {
        if ((await dialog(page).count()) === 0) await page.keyboard.press('?');
        return keys.isVisible();
      }, true);
      await check('the keys');
      await close();
      await page.locator('.run-state button').click();
      await page.locator('.notice.good').waitFor();
      await page.locator('.state-running').click();
      await page.locator('.list-pane .empty').waitFor();
      await check('an empty list and a notice');
      expect(faults).toEqual([]);
    });
  }

  it('are chosen on the page, and are there at once the next time', async () => {
    const { url } = await startBoard({ basePath: '/ops', readOnly: true });
    const { page, faults } = await browser.open(url, { colorScheme: 'light' });
    const html = page.locator('html');
    await page.getByLabel('Language').selectOption('ru');
    await page.getByRole('heading', { name: 'Входящие VideoCloud' }).waitFor();
    expect(await page.title()).toBe('Входящие VideoCloud');
    const kept = page.waitForResponse(/preferences\?theme=dark/);
    await page.getByLabel('Тема').selectOption('dark');
    await kept;
    expect(await html.getAttribute('data-theme')).toBe('dark');
    const document = await page.reload();
    expect(await document?.text()).toContain('<html lang="ru" data-theme="dark"');
    await page.getByRole('heading', { name: 'Входящие VideoCloud' }).waitFor();
    expect(faults).toEqual([]);
  });
});
