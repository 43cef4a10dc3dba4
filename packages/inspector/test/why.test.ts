import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { breakDown, button, detail, rows, send, until, verdict } from './support/page.js';
import { SECRET, startInspector } from './support/start-inspector.js';

describeInBrowser('why a delivery failed', (browser) => {
  it('says of a 401 what is behind it, with the fix for the framework', async () => {
    const { url, receiver, sender, subscribe } = await startInspector();
    await subscribe(receiver.guideUrl, ['video.published']);
    const { page, faults } = await browser.open(url);
    // A receiver that hashes JSON.stringify(req.body), and bytes that do not survive it.
    await page.locator('.composer select').last().selectOption({ label: receiver.guideUrl });
    await button(page, 'Duplicate').click();
    const why = detail(page).locator('.why');
    // Known at once, and proven: it left genuine. What the receiver did with it, an experiment shows.
    await until(() => why.locator('.causes code').allTextContents(), ['genuine']);
    expect(await why.locator('.causes .chip').textContent()).toBe('Proven');
    await button(page, 'Find the mistake').click();
    await until(() => why.locator('.found code').allTextContents(), ['mistake', 'body_reserialized']);
    await until(() => why.locator('.found .chip').allTextContents(), ['Proven', 'Proven']);
    const text = await why.textContent();
    expect(text).toContain('The request is genuine');
    expect(text).toContain('JSON.stringify(req.body)');
    expect(text).toContain('webhookHandler(receiver)');
    expect(text).not.toContain('Next.js');
    // The same bytes with a wrong secret at the receiver: the doctor proves it from what its owner enters.
    const other = 'the-secret-of-another-subscription';
    receiver.secrets.splice(0, 1, other);
    await send(page, 'video.deleted');
    await until(() => why.textContent(), expect.stringContaining('most likely the secret differs'));
    await why.getByText('Ask the doctor').click();
    await why.getByLabel('Secret your receiver uses').fill(` ${SECRET}\n`);
    await button(page, 'Diagnose').click();
    await until(() => why.locator('details .causes .chip').first().textContent(), 'Proven');
    expect(await why.locator('details .causes code').first().textContent()).toMatch(/^secret_/);
    expect(await page.locator('body').textContent()).not.toContain(SECRET);
    expect(sender.deliveries().items.length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });

  it('shows the schedule of a 5xx, goes forward on it, and re-activates what has failed', async () => {
    const { url, receiver, sender, webhookId } = await startInspector();
    breakDown(receiver);
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    await page.locator('.why .schedule').waitFor();
    const { deliveryIds } = await sender.emit({ event: 'video.updated', data: { videoId: 'vid_other' } });
    expect(await page.locator('.schedule li').allTextContents()).toEqual([
      '2: after 1:00',
      '3: after 5:00',
      '4: after 15:00',
      '5: after 30:00',
      '6: after 1:00:00',
    ]);
    expect(await page.locator('.why').textContent()).toContain('When attempt 6 of one delivery fails');
    const steps = () => detail(page).locator('button.step').count();
    await until(steps, 1);
    await button(page, '+1 min').click();
    await until(steps, 2);
    await button(page, 'To next attempt').click();
    await until(steps, 3);
    await button(page, 'To the end').click();
    await until(steps, 6);
    await until(() => verdict(page), 'Failed, no attempts left');
    // The other delivery of the failed webhook ended with it, and the list says so unasked.
    await until(
      () => page.locator('.row .chip').allTextContents(),
      ['Failed, no attempts left', 'Failed, no attempts left'],
    );
    expect(sender.delivery(deliveryIds[0] ?? '')?.status).toBe('failed');
    expect(sender.webhooks()[0]?.status).toBe('failed');
    await button(page, 'Send').click();
    await page.getByText('No active subscription takes this event').waitFor();
    receiver.answer();
    await button(page, 'Re-activate').click();
    await until(() => sender.webhooks().find(({ id }) => id === webhookId)?.status, 'active');
    await send(page, 'video.published');
    await until(() => verdict(page), 'Delivered');
    expect(faults).toEqual([]);
  });

  it('says that nobody is there when the receiver is down', async () => {
    const { url, receiver } = await startInspector();
    const { page, faults } = await browser.open(url);
    await receiver.close();
    await send(page, 'video.deleted');
    await until(
      () => page.locator('.why').textContent(),
      expect.stringContaining('Start your endpoint, or correct the port'),
    );
    await until(() => rows(page).first().locator('.row-code').textContent(), 'connection_refused');
    await button(page, 'Unsigned').click();
    await until(() => rows(page).count(), 2);
    expect(faults).toEqual([]);
  });

  it('names the attempt that switches the subscription off, whatever the schedule', async () => {
    const { url, receiver, sender } = await startInspector({ sender: { schedule: [1_000, 2_000] } });
    breakDown(receiver);
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    await page.locator('.why .schedule').waitFor();
    await sender.emit({ event: 'video.updated', data: { videoId: 'vid_other' } });
    await until(() => page.locator('.schedule li').allTextContents(), ['2: after 0:01', '3: after 0:02']);
    expect(await page.locator('.why').textContent()).toContain('When attempt 3 of one delivery fails');
    await sender.advance(10_000);
    expect(sender.webhooks()[0]?.status).toBe('failed');
    await page.getByLabel('Language').selectOption('ru');
    await until(() => page.locator('.why').textContent(), expect.stringContaining('попытка 3 одной доставки'));
    await button(page, 'Подписки').click();
    await button(page, 'Включить снова').click();
    await page.getByText('попытка 3 одной доставки').waitFor();
    expect(faults).toEqual([]);
  });

  it('says what to do about a name without an address, and about a port that does not speak TLS', async () => {
    const { url, subscribe, sender, receiver } = await startInspector({ sender: { lookup: async () => [] } });
    const { page } = await browser.open(url);
    for (const [target, advice] of [
      ['http://nowhere.invalid/', 'Correct the host name'],
      [receiver.url.replace('http:', 'https:'), 'subscribe an http:// URL'],
    ] as const) {
      for (const { id } of sender.webhooks()) await fetch(`${url}api/manage/webhooks/${id}`, { method: 'DELETE' });
      await subscribe(target);
      await send(page, 'video.deleted');
      await until(() => page.locator('.why').textContent(), expect.stringContaining(advice));
    }
  });
});
