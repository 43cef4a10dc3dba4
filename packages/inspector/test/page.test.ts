import { expect, it } from 'vitest';
import { findings, sideways } from '../../../tests/support/accessibility.js';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { startInspector } from './support/start-inspector.js';

const LOOKS = [
  { colorScheme: 'dark', width: 1440, locale: 'en-US' },
  { colorScheme: 'light', width: 360, locale: 'ru-RU' },
] as const;

describeInBrowser('the inspector page', (browser) => {
  for (const { colorScheme, width, locale } of LOOKS) {
    it(`has no serious accessibility finding and no sideways scroll: ${colorScheme}, ${width} px, ${locale}`, async () => {
      const { url, receiver, sender } = await startInspector();
      receiver.answer((_request, response) => void response.status(500).send('broken'));
      const { page, faults } = await browser.open(url, { colorScheme, locale, viewport: { width, height: 800 } });
      await page.locator('.composer').waitFor();
      const small = width < 900;
      const check = async (where: string) => {
        expect(await findings(page), where).toEqual([]);
        expect(await sideways(page), where).toBe(0);
      };
      const back = () => (small ? page.locator('.detail-pane .close').click() : undefined);
      await sender.emit({ event: 'system.error', data: { videoId: 'vid_1', text: 'x'.repeat(300) } });
      await page.locator('.row .chip.warn').waitFor();
      if (small) await page.locator('.composer > summary').click();
      await page.locator('.fields > summary').click();
      await page.locator('.row').first().click();
      await page.locator('.why .schedule').waitFor();
      await page.locator('.detail-pane .actions button').nth(1).click();
      await check('a delivery that waits for its retry, being edited');
      await back();
      receiver.answer();
      receiver.secrets.splice(0, 1, 'another-secret-altogether');
      await page.locator('.breakers button').nth(4).click();
      await page.locator('.why > .actions .primary').click();
      await page.locator('.found .causes li').waitFor();
      for (const summary of await page.locator('.why > details > summary').all()) await summary.click();
      await check('a refused request and its causes');
      await back();
      await page.locator('nav button').nth(1).click();
      await page.locator('.create summary').click();
      for (const [action, name] of ['test', 'events', 'rotate', 'history', 'delete'].entries()) {
        await page.locator('.card > .actions button').nth(action).click();
        if (name === 'events' || name === 'history') await check(`subscriptions, ${name}`);
        else expect(await sideways(page), name).toBe(0);
      }
      expect(faults).toEqual([]);
    });
  }
});
