// The drill of an operator at the page: a handler with a bug, its dead letters, the fix, one bulk retry.
import { createReceiver } from '@videocloud/webhooks';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser } from '../../../../tests/support/browser.js';
import { openInbox } from '../../src/index.js';
import { ENGINES } from '../engines.js';
import { button, count, dialog, notice } from './support/page.js';
import { accept, serveBoard } from './support/start-board.js';
import { until } from './support/wait.js';

const DELIVERIES = Number(process.env.DELIVERIES ?? 100);

describeInBrowser(`${DELIVERIES} dead letters, retried at the page`, (browser) => {
  it.each(ENGINES.filter(({ available }) => available()))('are all handled, each once, on $name', async (engine) => {
    const store = await engine.start();
    onTestFinished(() => store.stop());
    const inbox = await openInbox(store.url, {
      ...{ maxAttempts: 2, retryDelay: 1, pollInterval: 20, onDead: () => undefined },
    });
    const url = await serveBoard(inbox);
    const handled = new Map<string, number>();
    let fixed = false;
    const receiver = createReceiver({ secrets: 'a-secret', inbox, onError: () => undefined });
    receiver.on('video.deleted', ({ data }) => {
      if (!fixed) throw new Error('Cannot read properties of undefined');
      const id = String((data as { videoId?: unknown }).videoId);
      handled.set(id, (handled.get(id) ?? 0) + 1);
    });
    inbox.process(receiver);
    await accept(inbox, DELIVERIES);

    const all = DELIVERIES.toLocaleString('en-US');
    const { page, faults } = await browser.open(url);
    await until(() => count(page, 'dead'), all);
    fixed = true;
    await button(page, 'Retry all…').click();
    await until(() => dialog(page).locator('.big-count').textContent(), `${all} records`);
    await dialog(page).getByLabel('At most so many a second').fill('200');
    await button(dialog(page), `Retry ${all}`).click();
    await notice(page).getByText(`Retried: ${all}.`).waitFor();
    await until(() => count(page, 'handled'), all);
    expect(await count(page, 'dead')).toBe('0');
    await page.getByText('No dead letters.').waitFor();
    expect(handled.size).toBe(DELIVERIES);
    expect(new Set(handled.values())).toEqual(new Set([1]));
    expect(faults).toEqual([]);
  });
});
