import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { SocketConnection } from './connection.js';
import type { Origin } from './encode.js';
import { type EndpointAnswer, noAnswer, type WireRequest } from './message.js';
import type { Transport, WaitLimits } from './transport.js';

/** How long the last bytes of a sender that goes away are given to arrive. */
const LAST_BYTES = 30;

/** Reaches an endpoint over TCP or TLS, with nothing between the case's bytes and the socket. Redirects are never followed. */
export function wireTransport(
  url: URL,
  headers: readonly (readonly [string, string])[],
  ca: string | undefined,
): Transport {
  const sockets = new Set<Socket>();
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  const origin: Origin = {
    host: url.host,
    path: url.pathname,
    search: url.search,
    extra: [...authorization(url), ...headers],
  };

  const open = ({ deadline, signal }: WaitLimits, keepAlive: boolean): Promise<SocketConnection | 'unreachable'> =>
    new Promise((resolve) => {
      const servername = /^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname };
      const socket = secure
        ? connectTls({ host: hostname, port, ...servername, ...(ca === undefined ? {} : { ca }) })
        : connectTcp({ host: hostname, port });
      sockets.add(socket);
      const timer = setTimeout(() => socket.destroy(), deadline);
      const interrupt = () => socket.destroy();
      signal.addEventListener('abort', interrupt, { once: true });
      const fail = () => resolve('unreachable');
      socket.once('error', fail);
      socket.once('close', () => {
        sockets.delete(socket);
        signal.removeEventListener('abort', interrupt);
        clearTimeout(timer);
        fail();
      });
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        clearTimeout(timer);
        resolve(new SocketConnection(socket, origin, keepAlive));
      });
      if (signal.aborted) interrupt();
    });

  async function send(message: WireRequest, limits: WaitLimits): Promise<EndpointAnswer> {
    const started = performance.now();
    const connection = await open(limits, false);
    const elapsed = () => performance.now() - started;
    if (connection === 'unreachable') return noAnswer(limits.signal.aborted ? 'interrupted' : 'unreachable', elapsed());
    try {
      if (message.stopAfter !== undefined) {
        await connection.writeRequest(message);
        await sleep(LAST_BYTES);
        return noAnswer('departed', elapsed());
      }
      const pauses = message.pauseMs * message.cuts.length;
      const answering = connection.answer(message.method, { ...limits, deadline: limits.deadline + pauses });
      const writing = connection.writeRequest(message).then(() => {
        // A sender that promised more than it sends must also hang up, or both sides wait.
        if ((message.declaredLength ?? 0) > message.body.length) connection.finish();
      });
      const [answer] = await Promise.all([answering, Promise.race([writing, answering])]);
      return { ...answer, durationMs: Math.max(0, elapsed() - pauses) };
    } finally {
      connection.close();
    }
  }

  return {
    kind: 'wire',
    send,
    open: (limits) => open(limits, true),
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function authorization(url: URL): [string, string][] {
  if (url.username === '' && url.password === '') return [];
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return [['Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]];
}
