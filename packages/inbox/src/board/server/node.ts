import type { IncomingMessage, ServerResponse } from 'node:http';
import { PAGE_HEADERS } from '@videocloud/local-web/page-server';
import type { Board } from './options.js';

/** Serves a board from `node:http`. No body is read: a request says all in its address. */
export function nodeHandler(fetch: Board['fetch']): Board['node'] {
  return async (request, response) => {
    let answer: Response;
    try {
      answer = await fetch(requestOf(request));
    } catch {
      // Only the making of the request throws: an odd Host or address.
      answer = new Response('Bad request\n', {
        status: 400,
        headers: PAGE_HEADERS.map(([name, value]) => [name, value]),
      });
    }
    await write(answer, response);
  };
}

/** A host and a port: with more in it, another path would be served than the one that the application has let through. */
const HOST = /^(?:\[[\da-f:.]+\]|[^\s/?#@\\:[\]]+)(?::\d{1,5})?$/i;

function requestOf(request: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    // HTTP/2 puts method and path among the headers.
    if (name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  // Express takes the path of the mount off `url`.
  const path = 'originalUrl' in request && typeof request.originalUrl === 'string' ? request.originalUrl : request.url;
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  const authority = request.headers[':authority'];
  const host = request.headers.host ?? (typeof authority === 'string' ? authority : 'localhost');
  if (!HOST.test(host)) throw new TypeError('The Host header is no host');
  if (!headers.has('host')) headers.set('host', host);
  return new Request(new URL(`${scheme}://${host}${path ?? '/'}`), { method: request.method ?? 'GET', headers });
}

async function write(answer: Response, response: ServerResponse): Promise<void> {
  try {
    const body = Buffer.from(await answer.arrayBuffer());
    const cookies = answer.headers.getSetCookie();
    const headers = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, { ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) });
    await new Promise<void>((resolve) => {
      response.once('close', resolve);
      response.end(body, resolve);
    });
  } catch (error) {
    // The headers were sent before us, or the reader is gone: nobody is left to be told.
    response.destroy(error as Error);
  }
}
