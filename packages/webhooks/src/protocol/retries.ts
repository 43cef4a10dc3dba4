/** How long after a failure the first retry comes, in milliseconds. */
export const FIRST_RETRY_MS = 60_000;

/**
 * The delay before each retry, in milliseconds: 1, 5, 15, 30 and 60 minutes after failures 1 to 5.
 *
 * The sixth failure of one delivery marks the webhook as failed.
 *
 * @example
 * ```ts
 * import { RETRY_DELAYS_MS } from '@videocloud/webhooks/protocol';
 *
 * const attempts = RETRY_DELAYS_MS.length + 1; // 6
 * ```
 * @see the guide, "Обработка ошибок и повторные попытки"
 */
export const RETRY_DELAYS_MS: readonly number[] = /* @__PURE__ */ Object.freeze([
  FIRST_RETRY_MS,
  300_000,
  900_000,
  1_800_000,
  3_600_000,
]);

/** How long after its first attempt a delivery is last retried, in milliseconds: 111 minutes, the sum of {@link RETRY_DELAYS_MS}. */
export const RETRY_HORIZON_MS = 6_660_000;
