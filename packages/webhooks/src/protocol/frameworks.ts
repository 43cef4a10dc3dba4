/** The frameworks that the toolkit's advice is written for. */
export const FRAMEWORKS = ['express', 'fastify', 'koa', 'nestjs', 'hono', 'next', 'lambda', 'worker', 'node'] as const;

/** One of {@link FRAMEWORKS}. */
export type Framework = (typeof FRAMEWORKS)[number];
