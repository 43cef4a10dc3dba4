import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { type AllowedHosts, refusalOf } from './local-requests.js';
import { PAGE_HEADERS } from './page-headers.js';

/** Who may open a page. */
export interface PageGuardOptions {
  /** Host names besides those of this machine under which the page may be asked for. */
  readonly allowed: AllowedHosts;
  /** Asked for on every request when set. */
  readonly token: () => string | undefined;
}

/**
 * Keeps other web pages out. A page of another origin can make a browser send requests here, and by DNS rebinding can even read
 * the answers under its own name: so the Host must be a name of this machine, and whoever changes something must be this page.
 */
export function pageGuard(options: PageGuardOptions): MiddlewareHandler {
  return async (c, next) => {
    const url = new URL(c.req.url);
    protect(c, url.pathname);
    const refusal = refusalOf(
      {
        host: c.req.header('host') ?? url.host,
        origin: c.req.header('origin'),
        fetchSite: c.req.header('sec-fetch-site'),
        linkable: url.pathname === '/',
      },
      options.allowed,
    );
    if (refusal?.code === 'host_not_allowed')
      return c.text('This host name is not allowed here.\nПод этим именем узла страница не открывается.\n', 421);
    if (refusal !== undefined) return c.text('Requests from other origins are refused.\n', 403);
    const token = options.token();
    if (token !== undefined) {
      const given = url.searchParams.get('token');
      if (given !== null && same(given, token) && url.pathname === '/' && c.req.method === 'GET') {
        // Out of the address bar, the history and screenshots at once.
        setCookie(c, cookieOf(token), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
        return c.redirect('/', 303);
      }
      if (!same(getCookie(c, cookieOf(token)) ?? '', token))
        return c.text(
          'Open the address with its token, as it was printed at the start.\nОткройте адрес вместе с токеном, каким он был показан при запуске.\n',
          401,
        );
    }
    await next();
    // Again: an answer that was made elsewhere knows nothing of what was set before.
    protect(c, url.pathname);
  };
}

function protect(c: Context, path: string): void {
  for (const [name, value] of PAGE_HEADERS) c.header(name, value);
  if (!path.startsWith('/assets/')) c.header('cache-control', 'no-store');
}

/** Cookies know no ports: two inspectors on one host must not overwrite each other's. */
const cookieOf = (token: string): string => `videocloud_inspector_${digest(token).toString('hex').slice(0, 12)}`;

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

function same(given: string, expected: string): boolean {
  // Digests have one length, so the comparison does not reveal the length of the token.
  return timingSafeEqual(digest(given), digest(expected));
}
