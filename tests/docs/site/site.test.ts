// The built site in a browser: what it loads, how much, and who can use it. `npm run docs` builds it.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findings, sideways } from '../../support/accessibility.js';
import { describeInBrowser } from '../../support/browser.js';
import { type ServedSite, servedSite } from '../../support/site.js';

/** One page of each kind. */
const KINDS = [
  '',
  'start.html',
  'receive/express.html',
  'handle-once/what-happens-when.html',
  'reference/errors/body_already_parsed.html',
  'reference/causes/body_reserialized.html',
  'reference/api/webhooks-express.html',
];
const LANGUAGES = ['', 'ru/'];
/** To evaluate on a page: its scripts have taken it over, after which it is as readers use it. */
const ALIVE = "document.querySelector('#app').__vue_app__ !== undefined";
/** Of a first visit, compressed. */
const BUDGET = 150 * 1024;
const WITH_PICTURE = 400 * 1024;

let site: ServedSite;
beforeAll(async () => {
  site = await servedSite();
});
afterAll(() => site.close());

/** Requests that are not for the site; they are not let through. */
async function strangers(page: Page): Promise<string[]> {
  const seen: string[] = [];
  await page.route('**', (route, request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol === 'data:' || origin === site.url) return route.continue();
    seen.push(request.url());
    return route.abort();
  });
  return seen;
}

describeInBrowser('the site', (browser) => {
  for (const language of LANGUAGES) {
    it(`has no accessibility finding and no sideways scroll, light and dark: /${language}`, async () => {
      const { page, faults } = await browser.open('about:blank');
      const outside = await strangers(page);
      for (const kind of KINDS) {
        const name = `${language}${kind}`;
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(`${site.url}/${name}`);
        await page.waitForFunction(ALIVE);
        expect(await page.locator('html.dark').count()).toBe(0);
        expect(await findings(page), name).toEqual([]);
        const { x = 0, width = 0 } = (await page.locator('.VPNavBarAppearance').boundingBox()) ?? {};
        expect(x + width, name).toBeLessThanOrEqual(1280);
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.locator('html.dark').waitFor();
        // Only colors differ.
        expect(await findings(page, 'html', ['color-contrast', 'link-in-text-block']), name).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        expect(await sideways(page), name).toBe(0);
      }
      expect(outside).toEqual([]);
      expect(faults).toEqual([]);
    });
  }

  it.each([
    ['', 1440, BUDGET],
    ['ru/', 360, BUDGET],
    ['start.html', 768, BUDGET],
    ['ru/handle-once/what-happens-when.html', 360, BUDGET],
    ['test/inspector.html', 1440, WITH_PICTURE],
  ] as const)('/%s, %i wide, loads within the budget, and nothing moves', async (path, width, budget) => {
    const { page } = await browser.open('about:blank', { viewport: { width, height: 900 } });
    const before = site.sent();
    await page.goto(`${site.url}/${path}`, { waitUntil: 'networkidle' });
    expect(site.sent() - before).toBeLessThan(budget);
    const shift = await page.evaluate<number>(`new Promise((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
      })`);
    expect(shift).toBe(0);
  });

  it.each([
    ['', 'signature_mismatch', '/reference/errors/signature_mismatch.html'],
    ['', 'rotate', '/receive/rotate-a-secret.html'],
    ['ru/', 'смена секрета', '/ru/receive/rotate-a-secret.html'],
    ['ru/', 'очередь', '/ru/handle-once/'],
  ])('/%s: the search for %s leads to %s', async (language, words, address) => {
    const { page, faults } = await browser.open(`${site.url}/${language}`);
    await page.locator('#local-search button').click();
    await page.locator('#localsearch-input').fill(words);
    await page.locator(`.results a[href*="${address}"]`).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('switches the language and stays on the page', async () => {
    const { page } = await browser.open(`${site.url}/receive/express.html`);
    expect(await page.locator('.VPNavBarTranslations a').getAttribute('href')).toBe('/ru/receive/express.html');
    await page.goto(`${site.url}/ru/receive/express.html`);
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('.VPNavBarTranslations a').getAttribute('href')).toBe('/receive/express.html');
  });
});
