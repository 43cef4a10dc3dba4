import { type ChildProcess, spawn } from 'node:child_process';
import { serve } from '@hono/node-server';
import type { Framework } from '@videocloud/webhooks/doctor';
import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../scripts/free-port.js';
import { RECEIVER_CODE } from '../src/page/why/receiver-code.js';
import type { Item, Why } from '../src/protocol.js';
import { frameworkOf } from '../src/server/why/answer.js';
import { BARE_APPS as APPS } from './support/bare-apps.js';
import { emitted, folder } from './support/compile.js';
import { SECRET, startInspector } from './support/start-inspector.js';

const BODY = JSON.stringify({ event: 'video.updated', timestamp: new Date().toISOString(), data: { n: 1 } }, null, 2);
const ANSWER = { status: 200, headers: {}, body: '', truncated: false };
const ENV = { VIDEOCLOUD_WEBHOOK_SECRET: SECRET };

// Their code listens itself.
const OWN_SERVER: ReadonlySet<Framework> = new Set(['express', 'fastify', 'koa', 'nestjs', 'node']);
// The toolkit answers in front of the other frameworks, whose own headers are not there then.
const SHOWN_BY: Partial<Record<Framework, Framework>> = { express: 'express', fastify: 'fastify' };

interface Shown {
  readonly default?: { fetch(request: Request, env?: object): Response | Promise<Response> };
  readonly POST?: (request: Request) => Promise<Response>;
  readonly handler?: (event: object) => Promise<{ statusCode: number; body?: string }>;
}

/** What runs the module in production, as far as a delivery sees it. */
function answering({ default: app, POST, handler }: Shown): (request: Request) => Response | Promise<Response> {
  if (app !== undefined) return (request) => app.fetch(request, ENV);
  if (POST !== undefined) return POST;
  return async (request) => {
    const body = Buffer.from(await request.arrayBuffer()).toString('base64');
    const event = { version: '2.0', requestContext: { http: { method: request.method } }, isBase64Encoded: true };
    const answer = await handler?.({ ...event, headers: Object.fromEntries(request.headers), body });
    return new Response(answer?.body, { status: answer?.statusCode ?? 500 });
  };
}

/** Starts the code as its own process, or in a server where it is a module for one. */
async function started(framework: Framework): Promise<string> {
  const file = emitted(RECEIVER_CODE[framework], folder(), framework);
  const port = await freePort();
  if (OWN_SERVER.has(framework)) {
    const child: ChildProcess = spawn(process.execPath, [file], {
      env: { ...process.env, ...ENV, PORT: String(port) },
    });
    onTestFinished(() => void child.kill());
    const up = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    await expect.poll(up, { timeout: 60_000 }).toBe(true);
  } else {
    process.env.VIDEOCLOUD_WEBHOOK_SECRET = SECRET;
    onTestFinished(() => void delete process.env.VIDEOCLOUD_WEBHOOK_SECRET);
    const shown = (await import(/* @vite-ignore */ file)) as Shown;
    const server = serve({ fetch: answering(shown), port, hostname: '127.0.0.1' });
    onTestFinished(() => void server.close());
  }
  return `http://127.0.0.1:${port}/webhooks`;
}

describe('the receiver that the page shows', () => {
  it('is there for every framework that the advice is written for', () => {
    expect(Object.keys(RECEIVER_CODE).sort()).toEqual([...FRAMEWORKS].sort());
  });

  it.each(FRAMEWORKS)('accepts a delivery and rejects a forgery: %s', async (framework) => {
    const { url, subscribe } = await startInspector();
    const webhookId = await subscribe(await started(framework));
    const post = async <T>(path: string, body: object): Promise<T> => {
      const headers = { 'content-type': 'application/json' };
      return (await (
        await fetch(`${url}api${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      ).json()) as T;
    };
    const probe = async (mode: string): Promise<Item | undefined> => {
      const body = Buffer.from(BODY).toString('base64');
      return (await post<{ items: Item[] }>('/probe', { webhookId, mode, body })).items[0];
    };
    expect(await probe('exact')).toMatchObject({ responseCode: 200 });
    const forged = await probe('tampered');
    expect(forged).toMatchObject({ responseCode: 401 });
    const why = await post<Why>(`/deliveries/${forged?.id}/why`, {});
    expect(why.finding).toEqual({ code: 'sent_tampered', proof: 'proven' });
    expect(why.framework).toBe(SHOWN_BY[framework]);
  });
});

it('the framework is read from the headers of an answer, or the host', () => {
  for (const [headers, url, expected] of [
    [{ 'X-Powered-By': 'Express' }, 'http://x/', 'express'],
    [{ 'x-powered-by': ['Next.js'] }, 'http://x/', 'next'],
    [{ 'x-nextjs-cache': 'HIT' }, 'http://x/', 'next'],
    [{ 'x-amzn-RequestId': '1' }, 'http://x/', 'lambda'],
    [{}, 'https://abc.execute-api.eu-west-1.amazonaws.com/prod', 'lambda'],
    [{}, 'https://abc.lambda-url.eu-west-1.on.aws/', 'lambda'],
    [{}, 'https://hooks.me.workers.dev/', 'worker'],
    // A CDN or a server in front names no framework.
    [{ 'cf-ray': '1', server: 'cloudflare' }, 'https://hooks.example/', undefined],
    [{ server: 'nginx', 'keep-alive': 'timeout=720' }, 'nonsense', undefined],
  ] as const)
    expect(frameworkOf({ request: { url, headers: {} }, response: { ...ANSWER, headers } })).toBe(expected);
});

describe('the framework of an app without this toolkit', () => {
  it.each(Object.keys(APPS))('is read from what it answers errors with: %s', async (name) => {
    const port = await APPS[name]?.();
    const expected = name.split(' ')[0];
    for (const [path, body] of [
      ['/none', '{}'],
      ['/unauthorized', '{}'],
      ['/broken', '{}'],
    ] as const) {
      const url = `http://127.0.0.1:${port}${path}`;
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      const headers = Object.fromEntries(answer.headers);
      const response = {
        ...ANSWER,
        status: answer.status,
        headers,
        body: Buffer.from(await answer.arrayBuffer()).toString('base64'),
      };
      expect([path, frameworkOf({ request: { url, headers: {} }, response })]).toEqual([path, expected]);
    }
  });
});
