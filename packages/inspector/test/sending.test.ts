import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, eventPicker, rows, send, until, verdict } from './support/page.js';
import { SECRET, startInspector } from './support/start-inspector.js';

describeInBrowser('sending from the page', (browser) => {
  it('sends each of the 15 events, edited ones too, and many at once', async () => {
    const { url, receiver, sender } = await startInspector();
    const { page, faults } = await browser.open(url);
    await until(() => eventPicker(page).locator('option').count(), 15);
    const names = await eventPicker(page).locator('option').allTextContents();
    expect(names).toHaveLength(15);
    for (const name of names) await send(page, name);
    await until(() => receiver.handled.map(({ event }) => event as string).sort(), [...names].sort());
    await until(() => rows(page).filter({ hasText: 'Delivered' }).count(), 15);

    await eventPicker(page).selectOption('video.uploaded');
    const payload = page.getByLabel('Payload (data)');
    await page.getByText('Fields', { exact: true }).click();
    await expect.poll(() => page.locator('.fields').textContent()).toContain('Bytes (assumed)');
    await payload.fill('{"videoId": 7}');
    await page.getByText('Unexpected payload').waitFor();
    await payload.fill('{"videoId": ');
    await page.getByText(/Not JSON/).waitFor();
    expect(await button(page, 'Send').isDisabled()).toBe(true);
    expect(await button(page, 'Unsigned').isDisabled()).toBe(true);
    await payload.fill('[1]');
    await page.getByText('must be a JSON object').waitFor();
    await button(page, 'Reset to sample').click();
    await page.getByText('Fits the schema').waitFor();
    const sample = JSON.parse(await payload.inputValue()) as object;
    await payload.fill(JSON.stringify({ ...sample, title: 'Правка <b>' }));
    await page.getByLabel('Timestamp').fill('yesterday');
    await button(page, 'Send').click();
    await page.getByText(/timestamp must be RFC 3339/).waitFor();
    await page.getByLabel('Timestamp').fill('2024-03-31T12:00:00Z');
    await page.getByLabel('How many').fill('30');
    await button(page, 'Send 30').click();
    await until(() => receiver.handled.length, 45);
    expect(receiver.handled.at(-1)).toMatchObject({
      event: 'video.uploaded',
      timestamp: '2024-03-31T12:00:00Z',
      data: { title: 'Правка <b>' },
    });
    await until(() => sender.deliveries({ status: 'success' }).items.length, 45);
    await until(() => page.locator('.count').textContent(), '45 of 45');
    expect(faults).toEqual([]);
  });

  it('breaks a request in six ways and says what each response means', async () => {
    const { url, receiver } = await startInspector();
    const { page, faults } = await browser.open(url);
    for (const [name, code, meaning] of [
      ['Unsigned', '401', 'Rejected, as it should be'],
      ['Wrong secret', '401', 'Rejected, as it should be'],
      ['Tampered', '401', 'Rejected, as it should be'],
      ['Re-serialized', '401', 'Rejected, as it should be'],
      ['Stale (3 h)', '200', 'Old event accepted: no age limit'],
      ['Duplicate', '200', 'Accepted'],
    ] as const) {
      await button(page, name).click();
      await rows(page).filter({ hasText: name }).first().waitFor();
      await until(() => rows(page).filter({ hasText: name }).first().locator('.row-code').textContent(), code);
      await until(() => verdict(page), meaning);
    }
    // The copy was sent, and not handled again.
    await until(() => rows(page).filter({ hasText: 'Duplicate' }).count(), 2);
    expect(receiver.handled).toHaveLength(2);
    receiver.answer((_request, response) => void response.send('anything goes'));
    await button(page, 'Tampered').click();
    await until(() => verdict(page), 'FORGERY ACCEPTED');
    expect(faults).toEqual([]);
  });

  it('plays its scenarios', async () => {
    const { url, receiver, sender, webhookId } = await startInspector();
    const { page, faults } = await browser.open(url);
    const steps = () => page.locator('.steps li').allTextContents();
    await button(page, 'Upload → processed → published').click();
    await until(steps, ['video.uploaded: success', 'video.processed: success', 'video.published: success']);
    const ids = new Set(receiver.handled.map(({ data }) => (data as { videoId?: unknown }).videoId));
    expect(ids.size).toBe(1);
    await button(page, 'Retry storm').click();
    await until(async () => (await steps()).at(-1), '12 of 12 arrived');
    expect(await steps()).toContain('Attempt 3 failed as well');
    // What fails with the current secret shows nothing about a new one.
    receiver.answer((_request, response) => void response.status(404).send(''));
    await button(page, 'Secret rotation').click();
    const unknown = 'It was not accepted: the secret stays, as a rejection of a new one would show nothing';
    await until(async () => (await steps()).at(-1), unknown);
    expect(new TextDecoder().decode(sender.secretOf(webhookId))).toBe(SECRET);
    receiver.answer();
    await button(page, 'Secret rotation').click();
    await until(async () => (await steps()).at(-1), 'The current secret is back in place');
    // A receiver that has both secrets takes it without a gap.
    receiver.secrets.splice(0, 1);
    receiver.secrets.push(SECRET);
    await send(page, 'video.deleted');
    await until(() => verdict(page), 'Delivered');
    expect(faults).toEqual([]);
  });
});
