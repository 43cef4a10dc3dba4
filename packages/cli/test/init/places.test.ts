import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Files, init, makeProject, planOf } from './project.js';

const manifest = (dependencies: object): Files => ({ 'package.json': { type: 'module', dependencies } });
const ROUTE = ".all('/webhooks', ({ request }) => receiver.fetch(request), { parse: 'none' })";
const IMPORT = "import { receiver } from './webhooks';";

/** The file that has the route, after `init`. */
async function written(files: Files, path: string): Promise<string> {
  const dir = makeProject(files);
  expect(await init([dir, '--yes'])).toMatchObject({ code: 0, err: '' });
  const text = readFileSync(join(dir, path), 'utf8');
  const again = await init([dir, '--yes']);
  expect(again.out).toContain('Nothing to do');
  expect(readFileSync(join(dir, path), 'utf8')).toBe(text);
  return text;
}

describe('Elysia', () => {
  const elysia = (app: string): Files => ({
    ...manifest({ elysia: '1' }),
    'src/index.ts': `import { Elysia } from 'elysia';\n\n${app}`,
  });

  it.each([
    ['a chain that listens', "const app = new Elysia().get('/', () => 'Hello').listen(3000);\n"],
    ['a statement of its own', "export const app = new Elysia({ prefix: '' });\napp.get('/', () => 'Hello');\n"],
    ['an expression', 'new Elysia().listen(3000);\n'],
    ['a default export', "export default new Elysia().get('/', () => 'Hello');\n"],
  ])('%s gets the route behind new Elysia()', async (_, app) => {
    const expected = app.replace(/new Elysia\((.*?)\)/, (made) => `${made}\n  ${ROUTE}`);
    expect(await written(elysia(app), 'src/index.ts')).toBe(
      `import { Elysia } from 'elysia';\n${IMPORT}\n\n${expected}`,
    );
  });

  it.each([
    ['two apps', 'const one = new Elysia();\nconst two = new Elysia();\n'],
    ['an app in a function', 'export const make = () => new Elysia();\n'],
    ['a name in use', 'const receiver = new Elysia();\n'],
    ['a route in use', "new Elysia().post('/webhooks', () => 'mine').listen(3000);\n"],
  ])('%s: the lines are left to the user', async (_, app) => {
    const { manual } = await planOf(makeProject(elysia(app)));
    expect(manual).toMatchObject([{ where: 'behind new Elysia()', lines: [IMPORT, ROUTE] }]);
  });
});

describe('Bun', () => {
  const bun = (app: string): Files => ({ ...manifest({}), 'index.ts': app });

  it.each([
    [
      'an object without routes',
      'Bun.serve({\n  port: 3000,\n});\n',
      `${IMPORT}\n\nBun.serve({\n  routes: { '/webhooks': receiver.fetch },\n  port: 3000,\n});\n`,
    ],
    [
      'its routes',
      "import { serve } from 'bun';\n\nconst server = serve({\n  routes: {\n    '/': page,\n  },\n});\n",
      `import { serve } from 'bun';\n${IMPORT}\n\nconst server = serve({\n  routes: {\n    '/webhooks': receiver.fetch,\n    '/': page,\n  },\n});\n`,
    ],
  ])('%s gets the route', async (_, app, expected) => {
    expect(await written(bun(app), 'index.ts')).toBe(expected);
  });

  it.each([
    ['routes from elsewhere', 'Bun.serve({ routes });\n'],
    ['two servers', 'Bun.serve({});\nBun.serve({});\n'],
    ['options from elsewhere', 'Bun.serve(options);\n'],
  ])('%s: the lines are left to the user', async (_, app) => {
    const { manual } = await planOf(makeProject(bun(app)), '--framework', 'bun');
    expect(manual).toMatchObject([{ lines: [IMPORT, "'/webhooks': receiver.fetch,"] }]);
  });
});

describe('React Router', () => {
  const app = (routes: string): Files => ({
    ...manifest({ '@react-router/node': '8' }),
    'tsconfig.json': '{}',
    'app/routes.ts': routes,
  });
  const list = (names: string, routes: string) =>
    `import { type RouteConfig, ${names} } from "@react-router/dev/routes";\n\nexport default [${routes}] satisfies RouteConfig;\n`;

  it('the list of routes gets one more', async () => {
    expect(await written(app(list('index', 'index("routes/home.tsx")')), 'app/routes.ts')).toBe(
      list('index', 'index("routes/home.tsx"), route("webhooks", "routes/webhooks.ts")').replace(
        'routes";\n',
        'routes";\nimport { route } from "@react-router/dev/routes";\n',
      ),
    );
    expect(await written(app(list('route', 'route("a", "b.tsx")')), 'app/routes.ts')).toBe(
      list('route', 'route("a", "b.tsx"), route("webhooks", "routes/webhooks.ts")'),
    );
  });

  it('file routes are left as they are, and the line to the user', async () => {
    const flat =
      'import type { RouteConfig } from "@react-router/dev/routes";\nimport { flatRoutes } from "@react-router/fs-routes";\n\nexport default flatRoutes() satisfies RouteConfig;\n';
    const { changes, manual } = await planOf(makeProject(app(flat)));
    expect(changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['app/webhooks.server.ts', 'app/routes/webhooks.ts', 'app/webhooks.test.ts']),
    );
    expect(manual).toMatchObject([
      { file: 'app/routes.ts', where: expect.stringContaining('file routes need no line') },
    ]);
  });
});

it('Deno gets files with the extensions that it asks for, and the lines to put in', async () => {
  const dir = makeProject({
    'deno.json': { tasks: { dev: 'deno run -A main.ts' } },
    'main.ts': 'Deno.serve(() => new Response());\n',
  });
  const { changes, manual, next } = await planOf(dir);
  expect(changes.map(({ path }) => path)).toEqual(['webhooks.ts', 'webhooks.test.ts', '.env.example']);
  expect(changes[1]?.diff.join('\n')).toContain("from './webhooks.ts'");
  expect(manual).toMatchObject([
    {
      file: 'main.ts',
      lines: [
        "import { receiver } from './webhooks.ts';",
        expect.any(String),
        expect.stringContaining('receiver.fetch(request)'),
      ],
    },
  ]);
  expect(next).toMatchObject({ install: ['deno add npm:@videocloud/webhooks'], test: 'deno test -A' });
});
