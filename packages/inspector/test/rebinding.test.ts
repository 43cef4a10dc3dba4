import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { startInspector } from './support/start-inspector.js';

/** The server of a stranger, whose page the browser has open. */
async function strangersPage(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>a page of a stranger</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://evil.rebound.test:${(server.address() as AddressInfo).port}/`;
}

describeInBrowser('a page of a stranger', (browser) => {
  it('gets nothing under a name that was rebound to this machine', async () => {
    const { url, apiUrl, sender } = await startInspector();
    await sender.emit({ event: 'video.deleted', data: { videoId: 'vid_1' } });
    await sender.idle();
    const { page } = await browser.open(await strangersPage());
    for (const target of [`${apiUrl}/webhooks`, url, `${url}api/state`, `${url}api/live`, `${url}api/deliveries`]) {
      const { port, pathname } = new URL(target);
      const response = await page.goto(`http://evil.rebound.test:${port}${pathname}`);
      expect([target, response?.status()]).toEqual([target, 421]);
      expect(await response?.text()).not.toContain('whk_');
    }
  });

  it('changes and reads nothing across origins', async () => {
    const { url, apiUrl, sender, receiver } = await startInspector();
    const before = sender.webhooks();
    const { page } = await browser.open(await strangersPage());
    const targets = [
      `${apiUrl}/webhooks`,
      `${apiUrl}/webhooks/${before[0]?.id}/test`,
      `${url}api/send`,
      `${url}api/manage/webhooks`,
    ];
    const body = JSON.stringify({ url: receiver.url, events: ['video.deleted'], secret: 's', event: 'video.deleted' });
    const read = (await page.evaluate(`(async () => {
      const read = [];
      for (const target of ${JSON.stringify(targets)}) {
        for (const init of [
          { mode: 'no-cors', method: 'POST', body: ${JSON.stringify(body)} },
          { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} },
          { method: 'DELETE' },
          {},
        ]) {
          await fetch(target, init).then(async (response) => {
            if (response.type !== 'opaque') read.push(await response.text());
          }, () => undefined);
        }
      }
      return read;
    })()`)) as string[];
    expect(read).toEqual([]);
    expect(sender.webhooks()).toEqual(before);
    expect(sender.deliveries().items).toEqual([]);
  });
});
