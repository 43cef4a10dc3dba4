import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { cannedUrl } from '../src/page/subscriptions/canned-url.js';
import { button, detail, send, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

const post = (url: string, headers: Record<string, string> = {}) => fetch(url, { method: 'POST', body: '{}', headers });

it('the built-in endpoint answers as its address asks', async () => {
  const { url } = await startInspector();
  const at = (answer: object) => cannedUrl(url, { kind: 'answer', status: 200, delay: 0, body: '', ...answer });
  const usual = await post(at({}));
  expect([usual.status, await usual.json()]).toEqual([200, { received: true }]);
  const own = await post(at({ status: 503, body: '<b>Ж</b>' }));
  expect([own.status, own.headers.get('content-type')]).toEqual([503, 'text/plain; charset=utf-8']);
  expect([own.headers.get('x-content-type-options'), await own.text()]).toEqual(['nosniff', '<b>Ж</b>']);
  expect((await post(at({ status: 204 }))).status).toBe(204);
  const drip = await post(at({ kind: 'drip', body: 'ab' }));
  expect(await drip.text()).toBe('ab');
  await expect(post(at({ kind: 'drop' }))).rejects.toThrow();
  const started = performance.now();
  await post(at({ delay: 300 }));
  expect(performance.now() - started).toBeGreaterThan(250);
});

it('the built-in endpoint refuses web pages, other methods and settings out of range', async () => {
  const { url } = await startInspector();
  const canned = `${url}canned`;
  expect((await post(canned, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await fetch(`${canned}?body=<script>`)).status).toBe(405);
  for (const query of ['status=100', 'status=x', 'delay=60001', 'delay=-1', 'drip=1e9', `body=${'x'.repeat(1_001)}`]) {
    const answer = await post(`${canned}?${query}`);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/ must /)]);
  }
});

it('the built-in endpoint counts an answer until its last byte, or until its client has left', async () => {
  const { url } = await startInspector();
  const canned = `${url}canned`;
  const leave = new AbortController();
  const slow = Array.from({ length: 256 }, () =>
    fetch(`${canned}?drip=10000&body=${'x'.repeat(1_000)}`, { method: 'POST', signal: leave.signal }).catch(() => null),
  );
  await expect.poll(async () => (await post(canned)).status).toBe(503);
  leave.abort();
  await Promise.all(slow);
  await expect.poll(async () => (await post(canned)).status).toBe(200);
  for (let read = 0; read < 300; read++) await (await post(`${canned}?drip=1&body=ab`)).text();
  expect((await post(canned)).status).toBe(200);
});

describeInBrowser('the built-in endpoint', (browser) => {
  it('lets one see retries and their end without an app', async () => {
    const { url, sender, webhookId } = await startInspector();
    const { page, faults } = await browser.open(`${url}#/subscriptions`);
    await page.getByText('Built-in endpoint').click();
    await page.getByLabel('Status', { exact: true }).fill('503');
    await button(page, 'Apply').click();
    await until(() => sender.webhooks().find(({ id }) => id === webhookId)?.url, `${url}canned?status=503`);
    await button(page, 'Deliveries').click();
    await send(page, 'video.deleted');
    await until(() => detail(page).locator('button.step span').first().textContent(), '503');
    await button(page, 'Subscriptions').click();
    await page.getByText('Built-in endpoint').click();
    // Its 401 was chosen: nothing is said of secrets or bytes.
    await page.getByLabel('Status', { exact: true }).fill('401');
    await button(page, 'Apply').click();
    await until(() => sender.webhooks().some((webhook) => webhook.url === `${url}canned?status=401`), true);
    await button(page, 'Deliveries').click();
    await send(page, 'video.updated');
    await detail(page).locator('.why').getByText('It verifies nothing').waitFor();
    await until(() => detail(page).locator('.why .causes code').allTextContents(), ['canned']);
    await button(page, 'Subscriptions').click();
    await page.getByText('Built-in endpoint').click();
    await page.getByLabel('Behavior').selectOption('drop');
    await button(page, 'Subscribe it').click();
    await until(
      () =>
        sender
          .webhooks()
          .map((webhook) => webhook.url)
          .includes(`${url}canned?drop=1`),
      true,
    );
    expect(faults).toEqual([]);
  });
});
