// Generated from openapi.yaml by scripts/generate.js. Do not edit: change the source and run `npm run generate`.
/** The names one may subscribe to. */
export const EVENT_TYPES = [
  'video.uploaded',
  'video.processed',
  'video.published',
  'video.updated',
  'video.deleted',
  'user.created',
  'user.updated',
  'user.deleted',
  'engagement.view',
  'engagement.like',
  'engagement.comment',
  'system.error',
  'system.warning',
] as const;

/** The names a delivery may carry. */
export const DELIVERED_EVENT_TYPES = [
  'video.uploaded',
  'video.processed',
  'video.published',
  'video.updated',
  'video.deleted',
  'user.created',
  'user.updated',
  'user.deleted',
  'engagement.view',
  'engagement.like',
  'engagement.comment',
  'system.error',
  'system.warning',
  'user.registered',
  'comment.created',
] as const;

/** Delivered name that cannot be subscribed to → the name to subscribe to. */
export const SUBSCRIBE_AS: Readonly<Record<string, string>> = {
  'user.registered': 'user.created',
  'comment.created': 'engagement.comment',
};
