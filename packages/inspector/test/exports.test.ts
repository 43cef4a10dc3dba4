import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { sign } from '@videocloud/webhooks';
import { expect, it } from 'vitest';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { breakDown, rows, send, until } from './support/page.js';
import { SECRET, startInspector } from './support/start-inspector.js';

const BODY = '{"event":"video.updated", "timestamp":"2024-03-31T12:00:00Z","data":{"title":"Ж\\u0416 ’</script>"}}';

async function started() {
  const running = await startInspector();
  const post = (path: string, body: object) =>
    fetch(`${running.url}api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const probe = async (mode: string) => {
    const answer = await post('/probe', {
      webhookId: running.webhookId,
      mode,
      body: Buffer.from(BODY).toString('base64'),
    });
    const { items } = (await answer.json()) as { items: { id: string }[] };
    return items.map(({ id }) => id);
  };
  return { ...running, post, probe };
}

it('exports the very bytes and headers of a delivery', async () => {
  const { post, probe } = await started();
  const ids = await probe('exact');
  const signature = await sign(BODY, SECRET);
  const file = async (format: string) => {
    const answer = await post('/export', { format, ids });
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${ids[0]}.${format}"`);
    const text = await answer.text();
    expect(text).not.toContain(SECRET);
    return text;
  };
  const har = JSON.parse(await file('har')) as {
    log: { creator: { version: string }; entries: [{ request: object }] };
  };
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  expect(har.log.creator.version).toBe(JSON.parse(manifest).version);
  expect(har.log.entries[0].request).toMatchObject({
    method: 'POST',
    postData: { text: BODY },
    headers: expect.arrayContaining([{ name: 'X-VideoCloud-Signature', value: signature }]),
  });
  expect(JSON.parse(await file('ndjson'))).toMatchObject({
    deliveryId: ids[0],
    bodyBase64: Buffer.from(BODY).toString('base64'),
    headers: { 'X-VideoCloud-Signature': signature },
  });
  const http = await file('http');
  expect(http).toMatch(/^POST http:\S+\/webhooks HTTP\/1\.1\r\n/);
  expect(http).toContain(`\r\nX-VideoCloud-Signature: ${signature}\r\n`);
  expect(http.endsWith(`\r\n\r\n${BODY}`)).toBe(true);
});

it('exports a selection as curl commands that send the same bytes from a shell', async () => {
  const { post, probe, receiver } = await started();
  const ids = [...(await probe('exact')), ...(await probe('tampered'))];
  const answer = await post('/export', { format: 'curl', ids });
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="deliveries.sh"');
  const script = await answer.text();
  expect(script).not.toContain(SECRET);
  const bodies: string[] = [];
  receiver.answer((request, response) => {
    request.setEncoding('latin1').on('data', (text: string) => bodies.push(text));
    request.on('end', () => response.status(200).send('ok'));
  });
  await promisify(execFile)('bash', ['-c', script]);
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toBe(Buffer.from(BODY).toString('latin1'));
  expect(bodies[1]).not.toBe(bodies[0]);
});

it('refuses unknown formats, unknown ids and too many', async () => {
  const { post } = await started();
  for (const [input, status] of [
    [{ format: 'exe', ids: ['prb_1'] }, 422],
    [{ format: 'har', ids: [] }, 422],
    [{ format: 'har', ids: [1] }, 422],
    [{ format: 'har', ids: Array.from({ length: 1_001 }, () => 'prb_1') }, 422],
    [{ format: 'har', ids: ['prb_1'] }, 404],
  ] as const) {
    const answer = await post('/export', input);
    expect([answer.status, ((await answer.json()) as { success: boolean }).success]).toEqual([status, false]);
  }
});

describeInBrowser('export from the page', (browser) => {
  it('downloads what the list shows, and a delivery alone', async () => {
    const { url, receiver, sender } = await startInspector();
    breakDown(receiver);
    const { page, faults } = await browser.open(url);
    await send(page, 'video.deleted');
    await send(page, 'video.updated');
    await until(() => rows(page).count(), 2);
    await page.getByRole('searchbox').fill('video.upd');
    await until(() => rows(page).count(), 1);
    const downloading = page.waitForEvent('download');
    await page.locator('.filters').getByLabel('Export').selectOption('ndjson');
    const file = await (await downloading).path();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const id = sender.deliveries().items.find(({ event }) => event === 'video.updated')?.id;
    expect(lines.map((line) => (JSON.parse(line) as { deliveryId: string }).deliveryId)).toEqual([id]);
    expect(faults).toEqual([]);
  });
});
