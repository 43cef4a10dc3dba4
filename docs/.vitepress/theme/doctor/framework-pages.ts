import type { Framework } from '@videocloud/webhooks/protocol';

/** What the doctor can put a fix into, and the page of this site about it. */
export const FRAMEWORK_PAGES: Readonly<Record<Framework, { readonly name: string; readonly page: string }>> = {
  express: { name: 'Express', page: 'express' },
  fastify: { name: 'Fastify', page: 'fastify' },
  koa: { name: 'Koa', page: 'koa' },
  nestjs: { name: 'NestJS', page: 'nestjs' },
  hono: { name: 'Hono', page: 'hono' },
  next: { name: 'Next.js', page: 'next' },
  lambda: { name: 'AWS Lambda', page: 'lambda' },
  worker: { name: 'Cloudflare Workers', page: 'cloudflare-workers' },
  node: { name: 'node:http', page: 'node-http' },
};
