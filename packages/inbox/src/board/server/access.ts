import { WRITE_HEADER } from '../protocol.js';
import type { BoardSettings } from './options.js';
import { Refusal } from './refusal.js';

/** Throws unless `authorize` answered `true`; one that throws lets nobody in. */
export async function assertAuthorized(request: Request, { authorize, report }: BoardSettings): Promise<void> {
  if (authorize === false) return;
  let verdict: unknown;
  try {
    verdict = await authorize(request);
  } catch (error) {
    report(error);
  }
  if (verdict !== true) throw new Refusal('not_authorized', 'You may not open this page.');
}

/** Throws for what another site made a browser send to the API. Links of other sites may lead to the page. */
export function assertNotForeign({ headers }: Request): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new Refusal('foreign_origin', 'Requests from other sites are refused.');
}

/**
 * Throws unless the board's own page sent a write.
 *
 * Only a page of the same origin can set the header without a preflight. Every current browser sends `Origin` with it, and over
 * HTTPS and on localhost `Sec-Fetch-Site` too: at least one must be there, and all that are there must fit.
 */
export function assertOwnPage({ headers, url }: Request): void {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  if (headers.get(WRITE_HEADER) !== '1' || (site ?? 'same-origin') !== 'same-origin' || (site ?? origin) === null)
    throw new Refusal('foreign_origin', 'Only the page itself may change something.');
  if (origin === null) return;
  const host = headers.get('host') ?? new URL(url).host;
  // Set by a proxy that gives the request another Host; no page of another site can set it.
  const forwarded = headers.get('x-forwarded-host');
  if (![host, forwarded].some((own) => own !== null && isSameHost(origin, own)))
    throw new Refusal(
      'foreign_origin',
      'Origin is not this host. Behind a proxy, let it pass Host or X-Forwarded-Host on.',
    );
}

function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { host: sent, protocol } = new URL(origin);
  // With the scheme of the origin, so that its default port is left out of both.
  const own = `${protocol}//${host.trim()}`;
  return sent !== '' && URL.canParse(own) && new URL(own).host === sent;
}
