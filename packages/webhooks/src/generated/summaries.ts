// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run `npm run generate`.
/** Delivered name → what it means, in a few words. */
export const SUMMARIES = {
  'video.uploaded': "A new video was uploaded",
  'video.processed': "Processing of a video finished",
  'video.published': "A video was published",
  'video.updated': "Metadata of a video changed",
  'video.deleted': "A video was deleted",
  'user.created': "A new user was created",
  'user.registered': "A new user was registered (delivered for subscriptions to user.created)",
  'user.updated': "The profile of a user changed",
  'user.deleted': "A user was deleted",
  'engagement.view': "A video was viewed",
  'engagement.like': "A video was liked",
  'engagement.comment': "A comment was published",
  'comment.created': "A comment was published (delivered for subscriptions to engagement.comment)",
  'system.error': "A system error occurred",
  'system.warning': "A system warning was raised",
} as const;
