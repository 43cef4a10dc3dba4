/** The frameworks that the toolkit's advice is written for. */
export const FRAMEWORKS = ['express', 'hono', 'next', 'lambda', 'worker', 'node'] as const;

/** One of {@link FRAMEWORKS}. */
export type Framework = (typeof FRAMEWORKS)[number];
