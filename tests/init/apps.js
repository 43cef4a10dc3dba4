// Fresh apps, as their generators make them. Hono by hand: its generator downloads its templates from elsewhere than npm.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} App
 * @property {string} title
 * @property {string[]} tools packages of the generator
 * @property {string[]} [command] of the generator; it runs in the folder above the app, whose name is `app`
 * @property {Record<string, string | object>} [files] instead of a generator
 * @property {string[]} start the command that starts the app, with the variables of `.env` set
 */

/** @type {App[]} */
export const APPS = [
  {
    title: 'Express',
    tools: ['express-generator'],
    command: ['express', '--no-view', 'app'],
    start: ['npm', 'start'],
  },
  {
    title: 'Fastify',
    tools: ['fastify-cli'],
    command: ['fastify', 'generate', 'app'],
    start: ['npm', 'start'],
  },
  {
    title: 'Fastify, ES modules',
    tools: ['fastify-cli'],
    command: ['fastify', 'generate', 'app', '--esm'],
    start: ['npm', 'start'],
  },
  // fastify-cli's app in TypeScript fails its own `npm test` before init: on TypeScript 6, and on Node 20 (a quoted glob).
  {
    title: 'NestJS 11',
    tools: ['@nestjs/cli@11'],
    command: ['nest', 'new', 'app', '--skip-install', '--skip-git', '--package-manager', 'npm'],
    start: ['npm', 'start'],
  },
  {
    title: 'NestJS',
    tools: ['@nestjs/cli'],
    command: ['nest', 'new', 'app', '--skip-install', '--skip-git', '--package-manager', 'npm'],
    start: ['npm', 'start'],
  },
  {
    title: 'Next.js',
    tools: ['create-next-app'],
    command: ['create-next-app', 'app', '--yes', '--skip-install', '--disable-git', '--use-npm'],
    start: ['npm', 'run', 'dev'],
  },
  {
    title: 'Next.js in src, JavaScript',
    tools: ['create-next-app'],
    command: [
      ...['create-next-app', 'app', '--js', '--app', '--src-dir', '--no-tailwind', '--no-linter', '--no-import-alias'],
      ...['--yes', '--skip-install', '--disable-git', '--use-npm'],
    ],
    start: ['npm', 'run', 'dev'],
  },
  {
    title: 'Hono',
    tools: [],
    files: {
      'package.json': {
        name: 'app',
        type: 'module',
        scripts: { dev: 'tsx watch src/index.ts', build: 'tsc', start: 'node dist/index.js' },
        dependencies: { '@hono/node-server': '^1', hono: '^4' },
        devDependencies: { '@types/node': '^20', tsx: '^4', typescript: '^5' },
      },
      'tsconfig.json': {
        compilerOptions: {
          target: 'ESNext',
          module: 'NodeNext',
          strict: true,
          verbatimModuleSyntax: true,
          skipLibCheck: true,
          types: ['node'],
          outDir: './dist',
        },
      },
      'src/index.ts': `import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const app = new Hono()

app.get('/', (c) => {
  return c.text('Hello Hono!')
})

serve({
  fetch: app.fetch,
  port: Number(process.env.PORT)
}, (info) => {
  console.log(\`Server is running on http://localhost:\${info.port}\`)
})
`,
    },
    start: ['npm', 'run', 'dev'],
  },
];

/**
 * @param {string} dir
 * @param {Record<string, string | object>} files
 */
export function writeFiles(dir, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}
