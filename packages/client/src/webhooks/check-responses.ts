import { VideoCloudApiError } from '../errors.js';
import { isObject } from '../http/envelope.js';
import { isId } from './check-arguments.js';
import type { Delivery, TestResult, Webhook } from './types.js';

/** Whether the data of an answer is a webhook. */
export function isWebhook(data: unknown): data is Webhook {
  return (
    hasTexts(data, ['id', 'url'], ['status', 'createdAt']) && Array.isArray(data.events) && data.events.every(isText)
  );
}

/** Throws for a webhook of a list whose id cannot be a part of the path of the calls that follow. */
export function requireUsableId(method: string, { id }: Webhook): void {
  if (isId(id)) return;
  const message = `${method}: the server lists a webhook with an id that cannot be used`;
  throw new VideoCloudApiError({ status: 200, code: 'invalid_response', message, attempts: 1 });
}

/** Whether an item of an answer is a delivery. */
export function isDelivery(data: unknown): data is Delivery {
  return hasTexts(data, ['id'], ['event', 'status', 'timestamp', 'error']);
}

/** Whether the data of an answer is a test delivery. */
export function isTestResult(data: unknown): data is TestResult {
  return hasTexts(data, ['deliveryId'], ['status']);
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Members that a server leaves out are its affair; a member of another type is no answer of this API. */
function hasTexts(
  data: unknown,
  required: readonly string[],
  others: readonly string[],
): data is Record<string, unknown> {
  return (
    isObject(data) &&
    required.every((name) => isText(data[name])) &&
    others.every((name) => data[name] === undefined || data[name] === null || isText(data[name]))
  );
}

/** Whether the data of an answer is a page of a list. */
export function isPage(data: Record<string, unknown>): data is Record<string, unknown> & { items: unknown[] } {
  const { items, nextCursor } = data;
  return Array.isArray(items) && items.every(isObject) && typeof (nextCursor ?? '') === 'string';
}

/** Whether a member of an answer counts something: JSON can hold `-1`, `0.5` and `1e999`, which is Infinity. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
