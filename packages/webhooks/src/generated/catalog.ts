// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run `npm run generate`.
/** The names one may subscribe to. */
export const SUBSCRIBABLE = [
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
export const DELIVERED = [
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

/** Subscribed name → the other name its deliveries may carry. */
export const ALIASES = {
  'user.created': 'user.registered',
  'engagement.comment': 'comment.created',
} as const;

/** Group → the delivered names in it. */
export const GROUPS = {
  video: ['video.uploaded', 'video.processed', 'video.published', 'video.updated', 'video.deleted'],
  user: ['user.created', 'user.registered', 'user.updated', 'user.deleted'],
  engagement: ['engagement.view', 'engagement.like', 'engagement.comment', 'comment.created'],
  system: ['system.error', 'system.warning'],
} as const;
