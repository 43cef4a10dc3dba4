import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Where `npm run docs` puts the site. */
export const SITE = fileURLToPath(new URL('../../build/site/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** The file of the site that an address leads to; undefined when there is none. */
export function fileAt(pathname: string): string | undefined {
  const path = decodeURIComponent(pathname);
  const file = join(SITE, path.endsWith('/') ? `${path}index.html` : path);
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** The folder of the built site. */
export async function builtSite(): Promise<string> {
  if (fileAt('/') === undefined) throw new Error('The site is not built: npm run docs');
  return SITE;
}

export interface ServedSite {
  readonly url: string;
  /** Method and address of every request. */
  readonly requests: string[];
  /** Bytes of all answers' bodies, compressed. */
  readonly sent: () => number;
  close(): Promise<void>;
}

/** The built site on loopback, as a plain server of files gives it. */
export async function servedSite(): Promise<ServedSite> {
  await builtSite();
  const requests: string[] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const file = fileAt(new URL(request.url ?? '/', 'http://site').pathname);
    if (request.method !== 'GET' || file === undefined) return void response.writeHead(404).end();
    const body = gzipSync(readFileSync(file));
    sent += body.byteLength;
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, sent: () => sent, close };
}
