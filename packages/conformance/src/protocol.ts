// The platform's facts, written a second time on purpose: the kit shares no code with what it tests, or one wrong fact
// would be wrong on both sides. A test compares them with `@videocloud/webhooks/protocol`.

/** The header that carries the signature, as the guide writes it. */
export const SIGNATURE = 'X-VideoCloud-Signature';

/** Every name that a delivery may carry. */
export const DELIVERED_EVENTS = [
  'video.uploaded',
  'video.processed',
  'video.published',
  'video.updated',
  'video.deleted',
  'user.created',
  'user.registered',
  'user.updated',
  'user.deleted',
  'engagement.view',
  'engagement.like',
  'engagement.comment',
  'comment.created',
  'system.error',
  'system.warning',
] as const;

/** From the first attempt to the last retry, in milliseconds: after 1, 5, 15, 30 and 60 minutes. */
export const RETRY_HORIZON_MS: number = (1 + 5 + 15 + 30 + 60) * 60_000;
