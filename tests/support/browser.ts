import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((place) => place !== undefined && existsSync(place));

// A name of a stranger that leads to this machine, as after DNS rebinding.
const REBOUND = '--host-resolver-rules=MAP *.rebound.test 127.0.0.1';

export interface InBrowser {
  /** A page in a context of its own; script errors and complaints of the browser are noted. */
  open(url: string, options?: BrowserContextOptions): Promise<OpenPage>;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, of the content security policy, and dialogs: all that must not be. */
  readonly faults: string[];
}

/** Tests that need a browser; without one they are skipped, and that is said where nobody overlooks it. */
export function describeInBrowser(name: string, tests: (browser: InBrowser) => void): void {
  if (executablePath === undefined) {
    process.stderr.write(
      `\n!!! NOT TESTED, no chromium on this machine: ${name}\n!!! apt-get install chromium, or set CHROMIUM to a browser's path.\n\n`,
    );
    describe.skip(`${name} (NO CHROMIUM)`, () => tests({ open: () => Promise.reject(new Error('no browser')) }));
    return;
  }
  describe(name, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      // Tests run as root in containers, where the sandbox of chromium does not.
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', REBOUND] });
    });
    afterAll(() => browser?.close());
    tests({
      async open(url, options = {}) {
        if (browser === undefined) throw new Error('The browser did not start');
        const context = await browser.newContext({
          viewport: { width: 1440, height: 900 },
          locale: 'en-US',
          permissions: ['clipboard-read', 'clipboard-write'],
          ...options,
        });
        context.setDefaultTimeout(60_000);
        const page = await context.newPage();
        const faults = watch(page);
        await page.goto(url);
        return { page, faults };
      },
    });
  });
}

function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`pageerror: ${error.message}`));
  page.on('console', (message) => {
    // A refusal of the server is said on the page; the browser's own line about it is no fault.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
      faults.push(`console: ${message.text()}`);
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => undefined);
  });
  return faults;
}

/** To evaluate on a page: 60 frames, each somewhere else in the list `.rows`; how long each took, in milliseconds. */
export const SCROLL_FRAMES = `(async () => {
  const list = document.querySelector('.rows');
  const frame = () => new Promise(requestAnimationFrame);
  const took = [];
  let last = await frame();
  for (let at = 0; at < 60; at++) {
    list.scrollTop = (list.scrollHeight * (at * 37 % 60)) / 60;
    const now = await frame();
    took.push(Math.round(now - last));
    last = now;
  }
  return took;
})()`;
