import type { Locator, Page } from 'playwright-core';

export const button = (page: Page | Locator, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: typeof name === 'string' });
export const rows = (page: Page): Locator => page.locator('.row');
export const detail = (page: Page): Locator => page.locator('.detail-pane');
export const dialog = (page: Page): Locator => page.getByRole('dialog');
/** The count of a state, as its card shows it. */
export const count = (page: Page, state: string): Promise<string | null> =>
  page.locator(`.state-${state} strong`).textContent();
export const notice = (page: Page): Locator => page.locator('.notice');
