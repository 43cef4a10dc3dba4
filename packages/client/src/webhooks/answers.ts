import { isObject } from '../http/envelope.js';
import type { Webhook } from './types.js';

/** Whether the data of an answer is a webhook. */
export function isWebhook(data: unknown): data is Webhook {
  return isObject(data) && typeof data.id === 'string' && typeof data.url === 'string' && Array.isArray(data.events);
}

/** Whether the data of an answer is a page of a list. */
export function isPage(data: Record<string, unknown>): data is Record<string, unknown> & { items: unknown[] } {
  const { items, nextCursor } = data;
  return Array.isArray(items) && items.every(isObject) && (nextCursor === undefined || typeof nextCursor === 'string');
}
