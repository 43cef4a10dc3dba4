import type { Folder } from './folder.js';
import type { Manifest } from './manifest.js';
import type { TemplateName } from './templates.js';

/** A route that stands in the user's code: imports, and one line behind the statement that makes the app. */
export interface Mount {
  /** The module whose export makes the app. */
  readonly module: string;
  readonly imports: readonly (readonly [names: string, from: string])[];
  readonly line: (app: string) => string;
  /** Where the line belongs, for whoever puts it in by hand. */
  readonly where: string;
  /** Packages it needs beside the core. */
  readonly packages?: readonly string[];
}

/** Where the files go, without their extension. */
export interface Layout {
  readonly receiver: string;
  /** Other templates than the usual ones. */
  readonly templates?: readonly [receiver: TemplateName, test: TemplateName];
  /** How a route file imports the receiver, where that is not its relative path. */
  readonly alias?: string;
  readonly route?: { readonly path: string; readonly template: TemplateName };
}

export interface Framework {
  readonly name: string;
  readonly title: string;
  /** Dependencies that show it. */
  readonly packages: readonly string[];
  /** Frameworks that it is built on: their packages beside its own mean nothing. */
  readonly over: readonly string[];
  readonly mount?: Mount;
  readonly layout?: (folder: Folder, manifest: Manifest) => Layout;
  /** Whether a bundler resolves its imports. */
  readonly bundled: boolean;
  /** Whether it reads `.env` by itself. */
  readonly readsEnvFile: boolean;
  readonly port: number;
  /** Its page in the docs. */
  readonly page: string;
}

const RECEIVER: readonly [string, string] = ['{ receiver }', './webhooks'];
const handler = (entry: string) => [['{ webhookHandler }', `@videocloud/webhooks/${entry}`], RECEIVER] as const;
const code = { over: [], bundled: false, readsEnvFile: false, port: 3000 } as const;
const bundled = { over: [], bundled: true, readsEnvFile: true, port: 3000 } as const;

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

/** The frameworks among a package's dependencies, without those that another one is built on. */
export function frameworksOf({ dependencies, devDependencies }: Manifest): Framework[] {
  const among = (names: ReadonlyMap<string, string>) =>
    FRAMEWORKS.filter(({ packages }) => packages.some((name) => names.has(name)));
  const found = among(dependencies).length > 0 ? among(dependencies) : among(devDependencies);
  const below = new Set(found.flatMap(({ over }) => over));
  return found.filter(({ name }) => !below.has(name));
}

function nextLayout(folder: Folder, { dependencies }: Manifest): Layout {
  const src = ['app', 'pages'].every((name) => !folder.hasFolder(name)) && folder.hasFolder('src') ? 'src/' : '';
  if (!folder.hasFolder(`${src}app`) && folder.hasFolder(`${src}pages`))
    return { receiver: `${src}webhooks`, route: { path: `${src}pages/api/webhooks`, template: 'next-pages' } };
  // `after` came with 15.1.
  const [major = 99, minor = 99] = (/(\d+)(?:\.(\d+))?/.exec(dependencies.get('next') ?? '') ?? [])
    .slice(1)
    .map(Number);
  const old = major < 15 || (major === 15 && minor < 1);
  return {
    receiver: `${src}app/webhooks/receiver`,
    route: { path: `${src}app/webhooks/route`, template: old ? 'next-route-14' : 'next-route' },
  };
}

/** As fastify-cli makes it: every file in `routes` is loaded. */
function fastifyLayout(folder: Folder, { dependencies }: Manifest): Layout {
  const base = ['', 'src/'].find((dir) => folder.hasFolder(`${dir}routes`));
  if (!dependencies.has('@fastify/autoload') || base === undefined) return { receiver: '' };
  return { receiver: `${base}webhooks`, route: { path: `${base}routes/webhooks`, template: 'fastify-route' } };
}
