import { describe, expect, it } from 'vitest';
import { expressApp, type Files, init, makeProject, planOf } from './project.js';

const manifest = (dependencies: Record<string, string>, more: object = {}): Files => ({
  'package.json': { name: 'app', dependencies, ...more },
});
const EXPRESS = manifest({ express: '5' });
const paths = async (dir: string) => (await planOf(dir)).changes.map(({ path }) => path);

describe('what init finds out', () => {
  it.each<[string, Files, object]>([
    ['Express', expressApp(), { framework: 'express', language: 'javascript', module: 'commonjs', testRunner: 'node' }],
    ['an ES module', manifest({ express: '5' }, { type: 'module' }), { module: 'esm' }],
    [
      'an entry named .mjs',
      { ...EXPRESS, 'app.mjs': "import express from 'express';\nconst app = express();\n" },
      { module: 'esm' },
    ],
    [
      'import in a .js file without a type',
      { ...EXPRESS, 'app.js': "import express from 'express';\nconst app = express();\n" },
      { module: 'esm' },
    ],
    [
      'TypeScript by its tsconfig.json',
      { ...EXPRESS, 'tsconfig.json': '{}' },
      { language: 'typescript', testRunner: 'vitest' },
    ],
    [
      'TypeScript by its entry',
      { ...EXPRESS, 'server.ts': "import express from 'express';\nconst app = express();\n" },
      { language: 'typescript' },
    ],
    ['Hono', manifest({ hono: '4', '@hono/node-server': '2' }), { framework: 'hono' }],
    ['Next.js', manifest({ next: '16', react: '19' }), { framework: 'next', module: 'esm', testRunner: 'vitest' }],
    ['Fastify', manifest({ fastify: '5' }), { framework: 'fastify' }],
    [
      'NestJS, beside its platform',
      { ...manifest({ '@nestjs/core': '11', express: '5' }), 'tsconfig.json': '{}' },
      { framework: 'nestjs' },
    ],
    ['Koa', manifest({ koa: '3' }), { framework: 'koa' }],
    ['SvelteKit', manifest({}, { devDependencies: { '@sveltejs/kit': '3' } }), { framework: 'sveltekit' }],
    ['Astro', manifest({ astro: '7' }), { framework: 'astro' }],
    ['Nuxt', manifest({ nuxt: '4' }), { framework: 'nuxt' }],
    [
      'React Router, not the library alone',
      manifest({ 'react-router': '8' }, { devDependencies: { '@react-router/dev': '8' } }),
      { framework: 'react-router', testRunner: 'vitest' },
    ],
    ['Elysia', { ...manifest({ elysia: '1' }), 'bun.lock': '' }, { framework: 'elysia', testRunner: 'bun' }],
    [
      'Bun',
      { ...manifest({}), 'index.ts': 'Bun.serve({ fetch: () => new Response() });\n' },
      { framework: 'bun', language: 'typescript', testRunner: 'bun' },
    ],
    [
      'Bun by what it imports',
      { ...manifest({}), 'src/index.js': 'import { serve } from "bun";\nconst server = serve({ routes: {} });\n' },
      { framework: 'bun' },
    ],
    [
      'Deno by deno.json alone',
      { 'deno.jsonc': '{ "tasks": { "dev": "deno run -A main.ts" }, /* mine */ "imports": {}, }' },
      { framework: 'deno', language: 'typescript', packageManager: 'deno', testRunner: 'deno' },
    ],
    [
      'Hono on Deno',
      { 'deno.json': { imports: { hono: 'npm:hono@4' } } },
      { framework: 'hono', packageManager: 'deno', testRunner: 'deno' },
    ],
    [
      'node:http',
      { ...manifest({}), 'server.js': "const http = require('http');\nhttp.createServer(() => {}).listen(1);\n" },
      { framework: 'node' },
    ],
    [
      'a framework for tests beside the one of the app',
      manifest({ koa: '3' }, { devDependencies: { express: '5' } }),
      { framework: 'koa' },
    ],
    ['pnpm by its lockfile', { ...EXPRESS, 'pnpm-lock.yaml': '' }, { packageManager: 'pnpm' }],
    ['yarn by its lockfile', { ...EXPRESS, 'yarn.lock': '' }, { packageManager: 'yarn' }],
    ['bun by its lockfile', { ...EXPRESS, 'bun.lock': '' }, { packageManager: 'bun' }],
    [
      'packageManager in front of a lockfile',
      { ...manifest({ express: '5' }, { packageManager: 'pnpm@10.1.0' }), 'yarn.lock': '' },
      { packageManager: 'pnpm' },
    ],
    [
      'vitest by its script',
      manifest({ express: '5' }, { scripts: { test: 'npm run unit', unit: 'vitest run' } }),
      { testRunner: 'vitest' },
    ],
    [
      'jest by its script',
      manifest({ express: '5' }, { scripts: { test: 'NODE_ENV=test jest' } }),
      { testRunner: 'jest' },
    ],
    ['jest by its dependency', manifest({ express: '5' }, { devDependencies: { jest: '30' } }), { testRunner: 'jest' }],
    ['mocha', manifest({ express: '5' }, { scripts: { test: 'mocha' } }), { testRunner: 'mocha' }],
    [
      'a package.json with a byte order mark',
      { 'package.json': '\ufeff{"dependencies":{"express":"5"}}' },
      { framework: 'express' },
    ],
    [
      'odd members of package.json',
      { 'package.json': '{"scripts":[],"main":7,"dependencies":{"express":"5","x":{}}}' },
      { framework: 'express' },
    ],
  ])('%s', async (_, files, expected) => {
    expect(await planOf(makeProject(files))).toMatchObject(expected);
  });

  it('the workspace decides about the package manager, --framework about the framework', async () => {
    const dir = makeProject({
      'package.json': { workspaces: ['apps/*'] },
      'yarn.lock': '',
      'apps/api/package.json': { dependencies: { express: '5', next: '16' } },
    });
    expect(await planOf(`${dir}/apps/api`, '--framework', 'express')).toMatchObject({
      framework: 'express',
      packageManager: 'yarn',
    });
  });

  it('the command that started it decides where nothing else does', async () => {
    const { out } = await init([makeProject(EXPRESS), '--dry-run', '--json'], {
      npm_config_user_agent: 'pnpm/10.1.0 node/v20',
    });
    expect(JSON.parse(out)).toMatchObject({
      packageManager: 'pnpm',
      next: { install: ['pnpm add @videocloud/webhooks'] },
    });
  });
});

describe('where the files go', () => {
  const next = { 'package.json': { dependencies: { next: '^16.0.0' } }, 'tsconfig.json': '{}' };
  it.each<[string, Files, string[]]>([
    [
      'beside the entry',
      { ...EXPRESS, 'src/app.ts': "import express from 'express';\nexport const app = express();\n" },
      ['src/webhooks.ts', 'src/webhooks.test.ts', 'src/app.ts'],
    ],
    [
      'app router',
      { ...next, 'app/layout.tsx': '' },
      ['app/webhooks/receiver.ts', 'app/webhooks/route.ts', 'app/webhooks/webhooks.test.ts'],
    ],
    [
      'app router in src',
      { ...next, 'src/app/layout.tsx': '' },
      ['src/app/webhooks/receiver.ts', 'src/app/webhooks/route.ts', 'src/app/webhooks/webhooks.test.ts'],
    ],
    ['pages router', { ...next, 'pages/index.tsx': '' }, ['webhooks.ts', 'pages/api/webhooks.ts', 'webhooks.test.ts']],
    [
      'both routers',
      { ...next, 'pages/index.tsx': '', 'app/layout.tsx': '' },
      ['app/webhooks/receiver.ts', 'app/webhooks/route.ts', 'app/webhooks/webhooks.test.ts'],
    ],
    [
      'fastify-cli',
      {
        ...manifest({ fastify: '5', '@fastify/autoload': '6' }, { scripts: { test: 'node --test test/**/*.test.js' } }),
        'routes/root.js': '',
        'test/routes/root.test.js': '',
      },
      ['webhooks.js', 'routes/webhooks.js', 'test/routes/webhooks.test.js'],
    ],
    [
      'tests in a folder',
      { ...manifest({ express: '5' }, { scripts: { test: 'node --test' } }), 'test/a.test.js': '' },
      ['webhooks.js', 'test/webhooks.test.js'],
    ],
    [
      'tests named .spec',
      {
        ...manifest({ express: '5' }, { scripts: { test: 'vitest run' } }),
        'src/a.spec.ts': '',
        'tsconfig.json': '{}',
      },
      ['src/webhooks.ts', 'src/webhooks.spec.ts'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await paths(makeProject(files))).toEqual(expect.arrayContaining(expected));
  });

  it('Next.js 14 has no `after`', async () => {
    const old = makeProject({ ...manifest({ next: '^14.2.0' }), 'app/layout.js': '' });
    const { changes } = await planOf(old);
    expect(changes.find(({ path }) => path === 'app/webhooks/route.js')?.diff.join('\n')).not.toContain('after');
  });
});

describe('a folder that cannot be set up ends with 2 and one line that names the fix', () => {
  it.each<[string, Files, string[], RegExp]>([
    [
      'no package.json',
      { 'app.js': '' },
      [],
      /^error: no package\.json in \/.*: name the app's folder, or run `npm init -y` there first$/,
    ],
    [
      'a broken package.json',
      { 'package.json': '{"name": }' },
      [],
      /^error: \/.*package\.json is not JSON \(.*\): mend it first$/,
    ],
    ['a package.json that is a list', { 'package.json': '[]' }, [], /must hold a JSON object/],
    ['a broken deno.json', { 'deno.json': '{ "tasks": }' }, [], /deno\.json is not JSON \(.*\): mend it first$/],
    ['a deno.json that is a list', { 'deno.json': '[]' }, [], /deno\.json must hold a JSON object: mend it first$/],
    [
      'a package.json that is a folder',
      { 'package.json/x': '' },
      [],
      /package\.json is not a UTF-8 text file: mend it first$/,
    ],
    [
      'no framework',
      manifest({ lodash: '4' }),
      [],
      /no framework that init knows .* give --framework NAME \(express, hono, .*\)/,
    ],
    [
      'two frameworks',
      manifest({ express: '5', next: '16' }),
      [],
      /has Express and Next\.js: choose the one that receives webhooks with --framework express\|next$/,
    ],
    [
      'an unknown framework',
      EXPRESS,
      ['--framework', 'expres'],
      /--framework must be one of express, .* \(did you mean express\?\)$/,
    ],
    [
      'the root of a workspace',
      {
        'package.json': { workspaces: ['apps/*', 'tools/x'] },
        'apps/api/package.json': { dependencies: { express: '5' } },
        'apps/docs/package.json': {},
        'tools/x/package.json': { dependencies: { koa: '3' } },
      },
      [],
      /is the root of a workspace: run init in the package that receives webhooks: apps\/api \(Express\), tools\/x \(Koa\)$/,
    ],
    [
      'the root of a pnpm workspace',
      {
        'package.json': {},
        'pnpm-workspace.yaml': "packages:\n  - 'apps/*'\n",
        'apps/web/package.json': { dependencies: { next: '16' } },
      },
      [],
      /root of a workspace: .*: apps\/web \(Next\.js\)$/,
    ],
  ])('%s', async (_, files, args, message) => {
    const { code, out, err } = await init([makeProject(files), '--yes', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd()).toMatch(message);
    expect(err.trimEnd()).not.toContain('\n');
  });

  it('a folder that is not there, and a file', async () => {
    const dir = makeProject(EXPRESS);
    expect((await init([`${dir}/nowhere`])).err).toMatch(/^error: cannot use .*nowhere: there is no such folder$/m);
    expect((await init([`${dir}/package.json`])).err).toMatch(
      /^error: cannot use .*package\.json: it is not a folder$/m,
    );
  });
});
