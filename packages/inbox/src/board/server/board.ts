import { ASSET_CACHE, PAGE_HEADERS } from '@videocloud/local-web/page-server';
import { assertAuthorized, assertNotForeign, assertOwnPage } from './access.js';
import { READS, refusalOf, WRITES } from './api.js';
import { ASSETS, boardPage } from './document.js';
import { nodeHandler } from './node.js';
import { type Board, type BoardInbox, type BoardOptions, boardInbox, settingsOf } from './options.js';
import { keptPreferences } from './preferences.js';
import { Refusal } from './refusal.js';

/**
 * Makes the operations page of an inbox: backlog, dead letters with their bytes and errors, retry, discard, pause.
 *
 * Mount `fetch` or `node` in an app of yours; `basePath` is where. The page loads nothing from other hosts. In place of the inbox a
 * function may give it: it is called with the first request, so that a build that only loads the module opens no database.
 *
 * @throws TypeError without `authorize`, or for an option that makes no sense
 * @example
 * ```ts
 * import { openInbox } from '@videocloud/webhooks-inbox';
 * import { createBoard } from '@videocloud/webhooks-inbox/board';
 * import express from 'express';
 *
 * const board = createBoard(await openInbox('file:inbox.db'), {
 *   basePath: '/admin/inbox',
 *   authorize: (request) => request.headers.get('authorization') === `Bearer ${process.env.BOARD_TOKEN}`,
 * });
 * express().use('/admin/inbox', board.node).listen(3000);
 * ```
 */
export function createBoard(
  inbox: BoardInbox | (() => BoardInbox | Promise<BoardInbox>),
  options: BoardOptions,
): Board {
  const settings = settingsOf(options);
  const opened = typeof inbox === 'function' ? once(inbox) : always(boardInbox(inbox));
  const fetch: Board['fetch'] = async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    try {
      return await answer(request, pathname, searchParams);
    } catch (error) {
      const refusal = refusalOf(error, settings.report);
      const isApi = pathname.startsWith(`${settings.basePath}/api/`);
      const refused = isApi ? json(refusal.toView(), refusal.status) : plain(refusal);
      if (refusal.code === 'method_not_allowed') refused.headers.set('allow', isApi ? 'GET, HEAD, POST' : 'GET, HEAD');
      return refused;
    }
  };

  async function answer(request: Request, pathname: string, query: URLSearchParams): Promise<Response> {
    const path = pathUnder(settings.basePath, pathname);
    const isApi = path.startsWith('/api/');
    if (isApi) assertNotForeign(request);
    await assertAuthorized(request, settings);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && !(isApi && request.method === 'POST'))
      throw new Refusal('method_not_allowed', 'Only GET, and POST of the page itself, are answered here.');
    if (path === '/api/preferences' && request.method === 'POST') return keep(request, query);
    if (isApi) return json(await operate(request, path.slice('/api/'.length), query));
    if (path === '/')
      return new Response(boardPage(settings, request.headers), { headers: headersOf('text/html; charset=utf-8') });
    const asset = Object.values(ASSETS).find((one) => one.path === path);
    if (asset === undefined) throw new Refusal('not_found', 'There is no such page.');
    return new Response(asset.bytes, { headers: headersOf(asset.type, ASSET_CACHE) });
  }

  /** Not a write of the inbox: a read-only page keeps language and theme, too. */
  function keep(request: Request, query: URLSearchParams): Response {
    assertOwnPage(request);
    const kept = json({});
    for (const cookie of keptPreferences(query, settings.basePath)) kept.headers.append('set-cookie', cookie);
    return kept;
  }

  async function operate(request: Request, name: string, query: URLSearchParams): Promise<object> {
    const writes = request.method === 'POST';
    const operations = writes ? WRITES : READS;
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined) throw new Refusal('not_found', 'There is no such operation.');
    if (writes) {
      if (settings.readOnly) throw new Refusal('read_only', 'This page is read-only.');
      assertOwnPage(request);
    }
    return operation(await opened(), query);
  }

  return { fetch, node: nodeHandler(fetch) };
}

/** The path below the mount, `/` for the mount itself. */
function pathUnder(basePath: string, pathname: string): string {
  if (pathname === basePath) return '/';
  if (pathname.startsWith(`${basePath}/`)) return pathname.slice(basePath.length);
  const place = basePath === '' ? 'the root' : basePath;
  throw new Refusal('not_found', `The board is set up for ${place}: mount it there, or set basePath to where it is.`);
}

function json(value: object, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: headersOf('application/json') });
}

function plain({ message, status, code }: Refusal): Response {
  const russian = code === 'not_authorized' ? 'Открыть эту страницу вам нельзя.\n' : '';
  return new Response(`${message}\n${russian}`, { status, headers: headersOf('text/plain; charset=utf-8') });
}

function headersOf(type: string, cache = 'no-store'): Headers {
  return new Headers([
    ...PAGE_HEADERS.map(([name, value]): [string, string] => [name, value]),
    ['content-type', type],
    ['cache-control', cache],
  ]);
}

const always =
  <T>(value: T) =>
  (): Promise<T> =>
    Promise.resolve(value);

/** Opens the inbox with the first request; one that failed to open is opened again with the next. */
function once(open: () => BoardInbox | Promise<BoardInbox>): () => Promise<BoardInbox> {
  let opening: Promise<BoardInbox> | undefined;
  return () => {
    opening ??= new Promise<BoardInbox>((resolve) => resolve(open())).then(boardInbox);
    opening.catch(() => {
      opening = undefined;
    });
    return opening;
  };
}
