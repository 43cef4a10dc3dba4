import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../../tests/support/browser.js';
import { button, count, detail, dialog, notice, rows } from './support/page.js';
import { accept, makeDead, startBoard } from './support/start-board.js';
import { until } from './support/wait.js';

const ONCE = { maxAttempts: 1, onDead: () => undefined };

describeInBrowser('the operations page, where it is mounted and for whom', (browser) => {
  it('offers nothing that changes something in read-only mode, by key neither', async () => {
    const { inbox, url } = await startBoard({ readOnly: true }, ONCE);
    await accept(inbox, 2);
    await makeDead(inbox, () => 'broken');
    const { page, faults } = await browser.open(url);
    await rows(page).first().click();
    await detail(page).locator('.error-text').waitFor();
    await page.getByText('Read-only').waitFor();
    for (const name of [/^Retry/, /^Discard/, /Pause/]) expect(await button(page, name).count()).toBe(0);
    for (const key of ['r', 'x', 'p']) await page.keyboard.press(key);
    expect(await dialog(page).count()).toBe(0);
    expect(await inbox.stats()).toMatchObject({ dead: 2, paused: false });
    expect(faults).toEqual([]);
  });

  it('refuses whom authorize refuses, and says so when a session ends', async () => {
    let allowed = false;
    const { inbox, url } = await startBoard({ authorize: () => allowed }, ONCE);
    await accept(inbox, 1);
    await makeDead(inbox, () => 'broken');
    const { page } = await browser.open(url);
    expect(await page.locator('body').textContent()).toContain('You may not open this page.');
    allowed = true;
    await page.reload();
    await rows(page).first().click();
    await button(detail(page), 'Retry').waitFor();
    allowed = false;
    await button(detail(page), 'Retry').click();
    await notice(page).getByText('sign in again').waitFor();
    expect((await inbox.stats()).dead).toBe(1);
  });

  it('works under a base path; a copied link opens the same record and filter', async () => {
    const { inbox, url } = await startBoard({ basePath: '/admin/in-box' }, ONCE);
    await accept(inbox, 3);
    await accept(inbox, 3, 'user.deleted');
    await makeDead(inbox, () => 'a & b = "c" #1?');
    const { page, faults } = await browser.open(url);
    await page.getByLabel('Event', { exact: true }).selectOption('user.deleted');
    await page.getByRole('searchbox').fill('b = "c" #1?');
    await until(() => rows(page).count(), 3);
    await rows(page).nth(1).click();
    await detail(page).locator('.error-text').waitFor();
    await button(detail(page), 'Copy link').click();
    await notice(page).getByText('Copied').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(link).toMatch(/\/admin\/in-box\/#\/dead\/[0-9a-f]{64}\?event=user\.deleted&error=/);

    const { page: other, faults: otherFaults } = await browser.open(link);
    await until(() => rows(other).count(), 3);
    expect(await detail(other).locator('.detail-id').textContent()).toBe(/dead\/(\w+)/.exec(link)?.[1]);
    expect(await other.getByRole('searchbox').inputValue()).toBe('b = "c" #1?');
    await other.locator('.state-all').click();
    await until(() => new URL(other.url()).hash.startsWith('#/all/'), true);
    await other.goBack();
    await until(() => other.locator('.state-dead').getAttribute('aria-pressed'), 'true');
    expect([...faults, ...otherFaults]).toEqual([]);
  });

  it('opens a link to a record that is gone, and addresses of strangers', async () => {
    const { url } = await startBoard();
    for (const hash of [
      '#/dead/none',
      '#/nonsense',
      '#/dead/%E0%A4%A',
      '#/all/%3Cimg%20src%3Dx%3E?since=x&event=%00',
    ]) {
      const { page, faults } = await browser.open(`${url}${hash}`);
      await page.locator('.list-pane .empty').waitFor();
      if (hash.split('/').length > 2) await page.getByText('There is no such record').waitFor();
      expect(faults).toEqual([]);
      await page.context().close();
    }
  });

  it('is worked by keyboard alone, and its single keys can be switched off', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await accept(inbox, 60);
    await makeDead(inbox, () => 'broken');
    const { page, faults } = await browser.open(url);
    await until(() => count(page, 'dead'), '60');
    await page.keyboard.press('?');
    await until(() => dialog(page).locator('dd').count(), 8);
    // A key right behind Escape comes while the page is still busy with the dialog it closes.
    for (let time = 0; time < 5; time++) {
      await Promise.all([page.keyboard.press('Escape'), page.keyboard.press(']')]);
      await page.getByText('Page 2').waitFor();
      await page.keyboard.press('?');
      await dialog(page).waitFor();
      await Promise.all([page.keyboard.press('Escape'), page.keyboard.press('[')]);
      await page.getByText('Page 1').waitFor();
      await page.keyboard.press('?');
      await dialog(page).waitFor();
    }
    await page.keyboard.press('Escape');
    await until(() => dialog(page).count(), 0);
    await page.keyboard.press('/');
    await page.keyboard.type('rxp?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('rxp?');
    await page.getByRole('searchbox').fill('');
    await until(() => rows(page).first().getAttribute('aria-setsize'), '50');
    await page.locator('.rows').focus();
    await page.keyboard.press('ArrowDown');
    await detail(page).locator('.error-text').waitFor();
    await page.keyboard.press('r');
    await notice(page).getByText('Retried: 1.').waitFor();
    // Until the record is read again, its chip is the one from before the retry.
    await until(() => detail(page).locator('.chip').first().textContent(), 'Waiting');
    // The list is read again, too: a key in that moment may find no row.
    await until(async () => {
      await page.keyboard.press('Home');
      return detail(page).locator('.chip').first().textContent();
    }, 'Dead');
    await page.keyboard.press('x');
    await button(dialog(page), 'Discard').press('Enter');
    await until(() => count(page, 'dead'), '58');
    await page.keyboard.press('p');
    await until(() => page.locator('.run-state .chip').textContent(), 'Paused');
    await page.keyboard.press('?');
    const kept = page.waitForResponse(/preferences\?keys=off/);
    await page.getByLabel('Single keys are on').uncheck();
    await kept;
    await page.keyboard.press('Escape');
    await until(() => dialog(page).count(), 0);
    await page.keyboard.press('p');
    await page.reload();
    await until(() => count(page, 'dead'), '58');
    await page.keyboard.press('?');
    await page.keyboard.press('p');
    expect(await dialog(page).count()).toBe(0);
    expect((await inbox.stats()).paused).toBe(true);
    expect(faults).toEqual([]);
  });
});
