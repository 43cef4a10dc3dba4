import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { breakDown, button, detail, rows, send, until } from './support/page.js';
import { startInspector } from './support/start-inspector.js';

describeInBrowser('two deliveries compared', (browser) => {
  it('shows the first byte, the headers and the answer that differ; a copied link opens the same view', async () => {
    const { url, receiver, sender } = await startInspector();
    breakDown(receiver);
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    await until(() => rows(page).count(), 1);
    receiver.answer();
    await send(page, 'video.updated');
    await until(() => rows(page).count(), 2);
    const of = (name: string) => sender.deliveries().items.find(({ event }) => event === name)?.id ?? '';
    await until(() => detail(page).locator('h2').textContent(), 'video.updated');
    await button(page, 'Compare').click();
    const panel = page.getByRole('region', { name: 'Compare', exact: true });
    await panel.getByLabel('Compare with').selectOption(of('video.deleted'));
    await until(() => panel.locator('mark').first().textContent(), 'u');
    await until(() => panel.locator('mark').nth(2).textContent(), 'd');
    expect(await panel.textContent()).toContain('The first difference is byte 17');
    expect(await panel.locator('tbody th').allTextContents()).toContain('← status');
    expect(await panel.locator('tbody th').allTextContents()).toContain('→ x-videocloud-signature');
    await until(() => new URL(page.url()).hash, `#/deliveries/${of('video.updated')}?compared=${of('video.deleted')}`);

    const { page: other, faults: otherFaults } = await browser.open(page.url());
    await until(() => other.locator('.byte-diff mark').first().textContent(), 'u');
    await other.close();

    // Two attempts of one delivery: the bytes are the same, the answers are not.
    await sender.advance(60_000);
    await rows(page).last().click();
    await until(() => detail(page).locator('button.step').count(), 2);
    await button(page, 'Compare').click();
    await panel.getByLabel('Compare with').selectOption(`${of('video.deleted')}/1`);
    await until(() => panel.textContent(), expect.stringContaining('Equal: '));
    expect(await panel.locator('tbody tr').filter({ hasText: 'status' }).locator('td').allTextContents()).toEqual([
      '200',
      '500',
    ]);
    expect([...faults, ...otherFaults]).toEqual([]);
  });
});
