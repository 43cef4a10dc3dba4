import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findings, sideways } from '../../support/accessibility.js';
import { describeInBrowser, type OpenPage } from '../../support/browser.js';
import { servedSite } from '../../support/site.js';
import { ATTEMPTS_TO_SEND, EVERYTHING_KEPT } from './attempts-to-send.js';

const SECRET = 'a-secret-that-nobody-else-has-7f3a';
const SIGNED = String.raw`{"event":"video.updated","timestamp":"2024-03-31T12:00:00Z","data":{"title":"Caf\u00e9"}}`;
const PATH = '/test/why-did-my-signature-fail.html';
const hmac = (body: string | Buffer, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');
const raw = (body: string, signature: string) =>
  `POST /hooks HTTP/1.1\nHost: a\nX-VideoCloud-Signature: ${signature}\n\n${body}`;

const FIELD = `(({ type, autocomplete, name }) => [type, autocomplete, name])(document.querySelector('#doctor-secret'))`;

interface Filled {
  readonly request?: string;
  readonly signature?: string;
  readonly secret?: string;
  readonly kind?: string;
  readonly framework?: string;
}

async function explain(page: Page, { request, signature = '', secret = SECRET, kind = 'auto', framework }: Filled) {
  if (request !== undefined) await page.locator('#doctor-request').fill(request);
  await page.locator('#doctor-signature').fill(signature);
  await page.locator('#doctor-secret').fill(secret);
  await page.locator('#doctor-kind').selectOption(kind);
  if (framework !== undefined) await page.locator('#doctor-framework').selectOption(framework);
  return run(page);
}

async function run(page: Page) {
  const button = page.locator('.doctor button.primary:enabled');
  await button.click();
  await button.waitFor();
  const found = page.locator('.doctor .findings');
  return {
    found,
    text: (await found.textContent()) ?? '',
    proven: await found.locator('li:has(.proof.proven) > p > a > code').allTextContents(),
  };
}

describeInBrowser('why did my signature fail', (browser) => {
  let site: Awaited<ReturnType<typeof servedSite>>;
  beforeAll(async () => {
    site = await servedSite();
  });
  afterAll(() => site.close());

  const opened = async (language: 'en' | 'ru' = 'en', options: Parameters<typeof browser.open>[1] = {}) => {
    const open = await browser.open(`${site.url}${language === 'ru' ? '/ru' : ''}${PATH}`, options);
    await open.page.locator('.doctor button.primary:enabled').waitFor();
    return open;
  };
  const faultsOf = ({ faults }: OpenPage) => faults.filter((fault) => !fault.includes('Content Security Policy'));

  it.each(['en', 'ru'] as const)('proves a cause of each family: %s', async (language) => {
    const open = await opened(language);
    const { page } = open;
    const body = JSON.stringify(JSON.parse(SIGNED));
    const first = await explain(page, { request: raw(body, hmac(SIGNED)), framework: 'next' });
    expect(first.proven).toEqual(['body_reserialized']);
    expect(first.text).toContain('Next.js: export const POST');
    expect(first.text).toMatch(language === 'en' ? /cause is proven/ : /причина доказана/);
    expect(await first.found.locator('mark').allTextContents()).toEqual(['\\', '5c', 'é', 'c3 a9']);
    expect(await first.found.locator('div[class*=language-ts] code').textContent()).toContain(
      'webhookHandler(receiver',
    );
    for (const link of await first.found.locator('a[href]').all()) {
      const { status } = await fetch(new URL((await link.getAttribute('href')) ?? '', site.url));
      expect([await link.textContent(), status]).toEqual([await link.textContent(), 200]);
    }
    const second = await explain(page, { request: SIGNED, signature: hmac(SIGNED), secret: `"${SECRET}"` });
    expect(second.proven).toEqual(['secret_quoted']);
    const third = await explain(page, { request: SIGNED, signature: `sha256=${hmac(SIGNED)}` });
    expect(third.proven).toEqual(['signature_prefixed']);
    expect(third.text).toContain(language === 'en' ? 'Exactly these bytes' : 'Подписаны именно эти байты');
    const fourth = await explain(page, { request: SIGNED, signature: hmac('another body') });
    expect(fourth.proven).toEqual([]);
    expect(await fourth.found.locator('mark').count()).toBe(0);
    const genuine = await explain(page, { request: SIGNED, signature: hmac(SIGNED) });
    expect(genuine.text).toContain(language === 'en' ? 'genuine' : 'подлинная');
    expect(faultsOf(open)).toEqual([]);
  });

  it('reads curl, HAR and raw HTTP, hex, base64 and files to the byte', async () => {
    const { page } = await opened();
    const signature = hmac(SIGNED);
    const curl = `curl http://a/hooks -H 'X-VideoCloud-Signature: ${signature}' --data-raw '${SIGNED}'`;
    const entry = (text: string) => {
      const headers = [{ name: 'x-videocloud-signature', value: hmac(text) }];
      return { request: { method: 'POST', url: 'http://a/', headers, postData: { text } } };
    };
    const har = JSON.stringify({ log: { version: '1.2', entries: [entry(SIGNED)] } });
    for (const request of [raw(SIGNED, signature), curl, har]) {
      expect((await explain(page, { request })).text).toContain('genuine');
    }
    const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x0d]);
    const given = { signature: hmac(bytes) };
    expect((await explain(page, { ...given, request: bytes.toString('hex'), kind: 'hex' })).text).toContain('genuine');
    expect((await explain(page, { ...given, request: bytes.toString('base64'), kind: 'base64' })).text).toContain(
      'genuine',
    );
    expect((await explain(page, { ...given, request: 'xyz', kind: 'hex' })).text).toContain('This is not hex');
    await page.locator('#doctor-kind').selectOption('auto');
    await page.locator('#doctor-file').setInputFiles({ name: 'body.bin', mimeType: '', buffer: bytes });
    await page.getByText('body.bin: 5 bytes').waitFor();
    expect((await run(page)).text).toContain('genuine');
    await page.locator('.attached button').click();
    const variable = await explain(page, { request: 'curl http://a/ -d "$BODY"' });
    expect(variable.text).toContain('not understood');
    expect(variable.text).toContain('it holds a variable');
    const two = JSON.stringify({ log: { entries: [SIGNED, `${SIGNED} `].map((text) => entry(text)) } });
    expect((await explain(page, { request: two })).text).toContain('set "Which request" 1 to 2');
    await page.locator('#doctor-number').fill('2');
    expect((await explain(page, { request: two })).text).toContain('genuine');
  });

  it('keeps the line ends of pasted text, and stays alive whatever is pasted', async () => {
    const { page } = await opened();
    const crlf = `{\r\n"a": 1\r\n}\r\n`;
    const paste = async (text: string) => {
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
      await page.locator('#doctor-request').focus();
      await page.keyboard.press('Control+A');
      await page.keyboard.press('Control+V');
    };
    await paste(crlf);
    expect((await explain(page, { signature: hmac(crlf) })).text).toContain('genuine');
    const hostile = ['['.repeat(3_000_000), `{"a":${'[1,'.repeat(700_000)}`, 'x'.repeat(10_000_000)];
    for (const text of hostile) {
      await paste(text);
      await page.locator('.attached').waitFor();
      // The page answers while the worker reads.
      const { found } = await explain(page, { signature: 'a'.repeat(64) });
      expect(await found.count()).toBe(1);
      if (text.length > 8 * 1024 * 1024) expect(await found.textContent()).toContain('too big');
      await page.locator('.attached button').click();
    }
  });

  it('sends nothing, wherever a script tries to', async () => {
    const { page } = await opened();
    await page.waitForLoadState('networkidle');
    const requests: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith('blob:')) requests.push(request.url());
    });
    page.on('websocket', (socket) => requests.push(socket.url()));
    site.requests.length = 0;
    expect(
      (await explain(page, { request: SIGNED, signature: hmac(`${SIGNED}\n`), framework: 'hono' })).proven,
    ).toEqual(['body_newline_stripped']);
    await page.mouse.wheel(0, 5_000);
    expect(requests).toEqual([]);
    const came = await page.evaluate<Record<string, string>>(ATTEMPTS_TO_SEND);
    expect(Object.keys(came)).toHaveLength(9);
    expect(Object.entries(came).filter(([, outcome]) => outcome !== 'refused')).toEqual([]);
    expect(site.requests).toEqual([]);
  });

  it('has its policy in force when one comes from another page, and not after one has left', async () => {
    const { page } = await browser.open(`${site.url}/test/doctor.html`);
    const tryFetch = () => page.evaluate("fetch('/hashmap.json').then(({ status }) => status, () => 'refused')");
    expect(await tryFetch()).toBe(200);
    await page.locator('main').getByRole('link', { name: 'in your browser' }).click();
    await page.locator('.doctor button.primary:enabled').waitFor();
    expect(await tryFetch()).toBe('refused');
    await page.locator('main').getByRole('link', { name: 'doctor' }).first().click();
    await page.locator('h1', { hasText: 'The doctor' }).waitFor();
    expect(await tryFetch()).toBe(200);
    await page.goBack();
    await page.locator('.doctor button.primary:enabled').waitFor();
    expect(await tryFetch()).toBe('refused');
  });

  it('keeps the secret in its field, until the page is left', async () => {
    const open = await opened();
    const { page } = open;
    const logged: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    await explain(page, { request: SIGNED, signature: hmac('another'), framework: 'express' });
    const field = page.locator('#doctor-secret');
    expect(await page.evaluate(FIELD)).toEqual(['password', 'off', '']);
    const everywhere = await page.evaluate<string>(EVERYTHING_KEPT);
    expect(everywhere).not.toContain(SECRET);
    expect(everywhere).not.toContain(hmac(SIGNED));
    expect(logged.join()).not.toContain(SECRET);
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    expect(await field.inputValue()).toBe('');
  });

  it('is used with the keyboard alone', async () => {
    const { page } = await opened();
    await page.locator('#doctor-request').focus();
    await page.keyboard.insertText(raw(SIGNED, hmac(SIGNED)));
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.id')).toBe('doctor-file');
    await page.keyboard.press('Tab');
    await page.keyboard.type(SECRET);
    await page.keyboard.press('Enter');
    await page.locator('.findings .verdict.good').waitFor();
  });

  it.each([
    ['en', 'light'],
    ['en', 'dark'],
    ['ru', 'light'],
    ['ru', 'dark'],
  ] as const)('is clean for axe and fits 360 px: %s, %s', async (language, colorScheme) => {
    const { page } = await opened(language, { colorScheme, viewport: { width: 360, height: 800 } });
    await page.locator('.actions button').last().click();
    expect((await run(page)).proven).toEqual(['body_reserialized']);
    await page.locator('.findings details').last().locator('summary').click();
    expect(await findings(page, '.doctor')).toEqual([]);
    expect(await sideways(page)).toBe(0);
  });
});
