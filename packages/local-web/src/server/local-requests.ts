import { isIP } from 'node:net';
import { ApiError } from './api-error.js';

/** What `refusalOf` looks at. */
export interface LocalRequest {
  /** The `Host` header, or the host of the URL where there is none. */
  readonly host: string;
  readonly origin: string | undefined;
  /** The `Sec-Fetch-Site` header, which every current browser sends. */
  readonly fetchSite: string | undefined;
  /** Whether a link on another site may lead here, as to a page. */
  readonly linkable: boolean;
}

/** Host names besides those of this machine. */
export interface AllowedHosts {
  /** Allowed by the user; pages of these hosts may send requests too. */
  readonly hosts: readonly string[];
  /** What the server listens on. */
  readonly bound: readonly string[];
}

/**
 * Says why a request must not be answered by a server of this machine; undefined when it may be.
 *
 * A web page of another site can make a browser send requests to this machine, and with DNS rebinding read the answers under its own
 * host name. So `Host` must be a name of this machine, a numeric address (which cannot be rebound) or in `hosts`, and `Origin` and
 * `Sec-Fetch-Site` must be of the same origin, or of a host in `hosts`.
 */
export function refusalOf(request: LocalRequest, { hosts, bound }: AllowedHosts): ApiError | undefined {
  const { host, origin, fetchSite, linkable } = request;
  if (!isLocalHost(host, [...hosts, ...bound])) {
    return new ApiError(
      'host_not_allowed',
      'This host name is not allowed here; allow it by name with the option hosts.',
    );
  }
  const refused = new ApiError('origin_not_allowed', 'Requests from other origins are refused.');
  if (origin !== undefined) {
    if (isNamed(hostOf(origin), hosts)) return undefined;
    if (origin !== `http://${host}` && origin !== `https://${host}`) return refused;
  }
  const foreign = fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
  return foreign && !linkable ? refused : undefined;
}

/** `refusalOf` for an API that no page links to. */
export function refusalOfApiRequest({ url, headers }: Request, allowed: AllowedHosts): ApiError | undefined {
  const header = (name: string) => headers.get(name) ?? undefined;
  const host = header('host') ?? new URL(url).host;
  return refusalOf({ host, origin: header('origin'), fetchSite: header('sec-fetch-site'), linkable: false }, allowed);
}

function isLocalHost(host: string, hosts: readonly string[]): boolean {
  const [, name = ''] = /^(\[[0-9a-f:.]+\]|[^:@/?#\s[\]]+)(?::\d{1,5})?$/i.exec(host) ?? [];
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare.endsWith('.localhost') || isIP(bare) !== 0 || isNamed(bare, hosts);
}

const isNamed = (name: string, hosts: readonly string[]): boolean =>
  name !== '' && hosts.some((known) => known.toLowerCase() === name.toLowerCase());

const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).hostname : '');

/** Checks an option `hosts`: plain host names, without scheme and port. Throws TypeError that names the member at fault. */
export function hostNames(hosts: readonly string[] | undefined): string[] {
  if (hosts === undefined) return [];
  if (!Array.isArray(hosts)) throw new TypeError("hosts must be an array of host names, such as ['sender.internal']");
  for (const name of hosts) {
    if (typeof name !== 'string' || !/^[a-z0-9_](?:[a-z0-9._-]{0,252})$/i.test(name))
      throw new TypeError(`hosts: ${JSON.stringify(name)} is not a host name; leave out scheme and port`);
  }
  return [...hosts];
}
