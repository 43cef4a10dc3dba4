const MAX_HEAD = 64 * 1024;
const MAX_BODY = 256 * 1024;
const EMPTY: Uint8Array = new Uint8Array(0);

/** A response taken off the front of a connection's bytes. */
export interface ParsedResponse {
  readonly status: number;
  readonly head: string;
  readonly body: Uint8Array;
  /** Bytes used; what follows belongs to the next response. */
  readonly used: number;
}

/**
 * Reads one HTTP/1.x response off the front of `bytes`: `more` when it is not complete, `malformed` when it is not HTTP. A
 * peer that closes while it is still sent to may cut its own answer off: that is no malformed one.
 * Interim (1xx) responses are returned like any other, with an empty body.
 *
 * @param ended whether the peer has closed, which ends a body without a length
 * @see RFC 9112, sections 4 to 7
 */
export function takeResponse(bytes: Buffer, method: string, ended: boolean): ParsedResponse | 'more' | 'malformed' {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return bytes.length > MAX_HEAD || !isHttp(bytes) ? 'malformed' : 'more';
  const head = bytes.toString('latin1', 0, headEnd);
  const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?(?:\r\n|$)/.exec(head);
  if (!statusLine) return 'malformed';
  const status = Number(statusLine[1]);
  const start = headEnd + 4;
  const whole = (body: Uint8Array, used: number): ParsedResponse => ({
    status,
    head,
    body: body.subarray(0, MAX_BODY),
    used,
  });
  if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return whole(EMPTY, start);
  if (/^transfer-encoding:[^\r\n]*chunked/im.test(head)) {
    const body = takeChunks(bytes, start);
    if (body === 'more' && bytes.length - start > MAX_BODY) return whole(bytes.subarray(start), bytes.length);
    if (typeof body === 'string') return body;
    return whole(body.body, body.used);
  }
  const declared = /^content-length:[ \t]*(\d+)[ \t]*$/im.exec(head)?.[1];
  if (declared === undefined)
    return ended || bytes.length - start > MAX_BODY ? whole(bytes.subarray(start), bytes.length) : 'more';
  const end = start + Number(declared);
  if (bytes.length < end && bytes.length - start <= MAX_BODY) return 'more';
  return whole(bytes.subarray(start, end), Math.min(end, bytes.length));
}

const START = 'HTTP/1.';

function isHttp(bytes: Buffer): boolean {
  return START.startsWith(bytes.toString('latin1', 0, START.length));
}

function takeChunks(bytes: Buffer, start: number): { body: Uint8Array; used: number } | 'more' | 'malformed' {
  const parts: Uint8Array[] = [];
  let at = start;
  let total = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return 'more';
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(bytes.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) return 'malformed';
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      const trailerEnd = bytes.indexOf('\r\n\r\n', lineEnd);
      return trailerEnd < 0 ? 'more' : { body: Buffer.concat(parts), used: trailerEnd + 4 };
    }
    const dataEnd = lineEnd + 2 + length;
    total += length;
    if (total > MAX_BODY) return { body: Buffer.concat(parts), used: bytes.length };
    if (bytes.length < dataEnd + 2) return 'more';
    parts.push(bytes.subarray(lineEnd + 2, dataEnd));
    at = dataEnd + 2;
  }
}
