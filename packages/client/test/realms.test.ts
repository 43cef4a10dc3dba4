import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Client from '../src/index.js';
import { EMPTY, json, NOBODY_THERE, problem, serve, serveTcp } from './servers.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const token = 'token-that-must-not-show';

/**
 * The client in a realm of its own, as in Jest: `Error`, `Promise` and `Uint8Array` are not those of `fetch`, `Response` and
 * the streams, which come from outside.
 */
let client: typeof Client;
let code = '';
beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'client',
    platform: 'browser',
  });
  code = outputFiles?.[0]?.text ?? '';
  client = load({});
});

function load(more: Record<string, unknown>): typeof Client {
  const outside = {
    fetch: globalThis.fetch,
    Request,
    Response,
    Headers,
    FormData,
    AbortController,
    AbortSignal,
    URL,
    URLSearchParams,
    TextDecoder,
    TextEncoder,
    ReadableStream,
    performance,
    crypto,
    atob,
    btoa,
    setTimeout,
    clearTimeout,
    ...more,
  };
  return runInContext(`${code}; client`, createContext(outside)) as typeof Client;
}

async function caught(promise: Promise<unknown>): Promise<Client.VideoCloudApiError> {
  try {
    await promise;
  } catch (error) {
    return error as Client.VideoCloudApiError;
  }
  return expect.fail('should have been rejected');
}

describe('in another realm', () => {
  const clientOf = (baseUrl: string, more: object = {}) =>
    new client.VideoCloud({ baseUrl, token, sleep: async () => undefined, ...more });

  it('a refused connection is attempted 3 times', async () => {
    const error = await caught(
      clientOf(NOBODY_THERE).webhooks.create({ url: 'https://a.test', events: ['user.created'], secret: 'abc' }),
    );
    expect(error).toMatchObject({ name: 'VideoCloudConnectionError', attempts: 3 });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('an answer is read, and a time limit ends the call', async () => {
    const server = await serve((_, response) => json(response, 200, EMPTY));
    expect((await clientOf(server.url).webhooks.list()).items).toHaveLength(0);
    const hanging = await serveTcp(() => undefined);
    expect(await caught(clientOf(hanging.url, { timeout: 600 }).webhooks.list())).toMatchObject({
      name: 'VideoCloudTimeoutError',
      attempts: 1,
    });
  });

  it('a signal of the caller ends the call with its reason', async () => {
    const controller = new AbortController();
    const hanging = await serveTcp(() => controller.abort('stop'));
    const call = clientOf(hanging.url).webhooks.list({ signal: controller.signal });

    await expect(call).rejects.toBe('stop');
  });

  it('an error of fetch keeps no token', async () => {
    const inner = Object.assign(new Error(`sent Bearer ${token}`), {
      code: 'EPROTO',
      headers: { authorization: token },
    });
    const fetch = () => Promise.reject(new TypeError(`failed ${token}`, { cause: inner }));
    const error = await caught(clientOf('https://videocloud.test', { fetch, maxRetries: 0 }).webhooks.list());
    expect(error.name).toBe('VideoCloudConnectionError');
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
    expect(error).toMatchObject({ cause: { cause: { code: 'EPROTO', message: 'sent Bearer [redacted]' } } });
  });

  it('a delete found gone after a lost answer is done', async () => {
    const server = await serve((n, response) =>
      n === 1 ? response.destroy() : json(response, 404, problem('not_found')),
    );
    expect(await clientOf(server.url).webhooks.delete('whk_1')).toMatchObject({ id: 'whk_1', deleted: true });
  });

  it('an AbortController that fetch does not accept, as jsdom has, does not break calls', async () => {
    class ForeignSignal extends EventTarget {
      aborted = false;
      reason: unknown;
    }
    class ForeignController {
      signal = new ForeignSignal();
      abort(reason: unknown) {
        this.signal.aborted = true;
        this.signal.reason = reason;
        this.signal.dispatchEvent(new Event('abort'));
      }
    }
    const jsdom = load({ AbortController: ForeignController });
    const server = await serve((_, response) => json(response, 200, EMPTY));
    expect((await new jsdom.VideoCloud({ baseUrl: server.url }).webhooks.list()).items).toHaveLength(0);
    const hanging = await serveTcp(() => undefined);
    const { webhooks } = new jsdom.VideoCloud({ baseUrl: hanging.url, timeout: 600 });
    expect(await caught(webhooks.list())).toMatchObject({ name: 'VideoCloudTimeoutError' });
  });

  it('a Response of another package is read', async () => {
    const text = JSON.stringify(EMPTY);
    const foreign = {
      status: 200,
      ok: true,
      statusText: 'OK',
      type: 'default',
      url: '',
      headers: new Map([['content-type', 'application/json']]),
      body: { pipe: () => undefined },
      arrayBuffer: async () => new TextEncoder().encode(text).buffer,
    };
    expect((await clientOf('https://videocloud.test', { fetch: async () => foreign }).webhooks.list()).items).toEqual(
      [],
    );
    const error = await caught(
      clientOf('https://videocloud.test', { fetch: async () => undefined, maxRetries: 0 }).webhooks.list(),
    );
    expect(error).toMatchObject({ name: 'VideoCloudConnectionError', message: /did not resolve with a Response/ });
  });
});
