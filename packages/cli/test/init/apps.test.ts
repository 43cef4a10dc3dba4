import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Files, init, makeProject, root } from './project.js';

const run = promisify(execFile);
const REPO = new URL('../../../../', import.meta.url).pathname;
const tool = (path: string) => join(REPO, 'node_modules', path);
const MODULE = { type: 'module' };
const js = (name: string, more: object = {}): Files => ({ 'package.json': { dependencies: { [name]: '*' }, ...more } });
const ts = (name: string, more: object = {}): Files => ({
  ...js(name, { scripts: { test: 'vitest run' }, ...more }),
  'tsconfig.json': '{}',
});

/** Apps as their users write them; each exports the app. */
const PLAIN: Readonly<Record<string, Files>> = {
  'express, CommonJS': {
    ...js('express'),
    'app.js': "var express = require('express')\nvar app = express()\napp.use(express.json())\nmodule.exports = app\n",
  },
  'express, ES module': {
    ...js('express', MODULE),
    'src/server.js': "import express from 'express';\n\nexport const app = express();\napp.use(express.json());\n",
  },
  'hono, .mjs': {
    ...js('hono'),
    'index.mjs': 'import { Hono } from "hono";\n\nconst app = new Hono();\nexport default app;\n',
  },
  'fastify, CommonJS': {
    ...js('fastify'),
    'server.js':
      "const fastify = require('fastify')({ logger: false })\n\nfastify.get('/', async () => ({}))\nmodule.exports = fastify\n",
  },
  'koa, ES module': {
    ...js('koa', MODULE),
    'app.js':
      "import Koa from 'koa';\n\nconst app = new Koa();\napp.use((ctx) => { ctx.body = 'mine'; });\nexport default app;\n",
  },
};

const EXPRESS_TS = "import express from 'express';\n\nexport const app = express();\napp.use(express.json());\n";
const TYPED: Readonly<Record<string, Files>> = {
  express: { ...ts('express'), 'src/app.ts': EXPRESS_TS },
  'express, as Node resolves': {
    ...ts('express', MODULE),
    'tsconfig.json': '{ "compilerOptions": { "module": "NodeNext" } }',
    'src/app.ts': EXPRESS_TS,
  },
  hono: {
    ...ts('hono', MODULE),
    'src/index.ts': "import { Hono } from 'hono'\n\nconst app = new Hono()\n\nexport default app\n",
  },
  'hono on Workers': {
    ...ts('hono', MODULE),
    'wrangler.jsonc': '{}',
    'src/index.ts':
      "import { Hono } from 'hono'\n\nconst app = new Hono<{ Bindings: { OTHER: string } }>()\n\nexport default app\n",
  },
  'next, app router': { ...ts('next'), 'app/layout.tsx': '' },
  'next, pages router': { ...ts('next'), 'pages/index.tsx': 'export default () => null;\n' },
  fastify: {
    ...ts('fastify', MODULE),
    'src/server.ts': "import Fastify from 'fastify';\n\nexport const app = Fastify().withTypeProvider();\n",
  },
  'fastify-cli': {
    ...js('fastify', { dependencies: { fastify: '*', '@fastify/autoload': '*' }, scripts: { test: 'vitest run' } }),
    'tsconfig.json': '{}',
    'src/routes/root.ts': 'export {};\n',
  },
  koa: { ...ts('koa', MODULE), 'src/app.ts': "import Koa from 'koa';\n\nexport const app = new Koa();\n" },
  nestjs: {
    ...ts('@nestjs/core'),
    'tsconfig.json': { compilerOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
    'src/app.module.ts':
      "import { Module } from '@nestjs/common';\n\n@Module({\n  imports: [],\n})\nexport class AppModule {}\n",
  },
  sveltekit: { ...ts('@sveltejs/kit') },
  astro: { ...ts('astro') },
  'node:http': {
    ...ts('none'),
    'server.ts': "import { createServer } from 'node:http';\n\ncreateServer(() => undefined);\n",
  },
};

async function setUp(apps: Readonly<Record<string, Files>>): Promise<Record<string, string>> {
  const dirs: Record<string, string> = {};
  for (const [name, files] of Object.entries(apps)) {
    const dir = makeProject(files, name.replace(/\W+/g, '-'));
    const { code, out, err } = await init([dir, '--yes', '--json']);
    expect({ name, code, err }).toEqual({ name, code: 0, err: '' });
    // Only the listener of node:http has no certain place.
    expect(JSON.parse(out).manual).toHaveLength(name === 'node:http' ? 1 : 0);
    dirs[name] = dir;
  }
  return dirs;
}

beforeAll(() => symlinkSync(join(REPO, 'node_modules'), join(root, 'node_modules')));

describe('apps in JavaScript', () => {
  let dirs: Record<string, string> = {};
  beforeAll(async () => {
    dirs = await setUp(PLAIN);
  });

  it('their own test command passes', async () => {
    const runs = Object.entries(dirs).map(async ([name, dir]) => {
      const command = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).scripts.test;
      expect({ name, command }).toEqual({ name, command: 'node --test' });
      // The reporter without a terminal is another one since Node 23.
      const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap'], { cwd: dir });
      expect(stdout).toMatch(/^# pass 1$/m);
    });
    await Promise.all(runs);
  });

  it('their route takes a signed delivery and rejects a forged one; the other routes are theirs', async () => {
    const program = new URL('./deliver.mjs', import.meta.url).pathname;
    const { stdout } = await run(process.execPath, [program, ...Object.values(dirs)], { cwd: root });
    const answers = JSON.parse(stdout.split('\n').at(-2) ?? '');
    expect(answers).toEqual(
      Object.values(dirs).map(() => ({ genuine: 200, forged: 401, other: expect.not.stringMatching(/401|500/) })),
    );
  });
});

describe('apps in TypeScript', () => {
  let dirs: Record<string, string> = {};
  beforeAll(async () => {
    dirs = await setUp(TYPED);
  });

  it('what is written compiles, strictly', async () => {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'preserve',
      moduleResolution: 'bundler',
      lib: ['es2022', 'dom'],
      types: ['node'],
      noUnusedLocals: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      skipLibCheck: true,
      paths: { '$lib/*': Object.values(dirs).map((dir) => `${dir}/src/lib/*`) },
    };
    const include = Object.values(dirs).map((dir) => `${dir}/**/*`);
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
    const { stdout } = await run(process.execPath, [tool('typescript/bin/tsc'), '-p', root]).catch((error) => error);
    expect(stdout).toBe('');
  });

  it('their tests pass in Vitest', async () => {
    writeFileSync(join(root, 'vitest.config.mjs'), 'export default { test: { include: ["**/webhooks.test.ts"] } };\n');
    const ran = await run(process.execPath, [tool('vitest/vitest.mjs'), 'run', '--root', root, '--reporter', 'json'], {
      cwd: root,
    }).catch((error) => error);
    const report = JSON.parse(ran.stdout.slice(ran.stdout.indexOf('{"numTotalTestSuites')));
    expect(report).toMatchObject({ numPassedTests: Object.keys(TYPED).length, numFailedTests: 0, success: true });
  });
});
