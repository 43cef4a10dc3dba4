import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { button, until } from './support/page.js';
import { ALL_EVENTS, SECRET, startInspector } from './support/start-inspector.js';

const run = promisify(execFile);
const call = (page: Page) => page.locator('.action pre').textContent();
const curl = async (command: string | null, env: Record<string, string> = {}) => {
  const { stdout } = await run('bash', ['-c', `${command?.replace(/^curl/, 'curl -sS')}`], {
    env: { ...process.env, ...env },
  });
  return JSON.parse(stdout) as { success: boolean; data: Record<string, unknown> };
};

describeInBrowser('subscriptions on the page', (browser) => {
  it('creates one with the API call beside it, which does the same from a shell', async () => {
    const { url, sender, receiver, apiUrl } = await startInspector();
    const { page, faults } = await browser.open(url);
    await button(page, 'Subscriptions').click();
    await page.getByText('New subscription').click();
    const form = page.locator('.create');
    await form.getByLabel('URL').fill('not a url');
    await button(page, 'Create').click();
    expect(sender.webhooks()).toHaveLength(1);
    await form.getByLabel('URL').fill(`${receiver.url}?it's=1`);
    await button(page, 'None').click();
    expect(await button(page, 'Create').isDisabled()).toBe(true);
    await form.getByLabel('video.deleted').check();
    await form.getByLabel('Secret').fill(`page-${SECRET}`);
    const shell = await form.locator('pre').textContent();
    expect(shell).toContain(`curl -X POST ${apiUrl}/webhooks`);
    await form.getByRole('button', { name: 'client' }).click();
    const code = await form.locator('pre').textContent();
    expect(code).toContain('await webhooks.create({ url: ');
    expect(code).toContain("secret: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? ''");
    await button(page, 'Create').click();
    await page.getByText('Created.').waitFor();
    await until(() => sender.webhooks().map(({ events }) => events.length), [13, 1]);
    const [, made] = sender.webhooks();
    expect(made).toMatchObject({ url: `${receiver.url}?it's=1`, events: ['video.deleted'] });
    expect(Buffer.from(sender.secretOf(made?.id ?? '') ?? []).toString()).toBe(`page-${SECRET}`);
    const again = await curl(shell, { VIDEOCLOUD_WEBHOOK_SECRET: 'from-the-$HOME-shell' });
    expect(again).toMatchObject({ success: true, data: { url: `${receiver.url}?it's=1`, events: ['video.deleted'] } });
    expect(Buffer.from(sender.secretOf(String(again.data.id)) ?? []).toString()).toBe('from-the-$HOME-shell');
    await until(() => page.locator('.card').count(), 3);
    expect(await page.locator('body').textContent()).not.toContain(SECRET);
    expect(faults).toEqual([]);
  });

  it('says that an answer was lost: the secret may be a new one', async () => {
    const { url, sender, webhookId } = await startInspector();
    const { page } = await browser.open(url);
    await button(page, 'Subscriptions').click();
    await button(page, 'Rotate secret').first().click();
    const fresh = await page.locator('.action').getByLabel('Secret').inputValue();
    await page.route('**/api/manage/webhooks/*', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.locator('.action button.primary').click();
    await page.getByText('The server did not answer. Whether it was done is unknown.').waitFor();
    expect(Buffer.from(sender.secretOf(webhookId) ?? []).toString()).toBe(fresh);
  });

  it('tests, edits, rotates, shows the history and deletes, each with its call', async () => {
    const { url, sender, receiver, apiUrl, webhookId } = await startInspector();
    const { page, faults } = await browser.open(url);
    await button(page, 'Subscriptions').click();
    const secretNow = () => Buffer.from(sender.secretOf(webhookId) ?? []).toString();
    const client = async () => {
      await page.locator('.action').getByRole('button', { name: 'client' }).click();
      return call(page);
    };

    await button(page, 'Send test').click();
    await page.locator('.action select').selectOption('user.registered');
    expect(await call(page)).toBe(
      `curl -X POST ${apiUrl}/webhooks/${webhookId}/test \\\n  -H 'Content-Type: application/json' \\\n  --data-binary '{"event":"user.registered"}'`,
    );
    await curl(await call(page));
    expect(await client()).toContain(`await webhooks.sendTest("${webhookId}", { event: "user.registered" });`);
    await page.locator('.action').getByRole('button', { name: 'Send', exact: true }).click();
    await until(() => receiver.handled.map(({ event }) => event as string), ['user.registered', 'user.registered']);

    await button(page, 'Edit events').click();
    await page.locator('.action').getByLabel('system.warning').uncheck();
    expect(await client()).toContain(`await webhooks.update("${webhookId}", { events: ["video.uploaded",`);
    await button(page, 'Save').click();
    await until(() => sender.webhooks()[0]?.events, ALL_EVENTS.slice(0, -1));

    await button(page, 'Rotate secret').first().click();
    const field = page.locator('.action').getByLabel('Secret');
    const fresh = await field.inputValue();
    expect(fresh).toMatch(/^[\w-]{43}$/);
    expect(await field.getAttribute('type')).toBe('password');
    expect(await client()).toContain(
      `rotateSecret("${webhookId}", { newSecret: process.env.VIDEOCLOUD_WEBHOOK_SECRET_NEW ?? '' })`,
    );
    expect(await page.locator('body').textContent()).not.toContain(fresh);
    await page.locator('.action button.primary').click();
    await until(secretNow, fresh);

    // Masked until asked for, and gone again afterwards.
    expect(await page.locator('.secret-line').textContent()).not.toContain(fresh);
    await button(page, 'Show').click();
    await until(async () => (await page.locator('.secret-line').textContent())?.includes(fresh), true);
    await button(page, 'Hide').click();
    await until(async () => (await page.content()).includes(fresh), false);

    await button(page, 'History').click();
    await page.locator('.action table tr').nth(1).waitFor();
    expect(await page.locator('.action table').textContent()).toMatch(/del_\w+user\.registeredsuccess 200/);
    expect(await client()).toContain(`listDeliveries("${webhookId}", { limit: 20 })`);
    await page.locator('.action table button').first().click();
    await page.locator('.detail-pane h2').filter({ hasText: 'user.registered' }).waitFor();

    await button(page, 'Subscriptions').click();
    await button(page, 'Delete').click();
    expect(await call(page)).toBe(`curl -X DELETE ${apiUrl}/webhooks/${webhookId}`);
    expect(await client()).toContain(`await webhooks.delete("${webhookId}");`);
    await button(page, 'Delete permanently').click();
    await until(() => sender.webhooks(), []);
    await page.getByText('No subscription yet. Create one').waitFor();
    expect(faults).toEqual([]);
  });
});
