import { sign } from '@videocloud/webhooks';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, until } from './support/page.js';
import { SECRET, startInspector } from './support/start-inspector.js';

const BODY = '{"event":"video.updated","timestamp":"2024-03-31T12:00:00Z","data":{"title":"Ж ’<b>"}}';

async function started() {
  const running = await startInspector();
  const post = async (path: string, body: object) =>
    fetch(`${running.url}api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const explain = async (input: object) => (await (await post('/explain', input)).json()) as Record<string, unknown>;
  return { ...running, post, explain };
}

const raw = (signature: string, body = BODY) =>
  `POST /webhooks HTTP/1.1\r\nHost: localhost\r\nX-VideoCloud-Signature: ${signature}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

it('reads what the page exports as genuine', async () => {
  const { post, explain, webhookId } = await started();
  const sent = await post('/probe', { webhookId, mode: 'exact', body: Buffer.from(BODY).toString('base64') });
  const { items } = (await sent.json()) as { items: { id: string }[] };
  for (const format of ['har', 'ndjson', 'http']) {
    const capture = await (await post('/export', { format, ids: items.map(({ id }) => id) })).text();
    expect(await explain({ capture })).toMatchObject({
      valid: true,
      form: 'request',
      webhookId,
      body: Buffer.from(BODY).toString('base64'),
    });
  }
});

it('names the cause, and refuses what it does not understand', async () => {
  const { explain, webhookId } = await started();
  const signature = await sign(BODY, SECRET);
  expect(await explain({ capture: BODY, signature })).toMatchObject({ valid: true, form: 'body', webhookId });
  const changed = await explain({ capture: raw(signature), secret: ` ${SECRET}\n` });
  expect(changed).toMatchObject({ valid: false, causes: [expect.objectContaining({ proof: 'proven' })] });
  expect(JSON.stringify(changed)).not.toContain(SECRET);
  for (const [capture, key] of [
    [BODY, 'signature_needed'],
    ['curl "$URL" --data @body.json', 'not_understood'],
    ['POST / HTTP/1.1\r\nX-VideoCloud-Signature: ab', 'not_understood'],
  ]) {
    expect(await explain({ capture })).toMatchObject({ success: false, error: { key } });
  }
});

describeInBrowser('the explain tab', (browser) => {
  it('explains a pasted request in Russian, its text never markup', async () => {
    const { url } = await startInspector();
    const { page, faults } = await browser.open(`${url}#/explain`, { locale: 'ru-RU' });
    await page.getByLabel('Запрос', { exact: true }).fill(raw(await sign(BODY, 'another-secret-altogether')));
    await button(page, 'Разобрать').click();
    await page.locator('.explain .causes code').first().waitFor();
    expect(await page.locator('.explain pre.bytes').textContent()).toContain('<b>');
    expect(await page.locator('.explain b').count()).toBe(0);
    await page.getByLabel('Запрос', { exact: true }).fill(raw(await sign(BODY, SECRET)));
    await button(page, 'Разобрать').click();
    await until(() => page.locator('.explain.why p').first().textContent(), expect.stringContaining('Подлинный'));
    expect(faults).toEqual([]);
  });
});
