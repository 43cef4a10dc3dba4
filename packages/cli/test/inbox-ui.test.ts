import { PassThrough } from 'node:stream';
import { fixture } from '@videocloud/webhooks/testing';
import { type Inbox, openInbox } from '@videocloud/webhooks-inbox';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ask } from '../../../tests/support/ask.js';
import { describeInBrowser } from '../../../tests/support/browser.js';
import { run } from '../src/main.js';
import { path, start } from './harness.js';

let inbox: Inbox;
let url: string;
let made = 0;

beforeEach(async () => {
  url = `file:${path(`board-${made++}.db`)}`;
  inbox = await openInbox(url, { maxAttempts: 1, onError: () => {}, pollInterval: 20 });
  await inbox.accept({ rawBody: Buffer.from(JSON.stringify(fixture('video.deleted'))) });
  const processing = inbox.process(() => {
    throw new Error('no such table');
  });
  await expect.poll(() => inbox.stats(), { timeout: 30_000 }).toMatchObject({ dead: 1, running: 0 });
  await processing.stop();
});
afterEach(() => inbox.close());

async function ui(...args: string[]): Promise<string> {
  const running = start(['inbox', 'ui', '--json', ...args], { env: { INBOX_URL: url } });
  onTestFinished(async () => {
    running.kill('SIGINT');
    expect((await running.done).code).toBe(130);
  });
  return running.said(/"page": "([^"]+)"/);
}

const own = (page: string) => ({ 'x-videocloud-board': '1', origin: new URL(page).origin });

describe('inbox ui', () => {
  it('takes a write of its own page only', async () => {
    const page = await ui();
    const { port } = new URL(page);
    const post = (headers: Record<string, string>) => ask(`${page}api/retry?state=dead`, headers, 'POST');
    for (const headers of [
      { ...own(page), host: 'evil.example', origin: 'http://evil.example' },
      { ...own(page), host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
      { ...own(page), origin: 'https://evil.example' },
      { ...own(page), 'sec-fetch-site': 'cross-site' },
      {},
    ])
      expect([headers, (await post(headers)).status]).toEqual([headers, 403]);
    expect((await inbox.stats()).dead).toBe(1);
    expect((await post(own(page))).body).toBe('{"count":1}');
  });

  it('changes nothing with --read-only', async () => {
    const page = await ui('--read-only');
    for (const at of ['api/retry?state=dead', 'api/discard?state=dead', 'api/pause'])
      expect((await ask(`${page}${at}`, own(page), 'POST')).status).toBe(403);
    expect(await inbox.stats()).toMatchObject({ dead: 1, paused: false });
  });
});

it('hears a Ctrl-C that came while the inbox opened', async () => {
  const stdout = new PassThrough();
  const io = { stdin: new PassThrough(), stdout, stderr: new PassThrough(), env: {}, signal: AbortSignal.abort() };
  expect(await run(['inbox', 'ui', '--json', '--inbox', url], io)).toBe(130);
  const { page } = JSON.parse(String(stdout.read()));
  await expect(ask(page)).rejects.toThrow('ECONNREFUSED');
});

describeInBrowser('the page of inbox ui', (browser) => {
  it('retries a dead letter', async () => {
    const { page, faults } = await browser.open(await ui());
    await page.locator('.row').click();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByText('Retried: 1.').waitFor();
    expect(await inbox.stats()).toMatchObject({ dead: 0, waiting: 1 });
    expect(faults).toEqual([]);
  });
});
