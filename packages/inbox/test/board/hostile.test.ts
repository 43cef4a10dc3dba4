import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../../tests/support/browser.js';
import { button, detail, dialog, rows } from './support/page.js';
import { makeDead, startBoard } from './support/start-board.js';
import { until } from './support/wait.js';

const CORPUS = [
  '<script>window.pwned = 1</script>',
  '"><img src=x onerror="window.pwned=1">',
  "javascript:window.pwned=1//'",
  '</pre></textarea><svg onload=window.pwned=1>',
  '{{constructor.constructor("window.pwned=1")()}}',
  '\u202eright\u2066to\u200bleft\u2028\u2029\u0000\u001b[31m',
  '__proto__',
  '<a href="javascript:window.pwned=1">x</a><base href=//evil.example>',
];
// These are the characters that terminals and reading direction obey.
const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Nothing ran, nothing was made an element, and no character that does something is in the text. */
async function expectInert(page: Page, faults: readonly string[], where: string): Promise<void> {
  expect([where, ...faults]).toEqual([where]);
  expect([where, await page.evaluate('window.pwned')]).toEqual([where, undefined]);
  const foreign = await page.evaluate(
    `[...document.querySelectorAll('script, img, iframe, math, base, object, embed, a[href^="javascript"], [onerror], [onload], [style*="url"], meta[http-equiv]')]
      .map((element) => element.outerHTML)`,
  );
  expect([where, foreign]).toEqual([where, [expect.stringMatching(/^<script type="module" src="\/assets\//)]]);
  const text = (await page.evaluate('document.body.textContent')) as string;
  expect([where, ACTIVE.exec(text.replace(/[\n\t]/g, ''))?.[0]?.codePointAt(0)]).toEqual([where, undefined]);
}

describeInBrowser('text of strangers on the operations page', (browser) => {
  it('stays text in names, errors, bodies, keys, filters and dialogs', async () => {
    const { inbox, url } = await startBoard(
      {},
      {
        maxAttempts: 1,
        onDead: () => undefined,
        // A key of the user's own may hold whatever a sender wrote.
        key: ({ rawBody }) => `/${JSON.parse(Buffer.from(rawBody).toString()).event.replaceAll('\0', '')}?#`,
      },
    );
    for (const text of CORPUS) {
      const body = { event: text, timestamp: '2024-03-31T12:00:00Z', data: { [text]: text, videoId: [text] } };
      await inbox.accept({ rawBody: Buffer.from(JSON.stringify(body)) });
    }
    await makeDead(inbox, (body) => JSON.parse(Buffer.from(body).toString()).event);
    const { page, faults } = await browser.open(url);
    await until(() => rows(page).count(), CORPUS.length);
    await expectInert(page, faults, 'the list');
    for (let at = 0; at < CORPUS.length; at++) {
      await rows(page).nth(at).click();
      await until(() => detail(page).locator('.error-text').count(), 1);
      const id = (await inbox.list({ state: 'dead' })).items[at]?.id ?? '';
      await until(() => new URL(page.url()).hash.includes(encodeURIComponent(id)), true);
      await expectInert(page, faults, `record ${at}`);
      await button(page, 'Raw').click();
      await expectInert(page, faults, `raw ${at}`);
      await button(detail(page), 'Discard').click();
      await expectInert(page, faults, `dialog ${at}`);
      await button(dialog(page), 'Cancel').click();
      await button(detail(page), 'Only this event').click();
      await until(() => rows(page).count(), 1);
      await button(page, 'Retry all…').click();
      await until(() => dialog(page).locator('.big-count strong').textContent(), '1');
      await expectInert(page, faults, `filter ${at}`);
      await button(dialog(page), 'Cancel').click();
      await page.getByLabel('Event', { exact: true }).selectOption('any');
      await until(() => rows(page).count(), CORPUS.length);
    }
    for (const text of CORPUS) {
      await page.getByRole('searchbox').fill(text);
      await expectInert(page, faults, `typed ${JSON.stringify(text)}`);
    }
  });
});
