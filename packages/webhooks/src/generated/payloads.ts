// Generated from openapi.yaml by scripts/generate. Do not edit: change the source and run `npm run generate`.
/** A type by name (several: with commas), a list of one shape, or the members of an object, all required. */
export type Shape = string | readonly [Shape] | { readonly [member: string]: Shape };

/** The shapes of the payloads the guide shows, by delivered name. */
export const PAYLOADS: { readonly [name: string]: { readonly [member: string]: Shape } } = {
  'video.uploaded': {
    videoId: 'string',
    title: 'string',
    size: 'number',
    duration: 'number',
    format: 'string',
    userId: 'string',
    status: 'string',
  },
  'video.processed': {
    videoId: 'string',
    status: 'string',
    formats: [{
      quality: 'string',
      url: 'string',
      size: 'number',
    }],
    thumbnailUrl: 'string',
    processingTime: 'number',
  },
  'user.registered': {
    userId: 'string',
    email: 'string',
    username: 'string',
    firstName: 'string',
    lastName: 'string',
    registrationMethod: 'string',
  },
  'comment.created': {
    commentId: 'string',
    videoId: 'string',
    userId: 'string',
    content: 'string',
    parentId: 'string,null',
    createdAt: 'string',
  },
};
