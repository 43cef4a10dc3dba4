import { sign } from '@videocloud/webhooks';
import { expect, it } from 'vitest';
import { findings } from '../../../tests/support/accessibility.js';
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

it('compares every subscription, and explains each of several signed requests', async () => {
  const { explain, apiUrl, post, webhookId } = await started();
  const own = 'the-secret-of-the-last-of-many';
  let last = '';
  for (let made = 0; made < 40; made++) {
    const body = {
      url: 'http://127.0.0.1:9/',
      events: ['user.deleted'],
      secret: made === 39 ? own : `secret-number-${made}`,
    };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${apiUrl}/webhooks`, { method: 'POST', headers, body: JSON.stringify(body) });
    last = ((await answer.json()) as { data: { id: string } }).data.id;
  }
  expect(await explain({ capture: raw(await sign(BODY, own)) })).toMatchObject({ valid: true, webhookId: last });
  expect(await explain({ capture: raw(await sign(BODY, 'no-such-secret')) })).toMatchObject({ valid: false });

  const ids: string[] = [];
  for (const body of [BODY, BODY.replace('Ж', 'Ы')]) {
    const sent = await post('/probe', { webhookId, mode: 'exact', body: Buffer.from(body).toString('base64') });
    ids.push(((await sent.json()) as { items: { id: string }[] }).items[0]?.id ?? '');
  }
  const capture = await (await post('/export', { format: 'har', ids })).text();
  expect(await explain({ capture })).toMatchObject({
    valid: true,
    request: 1,
    requests: [{ number: 1, signed: true }, { number: 2 }],
  });
  const second = await explain({ capture, request: 2 });
  expect(second).toMatchObject({ valid: true, request: 2 });
  expect(Buffer.from(String(second.body), 'base64').toString()).toContain('Ы');
  expect(await explain({ capture, request: 3 })).toMatchObject({ success: false });
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
    // What the reader does not understand is said in Russian too, and several requests are offered.
    await page.getByLabel('Запрос', { exact: true }).fill('curl "$URL" --data @body.json');
    await button(page, 'Разобрать').click();
    await page.getByText('Запрос не разобран: команда curl читает тело из файла body.json').waitFor();
    const two = [BODY, `${BODY} `].map(async (body) => raw(await sign(body, SECRET), body));
    await page.getByLabel('Запрос', { exact: true }).fill((await Promise.all(two)).join('\r\n\r\n'));
    await button(page, 'Разобрать').click();
    await page.getByLabel('Запрос, всего их 2').selectOption('2');
    await until(() => page.getByLabel('Запрос, всего их 2').inputValue(), '2');
    expect(await findings(page)).toEqual([]);
    expect(faults).toEqual([]);
  });
});
