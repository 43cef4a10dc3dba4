import { nearestName } from '@videocloud/webhooks/protocol';
import type { ListOptions, UpdateWebhookInput } from './types.js';

/**
 * Throws a `TypeError` for an option that does not exist, naming the nearest one: `{ dryrun: true }` must not run for real.
 */
export function checkOptions(method: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || 'then' in options) {
    throw new TypeError(`${method}: options must be an object`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known, 3);
    const hint = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean "${nearest}"?`;
    throw new TypeError(`${method}: unknown option ${JSON.stringify(name.slice(0, 64))}, ${hint}`);
  }
  checkSignal(method, (options as { signal?: unknown }).signal);
}

/** Throws a `TypeError` for a flag that is neither true nor false: `'false'` must not count as yes. */
export function checkFlag(method: string, name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TypeError(`${method}: ${name} must be true or false`);
}

function checkSignal(method: string, signal: unknown): void {
  if (signal === undefined) return;
  const shape = typeof signal === 'object' && signal !== null ? (signal as Partial<AbortSignal>) : {};
  if (typeof shape.aborted !== 'boolean' || typeof shape.addEventListener !== 'function') {
    throw new TypeError(`${method}: signal must be an AbortSignal, such as the signal member of an AbortController`);
  }
}

/** Whether a text can be a part of the path: "." and ".." would be steps of it, half a surrogate pair cannot be encoded. */
export function isId(id: unknown): id is string {
  return typeof id === 'string' && /^(?!\.{1,2}$)[^\s\p{Cs}]+$/u.test(id);
}

/** The id of a webhook as a part of the path. */
export function pathOf(method: string, id: string): { id: string } {
  if (!isId(id)) {
    throw new TypeError(`${method}: id must be the id of a webhook, such as "whk_123456"`);
  }
  return { id };
}

/** The members to change; a `TypeError` when all that are given are undefined, as where a variable is not set. */
export function changesOf(changes: UpdateWebhookInput) {
  const { url, events, secret, status } = changes;
  const names = Object.keys(changes);
  if (names.length > 0 && [url, events, secret, status].every((value) => value === undefined)) {
    throw new TypeError(`update: there is nothing to change: ${names.join(', ')} undefined, is the variable set?`);
  }
  return {
    ...(url === undefined ? {} : { url }),
    ...(events === undefined ? {} : { events: [...events] }),
    ...(secret === undefined ? {} : { secret }),
    ...(status === undefined ? {} : { status }),
  };
}

/** The query of a page. */
export function queryOf(method: string, { limit, cursor }: ListOptions): { limit?: number; cursor?: string } {
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) {
    throw new TypeError(`${method}: limit must be a whole number from 1`);
  }
  if (cursor !== undefined && (typeof cursor !== 'string' || cursor === '')) {
    throw new TypeError(`${method}: cursor must be the nextCursor of the page before`);
  }
  return { ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }) };
}
