// Fresh apps, as their generators make them. Hono by hand: its generator downloads its templates from elsewhere than npm.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} App
 * @property {string} title
 * @property {string[]} tools packages of the generator
 * @property {string[]} [command] of the generator; it runs in the folder above the app, whose name is `app`
 * @property {Record<string, string | object>} [files] instead of a generator
 * @property {[file: string, (text: string, lines: string[]) => string]} [byHand] puts in the lines that `init` leaves to the user
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
  {
    title: 'React Router',
    tools: [],
    files: {
      'package.json': {
        name: 'app',
        type: 'module',
        scripts: { build: 'react-router build', dev: 'react-router dev' },
        dependencies: {
          '@react-router/node': '~8.4.0',
          '@react-router/serve': '~8.4.0',
          isbot: '^5',
          react: '^19',
          'react-dom': '^19',
          'react-router': '~8.4.0',
        },
        devDependencies: { '@react-router/dev': '~8.4.0', typescript: '^5', vite: '^8' },
      },
      'tsconfig.json': { compilerOptions: { module: 'ES2022', moduleResolution: 'bundler', strict: true } },
      'vite.config.ts': `import { reactRouter } from "@react-router/dev/vite";
import { defineConfig } from "vite";

export default defineConfig({ plugins: [reactRouter()], server: { port: Number(process.env.PORT), host: "127.0.0.1" } });
`,
      'app/root.tsx': `import { Outlet } from "react-router";

export default function App() {
  return (
    <html lang="en">
      <body>
        <Outlet />
      </body>
    </html>
  );
}
`,
      'app/routes/home.tsx': 'export default function Home() {\n  return <h1>Hello</h1>;\n}\n',
      'app/routes.ts': `import { type RouteConfig, index } from "@react-router/dev/routes";

export default [index("routes/home.tsx")] satisfies RouteConfig;
`,
    },
    start: ['npm', 'run', 'dev'],
  },
  {
    title: 'Elysia on Bun',
    tools: [],
    files: {
      'package.json': {
        name: 'app',
        scripts: { dev: 'bun run --watch src/index.ts' },
        dependencies: { elysia: 'latest' },
      },
      'bun.lock': '',
      'tsconfig.json': {
        compilerOptions: { module: 'ES2022', moduleResolution: 'node', types: ['bun'], strict: true },
      },
      'src/index.ts': `import { Elysia } from "elysia";

const app = new Elysia().get("/", () => "Hello Elysia").listen(process.env.PORT ?? 3000);

console.log(
  \`Elysia is running at \${app.server?.hostname}:\${app.server?.port}\`
);
`,
    },
    start: ['bun', 'src/index.ts'],
  },
  {
    title: 'Bun',
    tools: [],
    files: {
      'package.json': { name: 'app', module: 'index.ts', type: 'module', private: true },
      'index.ts': `Bun.serve({
  port: process.env.PORT,
  fetch: () => new Response("Hello"),
});
`,
    },
    start: ['bun', 'index.ts'],
  },
  {
    title: 'Deno',
    tools: [],
    files: {
      // Deno brings these types along where it may install.
      'package.json': { name: 'app', type: 'module', private: true, devDependencies: { '@types/node': '^24' } },
      'deno.json': { tasks: { dev: 'deno run --watch -A main.ts' }, nodeModulesDir: 'manual' },
      'main.ts': `Deno.serve({ port: Number(Deno.env.get("PORT")) }, (request) => {
  return new Response(\`Hello \${request.url}\`);
});
`,
    },
    byHand: [
      'main.ts',
      (text, [imports = '', ...lines]) => `${imports}\n\n${text.replace('=> {', `=> {\n${lines.join('\n')}`)}`,
    ],
    start: ['deno', 'run', '-A', 'main.ts'],
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
