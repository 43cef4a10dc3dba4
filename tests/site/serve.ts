// The built site on a loopback port, compressed as hosts do, with a count of what was sent.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export const BUILT = fileURLToPath(new URL('../../build/site/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Served {
  readonly url: string;
  /** Bytes of the answers since the last call. */
  sent(): number;
  close(): void;
}

/** The file that a path of the site leads to; undefined when there is none. */
export function fileOf(path: string): string | undefined {
  const full = join(BUILT, normalize(decodeURIComponent(path)));
  const candidates = path.endsWith('/') ? [`${full}index.html`] : [full, `${full}.html`];
  return candidates.find((one) => one.startsWith(BUILT) && existsSync(one) && statSync(one).isFile());
}

export async function serve(): Promise<Served> {
  let bytes = 0;
  const server = createServer((request, response) => {
    const file = fileOf(new URL(request.url ?? '/', 'http://site.test').pathname);
    const body = gzipSync(readFileSync(file ?? `${BUILT}404.html`));
    bytes += body.byteLength;
    const type = TYPES[extname(file ?? '.html')] ?? 'application/octet-stream';
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent() {
      const since = bytes;
      bytes = 0;
      return since;
    },
    close: () => server.close(),
  };
}
