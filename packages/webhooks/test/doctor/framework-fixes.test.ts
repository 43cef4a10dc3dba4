import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/index.js';
import { FRAMEWORKS, type Framework } from '../../src/protocol/index.js';

const CORE = `import { createReceiver } from '@videocloud/webhooks';
const receiver = createReceiver({ secrets: 'secret', onUnhandled: () => undefined });\n`;

/** For each framework: the code that its fix shows, and a module that uses exactly this code. */
const SHOWN: Readonly<Record<Framework, { readonly pieces: readonly string[]; readonly module: string }>> = {
  express: {
    pieces: [
      'webhookHandler(receiver)',
      "'@videocloud/webhooks/express'",
      'express.json()',
      "express.raw({ type: 'application/json' })",
    ],
    module: `${CORE}import express from 'express';
import { webhookHandler } from '@videocloud/webhooks/express';
const app = express();
app.post('/hooks', webhookHandler(receiver));
app.post('/raw', express.raw({ type: 'application/json' }), webhookHandler(receiver));
app.use(express.json());`,
  },
  fastify: {
    pieces: ['fastifyWebhooks', "'@videocloud/webhooks/fastify'"],
    module: `${CORE}import Fastify from 'fastify';
import { fastifyWebhooks } from '@videocloud/webhooks/fastify';
const app = Fastify();
app.register(fastifyWebhooks, { receiver, path: '/hooks' });`,
  },
  koa: {
    pieces: ['webhookHandler(receiver)', "'@videocloud/webhooks/koa'"],
    module: `${CORE}import Koa from 'koa';
import { webhookHandler } from '@videocloud/webhooks/koa';
const app = new Koa();
app.use(webhookHandler(receiver));`,
  },
  nestjs: {
    pieces: [
      'VideoCloudWebhooksModule.forRoot({ secrets })',
      "'@videocloud/webhooks-nestjs'",
      '{ rawBody: true }',
      'req.rawBody',
    ],
    module: `import { NestFactory } from '@nestjs/core';
import type { RawBodyRequest } from '@nestjs/common';
import { VideoCloudWebhooksModule } from '@videocloud/webhooks-nestjs';
const secrets = 'secret';
export const imported = VideoCloudWebhooksModule.forRoot({ secrets });
export const app = NestFactory.create(class {}, { rawBody: true });
export const hash = (req: RawBodyRequest<Request>) => req.rawBody;`,
  },
  hono: {
    pieces: ['webhookHandler(receiver)', "'@videocloud/webhooks/hono'", 'c.req.json()', 'c.req.raw.arrayBuffer()'],
    module: `${CORE}import { Hono } from 'hono';
import { webhookHandler } from '@videocloud/webhooks/hono';
const app = new Hono();
app.post('/hooks', webhookHandler(receiver));
app.post('/hash', async (c) => c.json(String(await c.req.raw.arrayBuffer())));
app.post('/other', async (c) => c.json(await c.req.json()));`,
  },
  next: {
    pieces: [
      'export const POST = webhookHandler(receiver)',
      "'@videocloud/webhooks/next'",
      'await request.arrayBuffer()',
      'config = { api: { bodyParser: false } }',
    ],
    module: `${CORE}import { webhookHandler } from '@videocloud/webhooks/next';
export const POST = webhookHandler(receiver);
export const config = { api: { bodyParser: false } };
export const hash = async (request: Request) => await request.arrayBuffer();`,
  },
  lambda: {
    pieces: [
      "Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8')",
      'receiver.receive({ body, signature })',
    ],
    module: `${CORE}export async function handler(event: { body: string; isBase64Encoded: boolean; headers: Record<string, string> }) {
  const body = Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8');
  const signature = event.headers['x-videocloud-signature'];
  return receiver.receive({ body, signature });
}`,
  },
  worker: {
    pieces: ['receiver.fetch(request)', 'await request.arrayBuffer()'],
    module: `${CORE}export default { fetch: (request: Request) => receiver.fetch(request) };
export const hash = async (request: Request) => await request.arrayBuffer();`,
  },
  node: {
    pieces: ['webhookHandler(receiver)', "'@videocloud/webhooks/node'", 'Buffer.concat'],
    module: `${CORE}import { createServer } from 'node:http';
import { webhookHandler } from '@videocloud/webhooks/node';
createServer(webhookHandler(receiver));
export const hash = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks);`,
  },
};

async function fixOf(framework: Framework): Promise<string> {
  const parsed = { event: 'video.deleted' } as unknown as string;
  const { causes } = await diagnose({ body: parsed, signature: '0'.repeat(64), secrets: 'a-secret', framework });
  return causes[0]?.fix ?? '';
}

describe.each(FRAMEWORKS)('the fix for %s', (framework) => {
  const { pieces, module } = SHOWN[framework];

  it('shows code that stands in the compiled module, and no other', async () => {
    let fix = await fixOf(framework);
    for (const piece of pieces) {
      expect(module).toContain(piece);
      expect(fix).toContain(piece);
      fix = fix.replaceAll(piece, '');
    }
    // Named to warn of it, or to say what must not happen.
    const rest = fix
      .replace(/JSON\.stringify(?:\((?:ctx\.)?req(?:uest)?\.body\)| of a @Body\(\))/, '')
      .replace('JSON.parse', '')
      .replace('node:http', '');
    expect(rest).not.toMatch(/\w\(|\w\.[a-z]+[A-Z]|=>|[{}]/);
  });
});

it('compiles all of it strictly', () => {
  expect(faultsOf(Object.fromEntries(FRAMEWORKS.map((name) => [name, SHOWN[name].module])))).toEqual([]);
  const wrong = SHOWN.express.module.replace("type: 'application/json'", 'tipe: 1').replace('(receiver)', '({})');
  expect(faultsOf({ wrong })).toHaveLength(2);
}, 180_000);

/** What TypeScript finds wrong with modules, against the sources of this package. */
function faultsOf(modules: Readonly<Record<string, string>>): string[] {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const source = (name: string) => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ['node'],
    paths: {
      '#runtime': [source('runtime/web')],
      '@videocloud/webhooks': [source('index')],
      '@videocloud/webhooks/*': [source('adapters/*')],
    },
  };
  const files = new Map(Object.entries(modules).map(([name, code]) => [`${folder}shown-${name}.ts`, code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  const getSourceFile = host.getSourceFile.bind(host);
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const code = files.get(path);
    return code === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, code, version, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  });
}
