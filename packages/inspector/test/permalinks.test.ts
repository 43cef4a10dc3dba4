import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { breakDown, button, detail, rows, send, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

const hash = (page: Page) => new URL(page.url()).hash;
const pressed = (page: Page) => detail(page).locator('button.step[aria-pressed=true] strong').textContent();

describeInBrowser('the address of the page', (browser) => {
  it('names tab, delivery, attempt and filters; a copied link opens the same view', async () => {
    const { url, receiver, sender } = await startInspector();
    breakDown(receiver);
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    await send(page, 'video.updated');
    await until(() => rows(page).count(), 2);
    await sender.advance(60_000);
    await until(() => detail(page).locator('button.step').count(), 2);
    await detail(page).locator('button.step').first().click();
    await page.getByRole('searchbox').fill('video.upd 500');
    await page.getByLabel('Status').selectOption('pending');
    const selected = sender.deliveries().items.find(({ event }) => event === 'video.updated')?.id;
    await until(() => hash(page), `#/deliveries/${selected}/1?search=video.upd+500&status=pending`);
    await button(page, 'Copy link').click();
    await page.getByText('Copied').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(link).toBe(page.url());

    const { page: other } = await browser.open(link);
    await until(() => detail(other).locator('h2').textContent(), 'video.updated');
    await until(() => pressed(other), '1');
    await until(() => rows(other).count(), 1);
    expect(await other.getByRole('searchbox').inputValue()).toBe('video.upd 500');
    expect(faults).toEqual([]);
  });

  it('follows back and forward', async () => {
    const { url, sender } = await startInspector();
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    const [{ id } = { id: '' }] = sender.deliveries().items;
    await until(() => hash(page), `#/deliveries/${id}`);
    await button(page, 'Subscriptions').click();
    await until(() => hash(page), '#/subscriptions');
    await button(page, 'Conformance').click();
    await until(() => hash(page), '#/conformance');
    await page.goBack();
    await page.locator('.card').waitFor();
    await page.goBack();
    await until(() => detail(page).locator('h2').textContent(), 'video.deleted');
    await page.goForward();
    await page.locator('.card').waitFor();
    expect(faults).toEqual([]);
  });

  it('takes any text of a stranger for what it is: nothing to be found', async () => {
    const { url } = await startInspector();
    for (const address of [
      '#/nonsense',
      '#/deliveries/%E0%A4%A',
      '#/deliveries/del_none/999999',
      '#/deliveries/%3Cimg%20src%3Dx%3E?status=x',
      '#content',
    ]) {
      const { page, faults } = await browser.open(`${url}${address}`);
      await page.locator('.composer').waitFor();
      await until(() => page.locator('.list-pane').count(), 1);
      expect(faults).toEqual([]);
      await page.context().close();
    }
  });
});
