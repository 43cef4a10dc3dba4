import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, detail, rows, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

const CORPUS = [
  '<script>window.pwned=1;alert(1)</script>',
  '"><img src=x onerror="window.pwned=1;alert(1)">',
  "'><svg/onload=alert(1)>",
  '</pre></textarea></title></style><script>window.pwned=1</script>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  'javascript:window.pwned=1',
  '{{constructor.constructor("window.pwned=1")()}} <%= window.pwned=1 %>',
  '&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;img src=x onerror=alert(1)&#x3e;',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
  '<a href="javascript:alert(1)">x</a><base href="//evil.example/"><meta http-equiv=refresh content="0;url=//evil.example">',
  '\u001b[2J\u001b]0;title\u0007\u001b]52;c;cm0gLXJm\u0007\u009b31m\u0000\b\r',
  '\u202egnp.exe\u2066 \u200b\ufeff\u2028\u2029 \ud800 lone',
  '__proto__',
  '{key} {n} {event}',
];
// These are the characters that terminals and reading direction obey.
const ACTIVE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Nothing ran, nothing was made an element, and no character that does something is in the text. */
async function expectInert(page: Page, faults: readonly string[], where: string): Promise<void> {
  expect([where, ...faults]).toEqual([where]);
  expect([where, await page.evaluate('window.pwned')]).toEqual([where, undefined]);
  const foreign = await page.evaluate(
    `[...document.querySelectorAll('script, img, svg, iframe, math, base, object, embed, a[href^="javascript"], [onerror], [onload], [style*="url"], meta[http-equiv]')]
      .map((element) => element.outerHTML)`,
  );
  expect([where, foreign]).toEqual([where, [expect.stringMatching(/^<script type="module" src="\/assets\//)]]);
  const text = (await page.evaluate('document.body.textContent')) as string;
  expect([where, ACTIVE.exec(text.replace(/[\n\t]/g, ''))?.[0]?.codePointAt(0)]).toEqual([where, undefined]);
}

describeInBrowser('text of strangers on the page', (browser) => {
  it('stays text in payloads, answers, headers, addresses, errors and copied commands', async () => {
    const { url, sender, receiver, subscribe } = await startInspector();
    // Those that are no address are refused.
    for (const [index, text] of CORPUS.entries())
      await subscribe(`${receiver.url}?${index}=${text.replaceAll(' ', '+')}`, ['user.deleted']).catch(() => undefined);
    const taken = sender.webhooks().length;
    expect(taken).toBeGreaterThan(2);
    let answer = '';
    receiver.answer((_request, response) => {
      response.setHeader('X-Powered-By', Buffer.from(answer.replace(/[^\x20-\x7e]/g, '?')).toString('latin1'));
      response.setHeader('X-Stranger', Buffer.from(answer.replace(/[^\x20-\x7e]/g, '?')).toString('latin1'));
      response
        .status(401)
        .type('html')
        .send(`{"error":{"code":${JSON.stringify(answer)}}}`);
    });
    const { page, faults } = await browser.open(url);
    for (const text of CORPUS) {
      answer = text;
      await sender.emit({ event: 'video.deleted', data: { [text]: text, videoId: text, list: [text] } });
      await sender.idle();
    }
    await until(
      () =>
        rows(page)
          .count()
          .then((n) => n > 5),
      true,
    );
    for (const [index, text] of CORPUS.entries()) {
      const item = sender.deliveries().items[CORPUS.length - 1 - index];
      await page.getByRole('searchbox').fill(item?.id ?? '');
      // Not the first row: until the search has its answer, that is the row of the search before.
      await page.locator(`[id="row-${item?.id}"]`).click();
      await page.getByText(item?.id ?? '', { exact: true }).waitFor();
      await page.locator('.why p').first().waitFor();
      await expectInert(page, faults, `detail of ${JSON.stringify(text)}`);
      for (const copy of ['Copy as curl', 'Copy as trigger']) {
        await button(page, copy).click();
        await page.getByText('Copied').waitFor();
        const command = await page.evaluate<string>('navigator.clipboard.readText()');
        expect(command).toMatch(/^[\x20-\x7e\n]+$/);
        await page.locator('.notice button').click();
      }
    }
    await button(page, 'Raw').last().click();
    await button(page, 'Hex').first().click();
    await expectInert(page, faults, 'raw and hex');
    await button(page, 'Subscriptions').click();
    await until(() => page.locator('.card').count(), taken);
    await expectInert(page, faults, 'subscriptions');
    await page.locator('.card').first().getByRole('button', { name: 'History' }).click();
    await page.locator('.action table').waitFor();
    await expectInert(page, faults, 'history');
  });

  it('stays text where it is typed, and where the kit and hand-made requests bring it in', async () => {
    const hostile = CORPUS.join('\n');
    const result = (status: 'passed' | 'failed', index: number) => ({
      id: `${index}${CORPUS[index % CORPUS.length]}`,
      family: hostile,
      title: hostile,
      status,
      durationMs: 1,
      detail: hostile,
      fix: hostile,
      why: hostile,
    });
    const results = [result('failed', 0), result('passed', 1)];
    const { url } = await startInspector({
      inspector: {
        conformance: {
          cases: results,
          run: async ({ onResult }) => {
            for (const one of results) onResult(one);
            return { level: hostile, score: 1, results };
          },
        },
      },
    });
    const { page, faults } = await browser.open(url);
    const payload = page.getByLabel('Payload (data)');
    for (const text of CORPUS) {
      await payload.fill(text);
      await expectInert(page, faults, `typed ${JSON.stringify(text)}`);
    }
    await payload.fill(JSON.stringify(Object.fromEntries(CORPUS.map((text) => [text, text]))));
    await page.getByText('Fields', { exact: true }).click();
    await page.getByLabel('Timestamp').fill(hostile.replaceAll('\n', ' '));
    await button(page, 'Send').click();
    await page.locator('.notice.bad').waitFor();
    await expectInert(page, faults, 'a refusal of the server');
    await button(page, 'Unsigned').click();
    await rows(page).first().waitFor();
    const editor = page.getByLabel('Body', { exact: true });
    for (const text of CORPUS) {
      const body = JSON.stringify({ event: text, timestamp: text, data: text });
      await button(page, 'Edit and resend').click();
      await editor.fill(body);
      await button(page, 'Sign and send').click();
      await editor.waitFor({ state: 'detached' });
      await detail(page).locator('.step').first().waitFor();
    }
    await page.getByRole('searchbox').fill(CORPUS[0] ?? '');
    await expectInert(page, faults, 'event names');
    await button(page, 'Conformance').click();
    await button(page, 'Run').click();
    await page.locator('.conf-level').waitFor();
    await page.locator('.cases summary').first().click();
    await expectInert(page, faults, 'conformance results');
  });
});
