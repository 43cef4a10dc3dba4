import { createHash, timingSafeEqual } from 'node:crypto';
import { ApiError, readJson } from '@videocloud/local-web/server';
import { Hono } from 'hono';
import type { WebhookChanges } from '../store/webhooks.js';
import type { DeliveryRecord, WebhookRecord } from '../types.js';
import { readCursor, readLimit, writeCursor } from './pages.js';
import { type ValidationOptions, validateCreate, validateTest, validateUpdate } from './validation.js';

/** What the management API calls; ids are as the client gave them. */
export interface ApiOperations {
  create(input: { url: string; events: readonly string[]; secret: string }): Promise<WebhookRecord>;
  list(after: number, limit: number | undefined): { seq: number; webhook: WebhookRecord }[];
  exists(id: string): boolean;
  update(id: string, changes: WebhookChanges): Promise<WebhookRecord | undefined>;
  remove(id: string): Promise<boolean>;
  deliveries(
    id: string,
    before: number,
    limit: number,
  ): { total: number; items: { seq: number; delivery: DeliveryRecord }[] };
  test(id: string, event: string): Promise<string | undefined>;
}

/** Options of the management API. */
export interface ApiOptions extends ValidationOptions {
  readonly token: string | undefined;
  readonly onError: (error: unknown) => void;
}

const DELIVERIES_PAGE = 100;
const notFound = () => new ApiError('not_found', 'There is no such webhook.');
const ok = (data: unknown) => ({ success: true, data });

/** The six operations of openapi.yaml. */
export function managementApi(operations: ApiOperations, options: ApiOptions): Hono {
  const app = new Hono();
  const authorized = tokenCheck(options.token);

  app.use(async (c, next) => {
    if (!authorized(c.req.header('authorization')))
      throw new ApiError('unauthorized', 'A valid bearer token is required.');
    await next();
  });

  app.post('/webhooks', async (c) =>
    c.json(ok(await operations.create(validateCreate(await readJson(c.req.raw), options))), 201),
  );

  app.get('/webhooks', (c) => {
    const query = new URL(c.req.url).searchParams;
    const limit = readLimit(query);
    const found = operations.list(readCursor(query, 'whk') ?? 0, limit === undefined ? undefined : limit + 1);
    const { page, next } = cut(found, limit ?? found.length, 'whk');
    return c.json(ok({ items: page.map(({ webhook }) => webhook), ...next }));
  });

  app.put('/webhooks/:id', async (c) => {
    const id = known(c.req.param('id'));
    const webhook = await operations.update(id, validateUpdate(await readJson(c.req.raw), options));
    if (webhook === undefined) throw notFound();
    return c.json(ok(webhook));
  });

  app.delete('/webhooks/:id', async (c) => {
    const id = c.req.param('id');
    if (!(await operations.remove(id))) throw notFound();
    return c.json(ok({ id, deleted: true }));
  });

  app.get('/webhooks/:id/deliveries', (c) => {
    const id = known(c.req.param('id'));
    const query = new URL(c.req.url).searchParams;
    const limit = readLimit(query) ?? DELIVERIES_PAGE;
    const before = readCursor(query, id) ?? Number.MAX_SAFE_INTEGER;
    const { total, items } = operations.deliveries(id, before, limit + 1);
    const { page, next } = cut(items, limit, id);
    return c.json(ok({ items: page.map(({ delivery }) => documented(delivery)), total, ...next }));
  });

  app.post('/webhooks/:id/test', async (c) => {
    const id = known(c.req.param('id'));
    const deliveryId = await operations.test(id, validateTest(await readJson(c.req.raw)));
    if (deliveryId === undefined) throw notFound();
    return c.json(ok({ deliveryId, status: 'sent' }));
  });

  app.notFound(() => new ApiError('not_found', 'There is no such operation.').toResponse());
  app.onError((error) => {
    if (error instanceof ApiError) return error.toResponse();
    options.onError(error);
    return new ApiError('internal_error', 'Something went wrong.').toResponse();
  });
  return app;

  function known(id: string): string {
    if (!operations.exists(id)) throw notFound();
    return id;
  }
}

function cut<T extends { seq: number }>(
  found: readonly T[],
  limit: number,
  list: string,
): { page: readonly T[]; next: object } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const next = found.length > limit && last !== undefined ? { nextCursor: writeCursor(list, last.seq) } : {};
  return { page, next };
}

/** The members the guide documents, of what the inspector sees. */
function documented({ id, event, status, responseCode, timestamp, retries, error }: DeliveryRecord): object {
  return { id, event, status, responseCode, timestamp, retries, error };
}

function tokenCheck(token: string | undefined): (header: string | undefined) => boolean {
  if (token === undefined) return () => true;
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const expected = digest(token);
  return (header) => {
    const given = /^Bearer +([^ ]+)$/i.exec(header ?? '')?.[1];
    // Digests have one length, so the comparison does not reveal the length of the token.
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}
