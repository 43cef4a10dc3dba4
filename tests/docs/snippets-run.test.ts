import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sign } from '@videocloud/webhooks';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { videoCloudHandlers } from '@videocloud/webhooks-client/msw';
import { getResponse } from 'msw';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres, startRedis } from '../support/services.js';
import {
  englishOf,
  examples,
  fences,
  frameworkPages,
  pages,
  readPage,
  type Snippet,
  sources,
  where,
} from './snippets/extract.js';
import { clear, type Running, start, written } from './snippets/run.js';

const secret = 'a secret of the pages';
const shown = pages()
  // Its code is that of the English page, as tests/docs/snippets.test.ts shows.
  .filter((file) => englishOf(file) === null)
  .flatMap((file) => fences(file, readPage(file)))
  .filter(({ language }) => language === 'ts' || language === 'js');

/** Their code is that of the files that tests/docs/recipes runs, or runs in tests of their own. */
const RECIPES = [
  'docs/handle-once/own-inbox.md',
  'docs/receive/migrate.md',
  'docs/receive/fastify.md',
  'docs/receive/lambda.md',
  'docs/receive/nestjs.md',
  ...frameworkPages(),
];

/** What runs elsewhere: why it is not run here. */
const ELSEWHERE: readonly [page: RegExp, code: RegExp, reason: string][] = [
  [/^README/, /waitUntil: after/, 'the file of examples/nextjs, built and booted in tests/end-to-end/examples.test.ts'],
  [/receive\/next/, /waitUntil: after/, 'the same file'],
  [/store-upstash/, /@upstash/, 'needs an account: packages/webhooks/test/stores runs the store over HTTP'],
  [/store-durable-object/, /CLAIMS/, 'needs bindings: packages/webhooks/test/stores runs it on workerd'],
  [/store-d1/, /d1Store/, 'needs bindings: packages/webhooks/test/stores runs it on workerd'],
  [/inbox-cloudflare-queue/, /queueInbox/, 'needs bindings: examples/cloudflare-worker is the same Worker'],
  [
    /conformance/,
    /checkReceiver/,
    'takes half a minute: packages/conformance/test runs checkReceiver with such effects',
  ],
  [
    /inbox-sqlite/,
    /worker\.ts/,
    'never ends: tests/end-to-end/inbox-worker.test.ts kills and restarts the same worker',
  ],
  [/inbox/, /board\.node/, 'mounted and requested in tests/docs/board-mounts.test.ts'],
  [/inbox/, /new Hono\(\)\.all/, 'mounted and requested in tests/docs/board-mounts.test.ts'],
  [/inbox/, /POST = board\.fetch/, 'built by Next and requested in tests/docs/board-mounts.test.ts'],
  [/conformance/, /it\.each/, 'needs a test runner: packages/conformance/test runs conformanceCases'],
];
const runElsewhere = ({ file, code }: Snippet) =>
  RECIPES.includes(file) || ELSEWHERE.some(([page, text]) => page.test(file) && text.test(code));
const isRunnable = ({ code }: Snippet) =>
  (isAvailable('postgres') || !code.includes('postgresStore')) && (isAvailable('redis') || !code.includes('ioredis'));

const snippet = (file: string, code: string): Snippet => {
  const found = shown.find((one) => one.file === file && one.code.includes(code));
  if (found === undefined) throw new Error(`${file} has no snippet with ${code}`);
  return found;
};

let postgres: Service | undefined;
let redis: Service | undefined;
let api: Server;
const env: Record<string, string> = {
  VIDEOCLOUD_WEBHOOK_SECRET: secret,
  VIDEOCLOUD_WEBHOOK_SECRET_NEW: secret,
  VIDEOCLOUD_API_TOKEN: 'a-token',
  INBOX_URL: ':memory:',
};

beforeAll(async () => {
  clear();
  api = createServer(managementApi).listen(0, '127.0.0.1');
  await new Promise((resolve) => api.once('listening', resolve));
  env.VIDEOCLOUD_API_URL = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  if (isAvailable('redis')) {
    redis = await startRedis();
    env.REDIS_URL = redis.url;
  }
  if (isAvailable('postgres')) {
    postgres = await startPostgres();
    env.DATABASE_URL = postgres.url;
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('CREATE TABLE processed_videos (video_id text)');
    await client.end();
  }
});
afterAll(async () => {
  api.close();
  await postgres?.stop();
  await redis?.stop();
});

/** A management API that knows the webhook the pages speak of. */
async function managementApi(...[request, response]: Parameters<Parameters<typeof createServer>[1] & object>) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const baseUrl = env.VIDEOCLOUD_API_URL ?? '';
  const events = ['video.processed' as const];
  const webhook = {
    id: 'whk_123456',
    url: 'https://a.test',
    events,
    status: 'active',
    createdAt: '2024-03-31T12:00:00Z',
  };
  const answer = await getResponse(
    videoCloudHandlers({ baseUrl, token: 'a-token', seed: { webhooks: [webhook] } }),
    new Request(`${baseUrl}${request.url}`, {
      method: request.method ?? 'GET',
      headers: Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    }),
  );
  response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json' }).end(await answer?.text());
}

// Stamped now: a receiver with maxAge refuses the guide's timestamp.
const event = fixture('video.processed', { timestamp: new Date().toISOString() });

async function post(url: string, body: Uint8Array, signature: string | null): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(signature && { 'x-videocloud-signature': signature }) };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

/** What a receiver says to a signed delivery, to the same bytes signed with another secret, and to unsigned ones. */
async function deliver({ url }: Running): Promise<number[]> {
  const { body, signature } = await signedBody(event, secret);
  const statuses = [
    await post(url ?? '', body, signature),
    await post(url ?? '', body, await sign(body, 'another secret')),
  ];
  return [...statuses, await post(url ?? '', body, null)];
}

async function running<T>(one: Snippet, use: (program: Running) => Promise<T>): Promise<T> {
  const program = await start(one, env);
  try {
    return await use(program);
  } finally {
    await program.stop();
  }
}

describe('a snippet of a page', () => {
  const here = shown.filter((one) => !runElsewhere(one) && isRunnable(one));

  it.each(here.map((one) => [where(one), one] as const))('%s runs', async (_, one) => {
    const isTest = /node:test|node:assert|supertest|createSender/.test(one.code);
    const serves = !isTest && /createReceiver[<(]|verifyWebhook[<(]|express\(\)/.test(one.code);
    if (serves) {
      await running(one, async (program) => {
        expect((await deliver(program)).slice(0, 2)).toEqual([200, 401]);
      });
    } else {
      await start(one, env, 'ends');
    }
  });

  it('that is run elsewhere is still there', () => {
    for (const [page, text] of ELSEWHERE)
      expect(shown.filter(({ file, code }) => page.test(file) && text.test(code))).toHaveLength(1);
  });
});

describe('README.md', () => {
  it.each([
    ['Express', 'app.listen(3000)', /vid_123456 2/],
    ['Hono', 'new Hono()', /^listening on \d+\n$/],
  ])('%s: takes what is signed, refuses what is forged or unsigned', async (_, code, printed) => {
    await running(snippet('README.md', code), async (program) => {
      expect(await deliver(program)).toEqual([200, 401, 401]);
      expect(program.output()).toMatch(printed);
    });
  });

  it('Hono: a handler for user.created also gets user.registered', async () => {
    await running(snippet('README.md', 'new Hono()'), async (program) => {
      const { body, signature } = await signedBody(fixture('user.registered'), secret);
      expect(await post(program.url ?? '', body, signature)).toBe(200);
      expect(program.output()).toContain('a new user usr_123456');
    });
  });

  it('Handle each event once: a copy is not handled again', async () => {
    await running(snippet('README.md', 'onDeadLetter'), async (program) => {
      expect([await deliver(program), await deliver(program)]).toEqual([
        [200, 401, 401],
        [200, 401, 401],
      ]);
      expect(program.output().match(/not handled video\.processed no_handler/g)).toHaveLength(1);
    });
  });
});

it('packages/client/README.md: a receiver is subscribed to what has a handler', async () => {
  await running(snippet('packages/client/README.md', 'receiver.eventTypes()'), async (program) => {
    const names = 'video.processed, user.created, user.updated, user.deleted';
    await expect
      .poll(() => program.output(), { timeout: 60_000 })
      .toContain(`subscribed https://your-server.com/webhooks to ${names}`);
  });
});

it('the examples of docstrings that need no server run, and print what they say they print', async () => {
  const all = sources().flatMap((file) => examples(file, readPage(file)));
  // A database, a management API or a test runner of the reader's, or a program that listens.
  const elsewhere = /\.listen\(|openInbox|VideoCloud\(|createSender|checkReceiver|ioredis|'pg'|'vitest'|next\/server/;
  const here = all.filter(({ code }) => !elsewhere.test(code));
  expect(here.length).toBeGreaterThan(20);
  const code = here.map((one) => `await import(${JSON.stringify(written(one))});`).join('\n');
  const program = await start({ file: 'docstrings', number: 1, line: 1, language: 'js', code }, env, 'ends');
  const said = here.flatMap((one) =>
    [...one.code.matchAll(/console\.log\(.*\); \/\/ (\d+)$/gm)].map(([, text]) => text),
  );
  expect(said.length).toBeGreaterThan(1);
  for (const text of said) expect(program.output().split('\n')).toContain(text);
});
