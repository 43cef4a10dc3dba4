import { isIP } from 'node:net';
import { ConformanceError } from './errors.js';

/** An address of this machine itself: 127/8, ::1 (also as mapped IPv4), the unspecified address, or a `localhost` name. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
    .replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  if (isIP(host) === 4) return host.startsWith('127.') || host === '0.0.0.0';
  if (isIP(host) === 6) return host === '::1' || host === '::' || /^::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}$/.test(host);
  return false;
}

/**
 * Parses a target URL and refuses a host nobody vouched for: the kit sends forgeries, floods and broken requests.
 *
 * @throws ConformanceError `target_invalid` or `host_refused`
 */
export function parseTarget(target: string | URL, hosts: readonly string[], iOwnThisHost: boolean): URL {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    // Without the cause: it holds the text, which may hold credentials.
    throw new ConformanceError(
      'target_invalid',
      'The target is not a URL: give a whole one, such as http://localhost:3000/webhooks.',
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ConformanceError('target_invalid', `The target must be an http or https URL, not ${url.protocol}.`);
  }
  const named = hosts.some((host) => sameHost(host, url));
  if (!isLoopbackHost(url.hostname) && !named && !iOwnThisHost) {
    throw new ConformanceError(
      'host_refused',
      `Refusing to test ${url.host}: the kit sends forged and broken requests, so it only tests this machine unless you answer for the host. ` +
        `Name it (hosts: ['${url.hostname}']) or say that you own it (iOwnThisHost: true, on the command line --i-own-this-host).`,
    );
  }
  return url;
}

function sameHost(named: string, url: URL): boolean {
  const host = named.trim().toLowerCase();
  return host !== '' && (host === url.hostname.toLowerCase() || host === url.host.toLowerCase());
}

/** The target as reports show it: no credentials and no query, either of which may hold a token. */
export function describeTarget(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
