import { fileURLToPath } from 'node:url';

/** What an inbox URL points at. `url` may hold a password and must not be shown. */
export type Location =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres' | 'redis'; readonly url: string };

const SCHEMES = "'file:inbox.db' or ':memory:' (SQLite), 'postgres://…' (pg-boss) or 'redis://…' (BullMQ)";

/**
 * Reads an inbox URL by its scheme.
 *
 * @throws TypeError naming the schemes there are; it never quotes more than the scheme, as the rest may hold a password
 */
export function locationOf(url: string): Location {
  if (typeof url !== 'string' && url !== undefined && url !== null)
    throw new TypeError(`openInbox needs its URL as a string (of a URL object, its href): ${SCHEMES}`);
  if (!url?.trim()) throw new TypeError(`openInbox needs a URL: ${SCHEMES}`);
  if (url === ':memory:' || url === 'file::memory:') return { engine: 'sqlite', path: ':memory:' };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'file':
      return { engine: 'sqlite', path: filePath(url) };
    case 'postgres':
    case 'postgresql':
      return { engine: 'postgres', url: serverUrl(url, 'postgres://user@host:5432/database') };
    case 'redis':
    case 'rediss':
      return { engine: 'redis', url: redisUrl(url) };
    case undefined:
      throw new TypeError(
        `openInbox needs a URL with a scheme: ${SCHEMES}; for a file put 'file:' in front of the path`,
      );
    default:
      throw new TypeError(`There is no '${scheme}:' inbox: openInbox takes ${SCHEMES}`);
  }
}

function filePath(url: string): string {
  if (/[?#]/.test(url))
    throw new TypeError("A 'file:' inbox takes no query or fragment: write '?' and '#' as %3F and %23");
  try {
    const path = url.startsWith('file://') ? fileURLToPath(url) : decodeURIComponent(url.slice('file:'.length));
    if (path !== '' && !path.endsWith('/') && !path.includes('\0')) return path;
  } catch (cause) {
    throw new TypeError(
      "The 'file:' inbox URL is not a path: write 'file:inbox.db' or 'file:///var/lib/app/inbox.db'",
      {
        cause,
      },
    );
  }
  throw new TypeError("The 'file:' inbox URL names no file: write 'file:inbox.db'");
}

function serverUrl(url: string, sample: string): string {
  // The parser's own error quotes its whole input, password included.
  if (!URL.canParse(url)) throw new TypeError(`The inbox URL cannot be parsed: write it like '${sample}'`);
  return url;
}

function redisUrl(url: string): string {
  const { pathname } = new URL(serverUrl(url, 'redis://host:6379/0'));
  // Clients take anything else for database 0.
  if (/^\/?\d{0,5}$/.test(pathname)) return url;
  throw new TypeError("A 'redis:' inbox URL ends in the number of a database: write 'redis://host:6379/0'");
}
