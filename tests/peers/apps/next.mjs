// A real application, built and started. A route counts in its own process and answers GET with the count.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { SECRET } from './lib.mjs';

const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
// An inbox of this run's own: another Node ran in this folder before.
const INBOX_URL = `file:inbox-${process.pid}.db`;
const env = {
  ...process.env,
  INBOX_URL,
  VIDEOCLOUD_WEBHOOK_SECRET: SECRET,
  NEXT_TELEMETRY_DISABLED: '1',
  NODE_ENV: 'production',
};
/** Of the project's package.json: which of the routes below it has, and what `next build` is given. */
const {
  route = 'memory',
  flags = [],
  standalone = false,
  packages,
} = JSON.parse(readFileSync('package.json', 'utf8')).config;

const COUNTED = `
let handled = 0;
const count = () => {
  handled += 1;
};
export const dynamic = 'force-dynamic';
export const GET = () => Response.json(handled);
const secrets = () => process.env.VIDEOCLOUD_WEBHOOK_SECRET;
`;
const ROUTES = {
  memory: `
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
${COUNTED}
export const POST = webhookHandler(createReceiver({ secrets, idempotency: memoryStore() }).on('video.*', count));
`,
  inbox: `
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';
import { openInbox } from '@videocloud/webhooks-inbox';
${COUNTED}
let handler;
async function start() {
  const inbox = await openInbox(process.env.POSTGRES_URL ?? process.env.REDIS_URL ?? process.env.INBOX_URL);
  const receiver = createReceiver({ secrets, inbox }).on('video.*', count);
  inbox.process(receiver);
  return webhookHandler(receiver);
}
export async function POST(request) {
  handler ??= start();
  return (await handler)(request);
}
`,
};
// Next.js 14 keeps what fetch got, from the build on, but for POST and where the request was looked at before.
const LISTED = `
import { VideoCloud } from '@videocloud/webhooks-client';

export async function GET(request) {
  const { webhooks } = new VideoCloud({ baseUrl: process.env.VIDEOCLOUD_API_URL });
  const { items } = await webhooks.list();
  return Response.json(items.length, { headers: { 'x-query': request.nextUrl.search } });
}
`;
const PAGE = `
import { createReceiver } from '@videocloud/webhooks';
import { pagesWebhookHandler } from '@videocloud/webhooks/next';

const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET }).on('*', () => undefined);
export const config = { api: { bodyParser: false } };
export default pagesWebhookHandler(receiver);
`;

export async function start() {
  for (const folder of ['app/webhooks', 'pages/api']) mkdirSync(folder, { recursive: true });
  rmSync('.next', { recursive: true, force: true });
  writeFileSync('app/webhooks/route.js', ROUTES[route]);
  writeFileSync('app/layout.js', 'export default ({ children }) => <html><body>{children}</body></html>;\n');
  writeFileSync('pages/api/webhooks.js', PAGE);
  // What the inbox's README says for PostgreSQL and Redis.
  const config = standalone
    ? {
        output: 'standalone',
        serverExternalPackages: ['@videocloud/webhooks-inbox', 'pg', 'pg-boss', 'bullmq', 'ioredis'],
      }
    : {};
  writeFileSync('next.config.mjs', `export default ${JSON.stringify(config)};\n`);
  if (packages.includes('client')) return withGrowingApi(buildAndStart);
  if (!standalone) return buildAndStart();
  await buildApp();
  // Away from the project: only what was traced is there.
  const copy = `${process.cwd()}-standalone`;
  rmSync(copy, { recursive: true, force: true });
  cpSync('.next/standalone', copy, { recursive: true });
  return serve(['server.js'], copy);
}

async function buildApp() {
  await promisify(execFile)(process.execPath, [next, 'build', ...flags], { env });
}

async function buildAndStart() {
  await buildApp();
  return serve([next, 'start', '--port', '0', '--hostname', '127.0.0.1'], '.');
}

/** An app whose client asks an API that has one webhook more each time: the client must see it. */
async function withGrowingApi(startApp) {
  mkdirSync('app/listed', { recursive: true });
  writeFileSync('app/listed/route.js', LISTED);
  const items = [];
  const api = createServer((_request, response) => {
    const n = items.length + 1;
    const createdAt = '2024-03-31T12:00:00Z';
    items.push({ id: `whk_${n}`, url: `https://a.test/${n}`, events: ['video.deleted'], status: 'active', createdAt });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: true, data: { items } }));
  });
  await new Promise((resolve) => api.listen(0, '127.0.0.1', () => resolve(undefined)));
  env.VIDEOCLOUD_API_URL = `http://127.0.0.1:${api.address().port}`;
  const app = await startApp();
  const seen = [];
  for (let n = 0; n < 3; n++) seen.push(await (await fetch(new URL('/listed', app.url))).json());
  api.close();
  if (seen[0] < seen[1] && seen[1] < seen[2]) return app;
  await app.stop();
  throw new Error(`the client saw ${seen} webhooks, where there was one more each time`);
}

/**
 * @param {string[]} args of Node
 * @param {string} cwd
 */
async function serve(args, cwd) {
  const server = spawn(process.execPath, args, {
    cwd,
    env: { ...env, PORT: '0', HOSTNAME: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const origin = await new Promise((resolve, reject) => {
    let output = '';
    server.stdout.on('data', (chunk) => {
      output += chunk;
      const port = /http:\/\/[\w.-]+:(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    ended.then((code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
  const url = `${origin}/webhooks`;
  return {
    url,
    handled: async () => (await fetch(url)).json(),
    others: [`${origin}/api/webhooks`],
    async stop() {
      server.kill();
      await ended;
    },
  };
}
