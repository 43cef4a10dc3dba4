import type { PublishTo } from './types.js';

/** Vercel Edge has no channels, and `next build` fails on any mention of `getBuiltinModule`. */
export const publishTo: PublishTo | undefined = undefined;
