import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { breakDown, button, detail, rows, send, until, verdict } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

const run = promisify(execFile);

describeInBrowser('deliveries on the page', (browser) => {
  it('lists, filters and searches, and shows bytes pretty, raw and in hexadecimal', async () => {
    const { url, sender, receiver } = await startInspector();
    await sender.emit({ event: 'user.created', data: { userId: 'usr_1' } });
    await sender.idle();
    const { page, faults } = await browser.open(url);
    await until(() => rows(page).count(), 1);
    breakDown(receiver);
    await send(page, 'video.deleted');
    await until(() => rows(page).count(), 2);
    // The row is there before its answer.
    await rows(page).first().getByText('Retry in').waitFor();
    const first = await rows(page).first().textContent();
    expect(first).toMatch(/video\.deleted.*Retry in.*500.*attempt 1.*ms.*127\.0\.0\.1.*\d\d:\d\d:\d\d/);
    const count = () => page.locator('.count').textContent();
    await page.getByLabel('Status').selectOption('pending');
    await until(count, '1 of 2');
    await page.getByLabel('Status').selectOption('all');
    await page.getByRole('searchbox').fill('USER.created 200');
    await until(count, '1 of 2');
    await page.getByRole('searchbox').fill('no such thing');
    await page.getByText('Nothing matches.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.locator('.filters select').nth(1).selectOption('video.deleted');
    await until(count, '1 of 2');
    await rows(page).first().click();
    const text = await detail(page).textContent();
    expect(text).toContain('X-VideoCloud-Signature');
    expect(text).toContain('VideoCloud-Webhooks/1.0');
    expect(text).toContain('"event": "video.deleted"');
    expect(text).toContain('broken');
    expect(text?.toLowerCase()).toContain('x-powered-by');
    await button(page, 'Raw').first().click();
    expect(await detail(page).locator('pre.raw').first().textContent()).toMatch(
      /^\{"event":"video\.deleted","timestamp"/,
    );
    await button(page, 'Hex').first().click();
    expect(await detail(page).locator('pre.hex').first().textContent()).toMatch(/^000000 {2}7b 22 65 76 65 6e 74 22/);
    expect(faults).toEqual([]);
  });

  it('copies a curl command that bash runs and the receiver accepts, byte for byte', async () => {
    const { url, sender, receiver } = await startInspector();
    const { page } = await browser.open(url);
    const got: Buffer[] = [];
    receiver.answer((request, _response, next) => {
      request.on('data', (chunk: Buffer) => got.push(chunk));
      next();
    });
    const nasty = `it's "quoted" \\ $(touch /tmp/x) \`id\` !! %s \u0000 \u001b[31m é 😀7 \n\t \u202e end`;
    const bodies = [
      { title: nasty },
      { videoId: '@/etc/passwd', title: "'; exit 7; '" },
      { title: 'я'.repeat(20_000) },
      { title: '' },
    ];
    for (const [index, data] of bodies.entries()) {
      const { deliveryIds } = await sender.emit({ event: 'video.deleted', data: { ...data, serial: index } });
      await sender.idle();
      const sent = Buffer.from(sender.delivery(deliveryIds[0] ?? '')?.body ?? []);
      await until(() => rows(page).count(), index + 1);
      await rows(page).first().click();
      await page.getByText(deliveryIds[0] ?? '', { exact: true }).waitFor();
      await button(page, 'Copy as curl').click();
      await page.getByText('Copied').waitFor();
      const command = await page.evaluate<string>('navigator.clipboard.readText()');
      // What is pasted into a terminal holds nothing that a terminal obeys.
      expect(command).toMatch(/^[\x20-\x7e\n]+$/);
      got.length = 0;
      const { stdout } = await run('bash', ['-c', command], { maxBuffer: 1 << 20 });
      expect(stdout).toMatch(/^HTTP\/1\.1 200 OK/m);
      expect(Buffer.concat(got).equals(sent)).toBe(true);
      await button(page, 'Close').last().click();
    }
  });

  it('resends, and sends edited bytes under their own signature', async () => {
    const { url, sender, receiver } = await startInspector();
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    await until(() => detail(page).locator('.step').count(), 1);
    const before = receiver.handled.length;
    await button(page, 'Resend').click();
    await until(() => detail(page).locator('.step').count(), 2);
    expect(await detail(page).locator('.timeline').textContent()).toContain('resent');
    // The same bytes: a copy to the receiver.
    expect(receiver.handled).toHaveLength(before);
    await button(page, 'Edit and resend').click();
    const editor = page.getByLabel('Body', { exact: true });
    // What a parse and re-stringify would lose.
    const edited =
      '{ "event": "video.deleted", "timestamp": "2024-03-31T12:00:00Z", "data": {"n": 1.0, "big": 12345678901234567890} }';
    await editor.fill(edited);
    await editor.press('Escape');
    expect(await editor.inputValue()).toBe(edited);
    await button(page, 'Sign and send').click();
    await until(() => verdict(page), 'Accepted');
    await button(page, 'Raw').first().click();
    await until(() => detail(page).locator('pre.raw').first().textContent(), edited);
    expect(receiver.handled.at(-1)).toMatchObject({ event: 'video.deleted', data: { n: 1 } });
    // Not JSON at all: it is sent as it is, and what came back is shown.
    await button(page, 'Edit and resend').click();
    await editor.fill('{"event": ');
    await button(page, 'Sign and send').click();
    await until(() => rows(page).count(), 3);
    await until(() => rows(page).first().locator('.row-code').textContent(), '400');
    expect(sender.deliveries().items).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});
