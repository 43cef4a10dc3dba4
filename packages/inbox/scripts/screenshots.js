// npm run long -- screenshots: docs/images/inbox-board.png of the built page, over an inbox with something to look at. Needs chromium.
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { openInbox } from '@videocloud/webhooks-inbox';
import { createBoard } from '@videocloud/webhooks-inbox/board';
import { chromium } from 'playwright-core';

const IMAGE = fileURLToPath(new URL('../../../docs/images/inbox-board.png', import.meta.url));
/** @param {unknown[]} of @param {number} at */
const pick = (of, at) => of[at % of.length];

const EVENTS = ['video.processed', 'video.processed', 'video.deleted', 'user.created', 'engagement.comment'];
const ERRORS = [
  'connect ECONNREFUSED 10.0.3.17:5432',
  'Timeout: the thumbnail service did not answer within 20000 ms',
  'duplicate key value violates unique constraint "videos_pkey"',
  "Cannot read properties of undefined (reading 'formats')",
];
/** Does not fit the schema of its event. */
const MISFIT = {
  videoId: 'vid_4711',
  status: 'ready',
  formats: [{ quality: '1080p', url: 'https://cdn.example/4711' }],
};

const inbox = await openInbox(':memory:', {
  maxAttempts: 2,
  retryDelay: 1,
  onError: () => undefined,
  onDead: () => undefined,
});
const board = createBoard(inbox, { basePath: '/admin/inbox', authorize: false });
const server = createServer(board.node);
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const address = server.address();
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}/admin/inbox/`;

let sent = 0;
/** @param {number} count @param {object} [data] */
async function accept(count, data) {
  for (let made = 0; made < count; made++, sent++) {
    const event = data === undefined ? pick(EVENTS, sent) : 'video.processed';
    const body = { event, timestamp: '2024-03-31T12:00:00Z', data: data ?? { videoId: `vid_${100_000 + sent}` } };
    await inbox.accept({ rawBody: Buffer.from(JSON.stringify(body)) });
  }
}

/** Runs handlers until nothing waits. @param {(at: number) => string | undefined} errorOf */
async function work(errorOf) {
  let at = 0;
  const processing = inbox.process(async () => {
    const error = errorOf(at++);
    if (error !== undefined) throw new Error(error);
  });
  for (;;) {
    const { waiting, running } = await inbox.stats();
    if (waiting + running === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await processing.stop();
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

try {
  await accept(4);
  await work((at) => String(pick(ERRORS, at >> 1)));
  const page = await browser.newPage({ colorScheme: 'light', locale: 'en-US', viewport: { width: 1440, height: 900 } });
  await page.goto(url);
  await page.locator('.row').first().waitFor();
  // The backlog grows, is worked off, and leaves dead letters: something for the chart.
  for (const waiting of [120, 90, 160, 60]) {
    await accept(waiting);
    await page.waitForTimeout(2_200);
  }
  await work((at) => (at % 9 === 0 ? String(pick(ERRORS, at)) : undefined));
  await page.waitForTimeout(2_200);
  await accept(1, MISFIT);
  await work(() => "Cannot read properties of undefined (reading 'size')");
  await accept(38);
  await page.waitForTimeout(4_400);
  await page.locator('.row').first().click();
  await page.locator('.misfit').waitFor();
  await page.mouse.move(0, 0);
  const shots = process.env.SHOTS;
  await page.screenshot({ path: IMAGE, animations: 'disabled' });
  console.log(`docs/images/inbox-board.png ${Math.round(statSync(IMAGE).size / 1024)} KiB`);
  if (shots !== undefined) await more(shots, page.url());
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await inbox.close();
}

/** Further looks, to be looked at and not to be kept. @param {string} folder @param {string} link */
async function more(folder, link) {
  for (const [name, colorScheme, locale, width, height] of /** @type {const} */ ([
    ['dark-en', 'dark', 'en-US', 1440, 900],
    ['light-ru', 'light', 'ru-RU', 1100, 800],
    ['dark-ru-360', 'dark', 'ru-RU', 360, 740],
  ])) {
    const page = await browser.newPage({ colorScheme, locale, viewport: { width, height } });
    await page.goto(width < 900 ? `${link.split('#')[0]}#/dead` : link);
    await page.locator('.row').first().waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${folder}/${name}.png` });
    if (width < 900) {
      await page.locator('.row').first().click();
      await page.locator('.misfit').waitFor();
      await page.screenshot({ path: `${folder}/${name}-record.png` });
      await page.locator('.close').click();
    }
    await page.locator('.list-actions .primary').click();
    await page.locator('.modal .primary:enabled').waitFor();
    await page.screenshot({ path: `${folder}/${name}-bulk.png` });
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.screenshot({ path: `${folder}/${name}-keys.png` });
  }
}
