import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, SCROLL_FRAMES } from '../../../tests/support/browser.js';
import { button, rows, send, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

const MANY = 10_000;

describeInBrowser('many deliveries, and many looking', (browser) => {
  it('paints at once and lists 10,000 deliveries, drawing only those in sight', async () => {
    const { url, sender } = await startInspector({ sender: { concurrencyPerEndpoint: 16 } });
    const { page: first } = await browser.open(url);
    const painted = async () => {
      const shown = `new Promise((resolve) => new PerformanceObserver((list) => {
        const found = list.getEntriesByName('first-contentful-paint')[0];
        if (found) resolve(found.startTime);
      }).observe({ type: 'paint', buffered: true }))`;
      return (await first.evaluate(shown)) as number;
    };
    const paints = [await painted()];
    for (let more = 0; more < 2; more++) {
      await first.reload();
      paints.push(await painted());
    }
    process.stdout.write(`inspector: first contentful paint ${paints.map(Math.round).join(', ')} ms\n`);

    // Nobody takes them: the list is what is looked at, not the deliveries.
    const [webhook] = sender.webhooks();
    const body = JSON.stringify({ url: 'http://127.0.0.1:9/closed' });
    await fetch(`${url}api/manage/webhooks/${webhook?.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body,
    });
    await first.getByLabel('How many').fill(String(MANY));
    await button(first, `Send ${MANY}`).click();
    await expect.poll(() => first.locator('.count').textContent(), { timeout: 180_000 }).toBe(`${MANY} of ${MANY}`);
    await first.reload();
    await expect.poll(() => first.locator('.count').textContent(), { timeout: 180_000 }).toBe(`${MANY} of ${MANY}`);
    const list = first.locator('.rows');
    const drawn = () => rows(first).count();
    expect(await drawn()).toBeLessThan(60);
    const ids = new Set<string>();
    for (let part = 0; part <= 20; part++) {
      await list.evaluate((element, share) => {
        element.scrollTop = (element.scrollHeight - element.clientHeight) * share;
      }, part / 20);
      await until(async () => ids.size < ids.add((await rows(first).last().getAttribute('id')) ?? '').size, true);
      expect(await drawn()).toBeLessThan(60);
    }
    expect(ids.size).toBe(21);
    await sender.idle();
    const frames = (await first.evaluate(SCROLL_FRAMES)) as number[];
    frames.sort((a, b) => a - b);
    const [median = 0, worst = 0] = [frames[frames.length >> 1], frames.at(-1)];
    process.stdout.write(`inspector: frames while scrolling ${MANY} rows: median ${median} ms, worst ${worst} ms\n`);
    await list.press('Home');
    await list.press('End');
    await until(() => first.locator('.row[aria-selected=true]').getAttribute('aria-posinset'), String(MANY));
    await first.getByRole('searchbox').fill('video.processed');
    await until(() => first.locator('.count').textContent(), `${MANY} of ${MANY}`);
  }, 400_000);

  it('shows two tabs the same, and reconnects after the sender was restarted', async () => {
    const one = await startInspector();
    const { page: left, faults } = await browser.open(one.url);
    const { page: right } = await browser.open(one.url);
    await send(left, 'video.deleted');
    await until(() => rows(right).count(), 1);
    await send(right, 'video.updated');
    await until(() => rows(left).count(), 2);
    // How long ago it was changes while one looks.
    const shown = async (page: Page) =>
      (await rows(page).allTextContents()).map((text) => text.replace(/\d\d:\d\d:\d\d.*$/, ''));
    await until(async () => (await shown(left)).join() === (await shown(right)).join(), true);

    const { port } = new URL(one.url);
    await one.inspector.close();
    await left.getByText('Connection lost').waitFor();
    await right.close();
    const two = await startInspector({}, Number(port));
    await left.getByText('Connection lost').waitFor({ state: 'detached' });
    // What the former sender delivered is no more.
    await until(() => rows(left).count(), 0);
    await two.sender.emit({ event: 'video.deleted', data: { videoId: 'vid_1' } });
    await until(() => rows(left).count(), 1);
    expect(faults.filter((fault) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(fault))).toEqual([]);
  });

  it('shows what it is narrowed to, though the request before failed', async () => {
    const { url, sender } = await startInspector();
    const { page } = await browser.open(url);
    for (const event of ['video.deleted', 'video.updated', 'user.created']) await send(page, event);
    await sender.idle();
    await until(() => rows(page).count(), 3);
    const picker = page.locator('.list-pane select').nth(1);
    let fail = (): void => undefined;
    const failed = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const narrowed = (event: string) => page.waitForRequest((request) => request.url().includes(`event=${event}`));
    await page.route('**/api/deliveries?*event=video.deleted*', async (route) => {
      await failed;
      await route.abort();
    });
    const first = narrowed('video.deleted');
    await picker.selectOption('video.deleted');
    await first;
    await picker.selectOption('video.updated');
    fail();
    await until(() => rows(page).count(), 1);
    expect(await rows(page).textContent()).toContain('video.updated');
  });

  it('gives the connection of a hidden tab back', async () => {
    const { url, sender } = await startInspector();
    const { page } = await browser.open(url);
    await page.locator('.composer').waitFor();
    await page.clock.install();
    const look = (state: string) =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    await look('hidden');
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/live'));
    await page.clock.fastForward(11_000);
    await ended;
    await sender.emit({ event: 'video.deleted', data: { videoId: 'vid_1' } });
    await sender.idle();
    expect(await rows(page).count()).toBe(0);
    await look('visible');
    await until(() => rows(page).count(), 1);
  });
});
