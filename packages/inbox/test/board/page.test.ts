import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../../tests/support/browser.js';
import { button, count, detail, dialog, notice, rows } from './support/page.js';
import { accept, bodyOf, makeDead, startBoard } from './support/start-board.js';
import { until } from './support/wait.js';

const ONCE = { maxAttempts: 1, onDead: () => undefined };

describeInBrowser('the operations page', (browser) => {
  it('leads from the list to a record, its bytes and its error, and retries it until it is handled', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await accept(inbox, 3);
    await makeDead(inbox, (body) => `no such video in ${body.length} bytes`);
    const { page, faults } = await browser.open(url);
    await until(() => count(page, 'dead'), '3');
    await until(() => rows(page).count(), 3);
    await rows(page).first().click();
    const shown = detail(page);
    await shown.getByText('The handler failed at every attempt.').waitFor();
    expect(await shown.locator('.error-text').textContent()).toContain('no such video in 87 bytes');
    expect(await shown.locator('pre.pretty').textContent()).toContain('"event": "video.deleted"');
    await button(shown, 'Raw').click();
    expect(await shown.locator('pre.raw').textContent()).toMatch(/^\{"event":"video\.deleted","timestamp"/);
    await button(shown, 'Hex').click();
    expect(await shown.locator('pre.hex').textContent()).toMatch(/^000000 {2}7b 22 65 76/);

    const handled: string[] = [];
    const processing = inbox.process(({ id }) => void handled.push(id));
    await button(shown, 'Retry').click();
    await notice(page).getByText('Retried: 1.').waitFor();
    await until(() => count(page, 'handled'), '1');
    await until(() => count(page, 'dead'), '2');
    await until(() => shown.locator('.chip').first().textContent(), 'Handled');
    expect(handled).toEqual([decodeURIComponent(page.url().split('/').at(-1) ?? '')]);
    await processing.stop();
    expect(faults).toEqual([]);
  });

  it('retries what a filter matches, after a confirmation that has the count, and leaves the rest', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await accept(inbox, 30, 'video.deleted');
    await accept(inbox, 20, 'user.deleted');
    await makeDead(inbox, (body) => (Buffer.from(body).includes('_7') ? 'disk full' : 'timed out'));
    const { page, faults } = await browser.open(url);
    await until(() => rows(page).first().getAttribute('aria-setsize'), '50');
    await page.getByLabel('Event', { exact: true }).selectOption('video.deleted');
    await page.getByRole('searchbox').fill('timed out');
    await until(() => rows(page).getByText('disk full').count(), 0);
    await button(page, 'Retry all…').click();
    await until(() => dialog(page).locator('.big-count').textContent(), '29 records');
    expect(await dialog(page).locator('.conditions').textContent()).toBe('Deadvideo.deletedError contains: timed out');
    await button(dialog(page), 'Cancel').click();
    await until(() => dialog(page).count(), 0);
    expect((await inbox.stats()).dead).toBe(50);
    await button(page, 'Retry all…').click();
    await dialog(page).getByLabel('At most so many a second').fill('500');
    await button(dialog(page), 'Retry 29').click();
    await notice(page).getByText('Retried: 29.').waitFor();
    await until(() => count(page, 'waiting'), '29');
    expect((await inbox.list({ state: 'dead', event: 'video.deleted' })).items).toHaveLength(1);
    expect((await inbox.list({ state: 'dead', event: 'user.deleted' })).items).toHaveLength(20);
    await page.getByText('Nothing matches the filter.').waitFor();
    await button(page, 'Clear filter').click();
    await until(() => count(page, 'dead'), '21');
    await until(() => rows(page).first().getAttribute('aria-setsize'), '21');
    expect(faults).toEqual([]);
  });

  it('discards one record or all of a filter, and only after it was confirmed', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await accept(inbox, 5);
    await makeDead(inbox, () => 'broken');
    const { page, faults } = await browser.open(url);
    await rows(page).first().click();
    await button(detail(page), 'Discard').click();
    expect(await dialog(page).textContent()).toContain('Nothing brings them back.');
    await page.keyboard.press('Escape');
    await until(() => dialog(page).count(), 0);
    expect((await inbox.stats()).dead).toBe(5);
    await button(detail(page), 'Discard').click();
    await button(dialog(page), 'Discard').click();
    await notice(page).getByText('Discarded: 1.').waitFor();
    await until(() => count(page, 'dead'), '4');
    await button(page, 'Discard all…').click();
    await button(dialog(page), 'Discard 4').click();
    await page.getByText('No dead letters.').waitFor();
    expect(await inbox.stats()).toMatchObject({ dead: 0, waiting: 0, handled: 0 });
    expect(faults).toEqual([]);
  });

  it('shows why a payload does not fit, and bytes that are no event', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await inbox.accept({ rawBody: bodyOf('video.uploaded', { videoId: 7 }) });
    await makeDead(inbox, () => 'no title');
    const { page, faults } = await browser.open(url);
    await rows(page).first().click();
    const fit = detail(page).locator('.misfit');
    await until(
      () => fit.locator('p').first().textContent(),
      'The payload does not fit the built-in schema of video.uploaded:',
    );
    expect(await fit.locator('li').allTextContents()).toContain('data.videoId must be string');
    await button(page, 'Close').click();
    for (const [body, says] of [
      [Buffer.from([0x7b, 0xff]), 'The signed bytes are not UTF-8'],
      [Buffer.from('not json'), 'The signed bytes are not JSON'],
      [Buffer.from('{"event":"x"}'), 'The JSON is not an event'],
      [bodyOf('some.other', {}), 'The event is not in the catalog.'],
    ] as const) {
      const before = await rows(page).first().getAttribute('id');
      await inbox.discard({ state: 'dead' });
      await inbox.accept({ rawBody: body });
      await makeDead(inbox, () => 'broken');
      await button(page, 'Refresh').click();
      await until(async () => (await rows(page).first().getAttribute('id')) !== before, true);
      await rows(page).first().click();
      await until(() => fit.locator('p').first().textContent(), expect.stringContaining(says));
      await button(page, 'Close').click();
    }
    expect(faults).toEqual([]);
  });

  it('pauses and resumes the workers', async () => {
    const { inbox, url } = await startBoard();
    const { page, faults } = await browser.open(url);
    await button(page, 'Pause').click();
    await until(() => page.locator('.run-state .chip').textContent(), 'Paused');
    expect((await inbox.stats()).paused).toBe(true);
    await button(page, 'Resume').click();
    await until(() => page.locator('.run-state .chip').textContent(), 'Active');
    expect((await inbox.stats()).paused).toBe(false);
    expect(faults).toEqual([]);
  });

  it('holds one page of a long list, and turns pages without moving through it', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await accept(inbox, 120);
    await makeDead(inbox, () => 'broken');
    const { page, faults } = await browser.open(url);
    const seen = new Set<string>();
    const look = async (expected: number) => {
      await until(() => rows(page).first().getAttribute('aria-setsize'), String(expected));
      // Only the rows in sight are drawn: the keyboard brings in the others.
      await page.locator('.rows').press('End');
      await until(() => rows(page).last().getAttribute('aria-posinset'), String(expected));
      await page.locator('.rows').press('Home');
      await until(() => rows(page).first().getAttribute('aria-posinset'), '1');
      seen.add((await rows(page).first().getAttribute('id')) ?? '');
    };
    await look(50);
    expect(await button(page, /Previous/).isDisabled()).toBe(true);
    await button(page, /Next/).click();
    await page.getByText('Page 2').waitFor();
    await until(async () => seen.has((await rows(page).first().getAttribute('id')) ?? ''), false);
    await look(50);
    await button(page, /Next/).click();
    await look(20);
    expect(await button(page, /Next/).isDisabled()).toBe(true);
    expect(seen.size).toBe(3);
    await button(page, /Previous/).click();
    await look(50);
    expect(seen.size).toBe(3);
    expect(faults).toEqual([]);
  });

  it('follows the backlog while it is open, and says when the server is gone', async () => {
    const { inbox, url } = await startBoard();
    const { page } = await browser.open(url);
    await until(
      () => page.locator('.chart svg').getAttribute('aria-label'),
      expect.stringMatching(/^Backlog 0, at most 0/),
    );
    await accept(inbox, 12);
    await until(
      () => page.locator('.chart svg').getAttribute('aria-label'),
      expect.stringMatching(/^Backlog 12, at most 12/),
    );
    await until(() => count(page, 'waiting'), '12');
    await page.context().setOffline(true);
    await page.getByText('Connection lost').waitFor();
    await page.context().setOffline(false);
    await page.getByText('Connection lost').waitFor({ state: 'detached' });
  });

  it('says that a bulk retry may still go on when its connection ends first', async () => {
    const { inbox, url } = await startBoard({}, ONCE);
    await accept(inbox, 2);
    await makeDead(inbox, () => 'broken');
    const { page } = await browser.open(url);
    await page.route(/api\/retry/, (route) => route.abort());
    await button(page, 'Retry all…').click();
    await button(dialog(page), 'Retry 2').click();
    await notice(page).getByText('The server may still be at it').waitFor();
  });
});
