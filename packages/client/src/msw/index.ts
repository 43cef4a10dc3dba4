import { type HttpHandler, HttpResponse, http } from 'msw';
import { checkedBaseUrl } from '../base-url.js';
import type { components } from '../generated/openapi.js';
import { createIssues, type Issue, testIssues, updateIssues } from '../input-issues.js';
import { checkOptions } from '../webhooks/check-arguments.js';
import { MemoryAccount, type MockSeed } from './memory.js';

export type { MockSeed } from './memory.js';

/** Options of {@link videoCloudHandlers}. */
export interface MockOptions {
  /** The `baseUrl` of your client. */
  baseUrl: string;
  /** When given, requests without it are answered 401. */
  token?: string | undefined;
  /** What the account holds at first. */
  seed?: MockSeed | undefined;
  /** Clock of `createdAt` and `timestamp`. */
  now?: (() => number) | undefined;
}

const MAX_BODY_BYTES = 1024 * 1024;

type Schemas = components['schemas'];
type Answer = ReturnType<typeof HttpResponse.json>;
type Params = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Request handlers for MSW 2 and 3 that mock the management API with an account in memory.
 *
 * Statuses, codes and bodies are those of the reference sender, with `http:` URLs accepted. Nothing is delivered; a test
 * delivery is recorded as a success.
 *
 * @throws TypeError when the client would reject `baseUrl`, or the seed has deliveries of an unknown webhook
 * @example
 * ```ts
 * import { setupServer } from 'msw/node';
 * import { VideoCloud } from '@videocloud/webhooks-client';
 * import { videoCloudHandlers } from '@videocloud/webhooks-client/msw';
 *
 * const baseUrl = 'https://videocloud.test';
 * const server = setupServer(...videoCloudHandlers({ baseUrl, token: 'a token' }));
 * server.listen({ onUnhandledRequest: 'error' });
 * const { items } = await new VideoCloud({ baseUrl, token: 'a token' }).webhooks.list();
 * console.log(items.length);
 * server.close();
 * ```
 */
export function videoCloudHandlers(options: MockOptions): HttpHandler[] {
  // A misspelled token would let every request in.
  checkOptions('videoCloudHandlers', options, ['baseUrl', 'token', 'seed', 'now']);
  const { baseUrl, token, seed = {}, now = Date.now } = options;
  // Expressions rather than paths: `:`, `(`, `*` or `[` in a base URL mean something in a path of MSW.
  const root = `^${checkedBaseUrl(baseUrl).replace(/[^\w/]/g, '\\$&')}/webhooks`;
  const all = new RegExp(`${root}$`);
  const one = (rest: string) => new RegExp(`${root}/([^/]+)${rest}$`);
  const account = new MemoryAccount(seed, now);

  /** Authorization first, then the webhook, then the request: without a token not even a 404 is shown. */
  const guarded =
    (answer: (request: Request, id: string) => Answer | Promise<Answer>) =>
    ({ request, params }: { request: Request; params: Params }): Answer | Promise<Answer> => {
      if (token !== undefined && !bearer(request, token))
        return failure(401, 'unauthorized', 'A valid bearer token is required.');
      // The only group of the expressions.
      const id = params['0'];
      if (id !== undefined && !(typeof id === 'string' && account.has(id))) return notFound();
      return answer(request, typeof id === 'string' ? id : '');
    };

  return [
    http.post(
      all,
      guarded(async (request) => {
        const body = await read<Schemas['WebhookCreate']>(request, createIssues);
        return 'answer' in body ? body.answer : success(account.create(body.value), 201);
      }),
    ),
    http.get(
      all,
      guarded((request) => {
        const query = pageOf(request);
        return 'answer' in query ? query.answer : success(account.list(query.limit, query.cursor ?? 0));
      }),
    ),
    http.put(
      one(''),
      guarded(async (request, id) => {
        const body = await read<Schemas['WebhookUpdate']>(request, updateIssues);
        return 'answer' in body ? body.answer : found(account.update(id, body.value));
      }),
    ),
    http.delete(
      one(''),
      guarded((_, id) => found(account.delete(id) ? { id, deleted: true } : undefined)),
    ),
    http.get(
      one('/deliveries'),
      guarded((request, id) => {
        const query = pageOf(request);
        if ('answer' in query) return query.answer;
        return found(account.deliveries(id, query.limit ?? 100, query.cursor ?? Number.POSITIVE_INFINITY));
      }),
    ),
    http.post(
      one('/test'),
      guarded(async (request, id) => {
        const body = await read<Schemas['TestRequest']>(request, testIssues);
        return 'answer' in body ? body.answer : found(account.test(id, body.value.event));
      }),
    ),
  ];
}

function bearer(request: Request, token: string): boolean {
  const [scheme, value, ...more] = (request.headers.get('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && value === token && more.length === 0;
}

/** The body as a `T`, or the answer to a body that `check` rejects. */
async function read<T>(
  request: Request,
  check: (value: unknown) => Issue[],
): Promise<{ answer: Answer } | { value: T }> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { answer: failure(415, 'unsupported_media_type', 'Send application/json.') };
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) return { answer: failure(413, 'body_too_large', 'The body is too large.') };
  let value: T;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { answer: failure(400, 'invalid_json', 'The body is not JSON.') };
  }
  const details = check(value);
  return details.length === 0
    ? { value }
    : { answer: failure(422, 'validation_failed', 'The request is not valid.', details) };
}

function pageOf(request: Request): { answer: Answer } | { limit?: number; cursor?: number } {
  const query = new URL(request.url).searchParams;
  const limit = query.get('limit');
  const cursor = query.get('cursor');
  if (limit !== null && !(/^[1-9]\d{0,2}$/.test(limit) && Number(limit) <= 100)) {
    return { answer: failure(400, 'invalid_parameter', 'limit must be a whole number from 1 to 100.') };
  }
  if (cursor !== null && !/^cur_\d{1,15}$/.test(cursor)) {
    return { answer: failure(400, 'invalid_parameter', 'cursor must be the nextCursor of the page before.') };
  }
  return {
    ...(limit === null ? {} : { limit: Number(limit) }),
    ...(cursor === null ? {} : { cursor: Number(cursor.slice(4)) }),
  };
}

function found(data: object | undefined): Answer {
  return data === undefined ? notFound() : success(data);
}

function success(data: object, status = 200): Answer {
  return HttpResponse.json({ success: true, data }, { status });
}

function notFound(): Answer {
  return failure(404, 'not_found', 'There is no such webhook.');
}

function failure(status: number, code: string, message: string, details?: readonly Issue[]): Answer {
  return HttpResponse.json({ success: false, error: { code, message, ...(details ? { details } : {}) } }, { status });
}
