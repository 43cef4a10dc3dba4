// node packages/inspector/scripts/screenshots.js: docs/images/inspector-*.png of the built page, with the sample receiver behind it. Needs chromium.
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createInspector } from '@videocloud/webhooks-inspector';
import { createSender } from '@videocloud/webhooks-sender';
import { chromium } from 'playwright-core';
import { startSampleReceiver } from './sample-receiver.js';

// By its place: the sender itself does not depend on the kit.
const kit = await import(String(new URL('../../conformance/dist/index.js', import.meta.url)));
const IMAGES = fileURLToPath(new URL('../../../docs/images/', import.meta.url));
const SECRET = 'secret-of-the-screenshots';
const EVENTS = [
  'video.uploaded',
  'video.processed',
  'video.published',
  'video.deleted',
  'user.created',
  'system.error',
];

const receiver = await startSampleReceiver({ secret: SECRET, say: () => undefined });
const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true });
const { url: apiUrl } = await sender.listen();
const inspector = createInspector({
  sender,
  apiUrl,
  conformance: {
    cases: kit.listCases(),
    run: ({ url, ...options }) => kit.checkReceiver(url, { ...options, fast: true }),
    format: kit.formatReport,
  },
});
const { url } = await inspector.listen();
await fetch(`${apiUrl}/webhooks`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ url: receiver.url, events: EVENTS, secret: SECRET }),
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});

/** @param {string} name @param {import('playwright-core').Page} page */
async function shoot(name, page) {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${IMAGES}${name}.png`, animations: 'disabled' });
  console.log(`docs/images/${name}.png ${Math.round(statSync(`${IMAGES}${name}.png`).size / 1024)} KiB`);
}

/** @param {'light' | 'dark'} colorScheme @param {string} locale @param {number} width @param {number} height */
async function open(colorScheme, locale, width, height) {
  const page = await browser.newPage({ colorScheme, locale, viewport: { width, height } });
  await page.goto(url);
  await page.locator('.composer').waitFor();
  return page;
}

/** @param {import('playwright-core').Page} page @param {string} text */
const click = (page, text) => page.getByRole('button', { name: text, exact: true }).click();

try {
  mkdirSync(IMAGES, { recursive: true });
  const dark = await open('dark', 'en-US', 1440, 860);
  await click(dark, 'Upload → processed → published');
  await dark.locator('.steps li').nth(2).waitFor();
  for (const broken of ['Unsigned', 'Tampered', 'Re-serialized']) {
    await click(dark, broken);
    await dark.locator('.row').filter({ hasText: broken }).first().waitFor();
  }
  await dark.locator('.composer form select').first().selectOption('system.error');
  await dark.getByLabel('Payload (data)').fill('{\n  "videoId": "vid_123456",\n  "break": true\n}');
  await click(dark, 'Send');
  await dark.locator('.why .schedule').waitFor();
  await click(dark, 'To next attempt');
  await dark.locator('button.step').nth(1).waitFor();
  await dark.locator('.notice button').click();
  await dark.locator('.composer').evaluate((composer) => composer.scrollTo(0, 0));
  await shoot('inspector-dark', dark);

  const light = await open('light', 'ru-RU', 1280, 800);
  await light.locator('.row').filter({ hasText: 'Пересобранный' }).first().click();
  await light.locator('.why .causes').waitFor();
  await shoot('inspector-why-ru', light);
  await click(light, 'Подписки');
  await click(light, 'Изменить события');
  await shoot('inspector-subscriptions-ru', light);

  await click(dark, 'Conformance');
  await click(dark, 'Run');
  await dark.locator('.conf-level').waitFor({ timeout: 120_000 });
  await shoot('inspector-conformance', dark);

  const small = await open('light', 'en-US', 360, 720);
  await small.locator('.row').nth(2).waitFor();
  await shoot('inspector-360', small);
} finally {
  await browser.close();
  await inspector.close();
  await sender.close();
  await receiver.close();
}
