import { pieces, type WireRequest } from './message.js';

/** Where a request goes: what its first line and Host header need. */
export interface Origin {
  readonly host: string;
  readonly path: string;
  readonly search: string;
  /** Headers the user wants on every request. */
  readonly extra: readonly (readonly [string, string])[];
}

/** The request's head, byte for byte. */
export function encodeHead(message: WireRequest, origin: Origin, connection: 'close' | 'keep-alive'): Buffer {
  const query = [origin.search.replace(/^\?/, ''), message.query ?? ''].filter((part) => part !== '').join('&');
  const lines = [
    `${message.method} ${origin.path}${query === '' ? '' : `?${query}`} HTTP/${message.version}`,
    `Host: ${origin.host}`,
    `Connection: ${connection}`,
    ...origin.extra.map(([name, value]) => `${name}: ${value}`),
    ...message.headers.map(([name, value]) => `${name}: ${value}`),
    ...(message.expectContinue ? ['Expect: 100-continue'] : []),
    message.framing === 'chunked'
      ? 'Transfer-Encoding: chunked'
      : `Content-Length: ${message.declaredLength ?? message.body.length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * The body as it is written, one buffer a piece; a chunked body ends with its last chunk unless the sender goes away.
 * Made piece by piece, because a large body is seldom sent to its end.
 */
export function* encodeBody(message: WireRequest): Generator<Uint8Array> {
  for (const piece of pieces(message)) {
    if (piece.length === 0) continue;
    if (message.framing === 'length') yield piece;
    else yield Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
  }
  if (message.framing === 'chunked' && message.stopAfter === undefined) yield Buffer.from('0\r\n\r\n');
}
