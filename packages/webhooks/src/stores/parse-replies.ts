import type { Claim } from './idempotency-store.js';

/**
 * A claim from the text that a store's script or statement answers with. One text rather than a row or a list: clients
 * rename columns, and turn numbers into strings, BigInt or Buffers.
 *
 * @throws TypeError for any other reply; what is not understood must never count as handled
 */
export function claimOf(reply: unknown, token: string): Claim {
  const [, state, number] = /^(claimed|in_progress|done)(?: ([1-9]\d{0,15}))?$/.exec(textOf(reply)) ?? [];
  if (state === 'claimed' && number !== undefined) return { state, token, attempt: Number(number) };
  if (state === 'in_progress' && number !== undefined) return { state, retryAfterMs: Number(number) };
  if (state === 'done' && number === undefined) return { state };
  throw notUnderstood(reply);
}

/**
 * Whether the token held the claim, from a reply of `held` or `lost`.
 *
 * @throws TypeError for any other reply
 */
export function heldOf(reply: unknown): boolean {
  const text = textOf(reply);
  if (text !== 'held' && text !== 'lost') throw notUnderstood(reply);
  return text === 'held';
}

/**
 * A count from a reply of digits, at most `max`.
 *
 * @throws TypeError for any other reply
 */
export function countOf(reply: unknown, max: number): number {
  const text = textOf(reply);
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= max)) throw notUnderstood(reply);
  return count;
}

/** The error for a reply that is not ours. It holds no part of the reply but its type. */
export function notUnderstood(reply: unknown): TypeError {
  const kind = reply === null ? 'null' : Array.isArray(reply) ? 'a list' : `a value of type ${typeof reply}`;
  return new TypeError(
    `The reply of the database client was not understood (${kind}): give the store the client itself, not a pipeline, ` +
      'a transaction queue or a wrapper that changes replies',
  );
}

function textOf(reply: unknown): string {
  if (typeof reply === 'string') return reply;
  return ArrayBuffer.isView(reply) ? new TextDecoder().decode(reply as Uint8Array<ArrayBuffer>) : '';
}
