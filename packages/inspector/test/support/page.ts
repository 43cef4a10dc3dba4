import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ExpressReceiver } from './express.js';

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
export const eventPicker = (page: Page): Locator => page.locator('.composer form select').first();
export const detail = (page: Page): Locator => page.locator('.detail-pane');
export const rows = (page: Page): Locator => page.locator('.row');
export const verdict = (page: Page): Promise<string | null> => detail(page).locator('.chip').first().textContent();

/** Waits until something is so; what it was instead is in the message. */
export async function until(what: () => unknown, expected: unknown): Promise<void> {
  await expect.poll(what, { timeout: 60_000, interval: 50 }).toEqual(expected);
}

export async function send(page: Page, event: string): Promise<void> {
  await eventPicker(page).selectOption(event);
  await button(page, 'Send').click();
}

export function breakDown(receiver: ExpressReceiver): void {
  receiver.answer((_request, response) => void response.status(500).send('broken'));
}
