import { BlockList, connect, isIP } from 'node:net';
import { usage } from '../../failure.js';
import { httpUrl } from '../../input/read.js';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');
const CONNECT_MS = 1_000;

/**
 * The URL of an endpoint on this machine, with an address in place of `localhost`.
 *
 * No name is resolved, so that no name server decides where the requests go.
 *
 * @throws Failure for anything else than `localhost` or a loopback address
 */
export async function loopbackUrl(text: string): Promise<URL> {
  const url = httpUrl(text, '`url`');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost') url.hostname = await listeningAddress(portOf(url));
  else if (!isLoopback(host)) {
    throw usage(
      '`url` must be on this machine: http://localhost:PORT/path, 127.0.0.1 or [::1]. For a host that you own elsewhere, run the command `check` yourself',
    );
  }
  return url;
}

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

/** A server on `localhost` listens at one of two addresses, or at both. */
async function listeningAddress(port: number): Promise<string> {
  return (await listens('127.0.0.1', port)) || !(await listens('::1', port)) ? '127.0.0.1' : '[::1]';
}

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
