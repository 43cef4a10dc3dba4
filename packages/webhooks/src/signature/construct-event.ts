import { errorOf } from '../errors.js';
import { clockOption, judgeAge, maxAgeOption } from '../events/age.js';
import { readEvent } from '../events/envelope.js';
import type { WebhookEvent } from '../events/types.js';
import { requireKnownOptions } from '../unknown-options.js';
import { copyBytes, type RawBody } from './bytes.js';
import type { Secrets } from './secrets.js';
import { type Verification, verify } from './verify.js';

/** The options of {@link constructEvent}. */
export interface ConstructEventOptions {
  /** Reject events older than this many milliseconds; off by default, at least 6 960 000. */
  maxAge?: number | undefined;
  /** The clock, in milliseconds since the epoch. */
  now?: (() => number) | undefined;
}

/**
 * Verifies a delivery over its raw bytes and parses it.
 *
 * Checks the envelope only; `isEvent` or `validateEvent` prove the payload.
 *
 * @param body the bytes as received, before any parser
 * @param signature the value of `X-VideoCloud-Signature`, whatever it is
 * @param secrets the subscription's secret, or several during a rotation
 * @throws WebhookError `signature_missing`, `signature_malformed`, `signature_mismatch` (401), `body_not_utf8`,
 *   `body_not_json`, `envelope_invalid` (400), with `maxAge` also `timestamp_too_old` (401) and `timestamp_in_future` (503)
 * @throws TypeError on misuse: as `verify` does, and for a `maxAge` below the retry horizon and 5 minutes
 * @example
 * ```ts
 * import { constructEvent } from '@videocloud/webhooks';
 *
 * export async function title(request: Request, secret: string): Promise<string | undefined> {
 *   const rawBody = await request.arrayBuffer();
 *   const event = await constructEvent(rawBody, request.headers.get('x-videocloud-signature'), secret);
 *   return event.event === 'video.uploaded' ? event.data.title : undefined;
 * }
 * ```
 * @see the guide, "Подписи вебхуков"
 */
export async function constructEvent(
  body: RawBody,
  signature: unknown,
  secrets: Secrets,
  options?: ConstructEventOptions,
): Promise<WebhookEvent> {
  requireKnownOptions('constructEvent', options ?? {}, ['maxAge', 'now']);
  const bytes = copyBytes(body);
  return eventFrom(bytes, await verify(bytes, signature, secrets), options);
}

/** Parses bytes after their verification. `bytes` must be a private copy. */
export function eventFrom(
  bytes: Uint8Array,
  verification: Verification,
  options?: ConstructEventOptions,
): WebhookEvent {
  const maxAge = maxAgeOption(options?.maxAge);
  const now = clockOption(options?.now);
  if (!verification.ok) throw errorOf(verification.code);
  const read = readEvent(bytes);
  if (!read.ok) throw errorOf(read.code, read.detail);
  const age = judgeAge(read.event.timestamp, maxAge, now);
  if (age !== 'fine') throw errorOf(age);
  return read.event;
}
