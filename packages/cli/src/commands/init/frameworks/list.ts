import type { Manifest } from '../manifest.js';
import { importsModule, type Source } from '../source.js';
import { fastifyLayout, nextLayout } from './layouts.js';
import { placeInBun, placeInElysia, placeInRoutes, servesBun } from './places.js';
import type { Framework, Mount } from './types.js';

const RECEIVER: readonly [string, string] = ['{ receiver }', './webhooks'];
const handler = (entry: string) => [['{ webhookHandler }', `@videocloud/webhooks/${entry}`], RECEIVER] as const;
const code = { over: [], bundled: false, readsEnvFile: false, port: 3000 } as const;
const bundled = { over: [], bundled: true, readsEnvFile: true, port: 3000 } as const;

const ROUTES = '@react-router/dev/routes';

/** What decorates a module of Nest. */
export const NEST = '@nestjs/common';

const FASTIFY: Mount = {
  module: 'fastify',
  imports: [['{ fastifyWebhooks }', '@videocloud/webhooks/fastify'], RECEIVER],
  line: (app) => `${app}.register(fastifyWebhooks, { receiver, path: '/webhooks' });`,
  where: 'behind the statement that makes the app',
};

export const FRAMEWORKS: readonly Framework[] = [
  {
    ...code,
    name: 'express',
    title: 'Express',
    packages: ['express'],
    page: 'express',
    mount: {
      module: 'express',
      imports: handler('express'),
      line: (app) => `${app}.post('/webhooks', webhookHandler(receiver)); // before express.json()`,
      where: 'behind the statement that makes the app, in front of app.use(express.json())',
    },
  },
  {
    ...code,
    name: 'hono',
    title: 'Hono',
    packages: ['hono'],
    page: 'hono',
    mount: {
      module: 'hono',
      imports: handler('hono'),
      line: (app) => `${app}.post('/webhooks', webhookHandler(receiver));`,
      where: 'behind the statement that makes the app',
    },
  },
  { ...bundled, name: 'next', title: 'Next.js', packages: ['next'], page: 'next', layout: nextLayout },
  {
    ...code,
    name: 'fastify',
    title: 'Fastify',
    packages: ['fastify'],
    page: 'fastify',
    mount: FASTIFY,
    layout: fastifyLayout,
  },
  {
    ...code,
    name: 'nestjs',
    title: 'NestJS',
    packages: ['@nestjs/core'],
    over: ['express', 'fastify'],
    page: 'nestjs',
    mount: {
      module: NEST,
      imports: [['{ WebhooksModule }', './webhooks']],
      line: () => 'imports: [WebhooksModule],',
      where: 'among the imports of @Module',
      packages: ['@videocloud/webhooks-nestjs'],
    },
    layout: () => ({ receiver: 'src/webhooks/webhooks.module', templates: ['nestjs-module', 'nestjs-test'] }),
  },
  {
    ...code,
    name: 'koa',
    title: 'Koa',
    packages: ['koa'],
    page: 'koa',
    mount: {
      module: 'koa',
      imports: [['{ webhookHandler }', '@videocloud/webhooks/koa'], RECEIVER],
      line: (app) =>
        `const webhooks = webhookHandler(receiver);\n${app}.use((ctx, next) => (ctx.path === '/webhooks' ? webhooks(ctx, next) : next())); // before body parsers`,
      where: 'behind the statement that makes the app, in front of body parsers',
    },
  },
  {
    ...bundled,
    name: 'sveltekit',
    title: 'SvelteKit',
    packages: ['@sveltejs/kit'],
    page: 'sveltekit',
    readsEnvFile: false,
    port: 5173,
    layout: () => ({
      receiver: 'src/lib/server/webhooks',
      alias: '$lib/server/webhooks',
      route: { path: 'src/routes/webhooks/+server', template: 'sveltekit-route' },
    }),
  },
  {
    ...bundled,
    name: 'astro',
    title: 'Astro',
    packages: ['astro'],
    page: 'astro',
    readsEnvFile: false,
    port: 4321,
    layout: () => ({ receiver: 'src/webhooks', route: { path: 'src/pages/webhooks', template: 'astro-route' } }),
  },
  {
    ...bundled,
    name: 'nuxt',
    title: 'Nuxt',
    packages: ['nuxt'],
    page: 'nuxt',
    layout: () => ({
      receiver: 'server/utils/webhooks',
      route: { path: 'server/routes/webhooks', template: 'nuxt-route' },
    }),
  },
  {
    ...bundled,
    name: 'react-router',
    title: 'React Router',
    packages: ['@react-router/dev', '@react-router/serve', '@react-router/node'],
    page: 'react-router',
    readsEnvFile: false,
    port: 5173,
    mount: {
      module: ROUTES,
      imports: [['{ route }', ROUTES]],
      line: () => "route('webhooks', 'routes/webhooks.ts'),",
      where: 'in the list that it exports (file routes need no line)',
      place: placeInRoutes,
      isIn: (source) => importsModule(source, ROUTES),
    },
    layout: () => ({
      receiver: 'app/webhooks.server',
      route: { path: 'app/routes/webhooks', template: 'react-router-route' },
      listed: true,
    }),
  },
  {
    ...code,
    name: 'elysia',
    title: 'Elysia',
    packages: ['elysia'],
    readsEnvFile: true,
    page: 'elysia',
    mount: {
      module: 'elysia',
      imports: [RECEIVER],
      line: () => ".all('/webhooks', ({ request }) => receiver.fetch(request), { parse: 'none' })",
      where: 'behind new Elysia()',
      place: placeInElysia,
      isIn: (source) => importsModule(source, 'elysia'),
    },
  },
  {
    ...code,
    name: 'bun',
    title: 'Bun',
    packages: [],
    readsEnvFile: true,
    page: 'bun',
    mount: {
      module: 'bun',
      imports: [RECEIVER],
      line: () => "'/webhooks': receiver.fetch,",
      where: 'among the routes of Bun.serve',
      place: placeInBun,
      isIn: servesBun,
    },
  },
  {
    ...code,
    name: 'deno',
    title: 'Deno',
    packages: [],
    port: 8000,
    page: 'deno',
    mount: {
      module: 'deno',
      imports: [RECEIVER],
      line: () =>
        "// First in the handler:\nif (new URL(request.url).pathname === '/webhooks') return receiver.fetch(request);",
      where: 'in the file with Deno.serve or the exported fetch',
      isIn: servesDeno,
    },
  },
  {
    ...code,
    name: 'node',
    title: 'node:http',
    packages: [],
    page: 'node-http',
    mount: {
      module: 'node:http',
      imports: handler('node'),
      line: () =>
        "const webhooks = webhookHandler(receiver);\n// First in the request listener:\nif (request.url === '/webhooks') return webhooks(request, response);",
      where: 'in the file that calls createServer',
    },
  },
];

/** Whether a file serves with `Deno.serve`, or exports what `deno serve` takes. */
export function servesDeno({ text }: Source): boolean {
  return /\bDeno\.serve\s*\(|\bDeno\.ServeDefaultExport\b|^export default \{\s*(async )?fetch\b/m.test(text);
}

/** The frameworks among a package's dependencies, without those that another one is built on. */
export function frameworksOf({ dependencies, devDependencies }: Manifest): Framework[] {
  const among = (names: ReadonlyMap<string, string>) =>
    FRAMEWORKS.filter(({ packages }) => packages.some((name) => names.has(name)));
  const found = among(dependencies).length > 0 ? among(dependencies) : among(devDependencies);
  const below = new Set(found.flatMap(({ over }) => over));
  return found.filter(({ name }) => !below.has(name));
}
