import { addHeader, type CapturedRequest, notUnderstood } from './request.js';

const REQUEST_LINE = /^[A-Z]{3,10} \S{1,8192} HTTP\/\d/;
const ANSWER = /^HTTP\/\d(?:\.\d)? \d{3}/;
const ANSWER_INSIDE = /\nHTTP\/\d(?:\.\d)? \d{3}[ \r\n]/;
const MAX_SIZE_DIGITS = 8;

/** Whether bytes begin like a raw HTTP request. */
export function isHttp(bytes: Buffer): boolean {
  return REQUEST_LINE.test(bytes.subarray(0, 8_300).toString('latin1'));
}

/** The requests of raw HTTP, with line ends of either kind: bodies by Content-Length, in chunks, or up to the end. */
export function fromHttp(bytes: Buffer): CapturedRequest[] {
  const requests: CapturedRequest[] = [];
  let at = 0;
  do {
    const head = headEnd(bytes, at);
    if (head === undefined) throw notUnderstood('a request has no blank line between its headers and its body');
    const headers = readHead(bytes.subarray(at, head.from).toString('latin1'));
    const { body, end, problem } = readBody(bytes, head.to, headers);
    requests.push({ body, headers, allHeaders: true, ...(problem === undefined ? {} : { problem }) });
    at = end;
  } while (isHttp(bytes.subarray(at)));
  return requests;
}

/** Where the empty line after the headers begins and ends. */
function headEnd(bytes: Buffer, start: number): { readonly from: number; readonly to: number } | undefined {
  for (let line = bytes.indexOf(10, start); line >= 0; line = bytes.indexOf(10, line + 1)) {
    const next = bytes[line + 1] === 13 ? line + 2 : line + 1;
    if (bytes[next] === 10) return { from: line, to: next + 1 };
  }
  return undefined;
}

function readHead(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  let name = '';
  for (const line of text.split('\n').slice(1)) {
    const content = line.endsWith('\r') ? line.slice(0, -1) : line;
    const colon = content.indexOf(':');
    if (/^[ \t]/.test(content) && name !== '') {
      // Of a value that begins on this line, the fold is no part.
      headers[name] = `${headers[name] ?? ''} ${content.trim()}`.trim();
      continue;
    }
    if (colon < 1) throw notUnderstood('a header line has no colon');
    name = content.slice(0, colon).trim().toLowerCase();
    addHeader(headers, name, content.slice(colon + 1).trim());
  }
  return headers;
}

function readBody(bytes: Buffer, from: number, headers: Readonly<Record<string, string>>) {
  const rest = bytes.subarray(from);
  const declared = /^\d{1,12}$/.test(headers['content-length'] ?? '') ? Number(headers['content-length']) : undefined;
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return { end: bytes.length, ...dechunked(bytes, from) };
  if (declared === undefined) {
    const problem = ANSWER_INSIDE.test(rest.toString('latin1'))
      ? 'an answer follows the request, which has no Content-Length: remove it'
      : undefined;
    return { body: rest, end: bytes.length, problem };
  }
  if (rest.length === 0 && declared > 0) {
    return { body: rest, end: bytes.length, problem: `the body is not in the capture (Content-Length: ${declared})` };
  }
  // What follows is left out: an editor's line break, the answer, the next request. A body of another length is kept, for the doctor.
  const tail = bytes.subarray(from + declared);
  const breaks = /^[\r\n]{0,16}/.exec(tail.subarray(0, 16).toString('latin1'))?.[0].length ?? 0;
  const next = tail.subarray(breaks);
  const length = from + declared;
  if (isHttp(next)) return { body: bytes.subarray(from, length), end: length + breaks };
  const ends =
    ANSWER.test(next.subarray(0, 16).toString('latin1')) || /^\r?\n$/.test(tail.subarray(0, 3).toString('latin1'));
  return { body: bytes.subarray(from, ends ? length : bytes.length), end: bytes.length };
}

/** Joins the chunks. A body without them is taken as it is: some tools join them and keep the header. */
function dechunked(bytes: Buffer, from: number) {
  const rest = bytes.subarray(from);
  if (sizeAt(bytes, from) === undefined) return { body: rest };
  const parts: Buffer[] = [];
  for (let at = from; at < bytes.length; ) {
    const size = sizeAt(bytes, at);
    const line = bytes.indexOf(10, at);
    if (size === undefined || line < 0) break;
    if (size === 0) return { body: Buffer.concat(parts), end: skipTrailers(bytes, line + 1) };
    const data = line + 1;
    let next = data + size;
    if (next > bytes.length) break;
    parts.push(bytes.subarray(data, next));
    if (bytes[next] === 13) next++;
    if (bytes[next] !== 10) break;
    at = next + 1;
  }
  return { body: rest, problem: 'the chunks of the body (Transfer-Encoding: chunked) are cut or damaged' };
}

/** A chunk's size, if a line that holds one stands here. */
function sizeAt(bytes: Buffer, at: number): number | undefined {
  const text = bytes.subarray(at, at + 64).toString('latin1');
  const digits = /^([0-9a-fA-F]{1,16})[ \t]*(?:;[^\n]*)?\r?(?:\n|$)/.exec(text)?.[1];
  return digits === undefined || digits.length > MAX_SIZE_DIGITS ? undefined : Number.parseInt(digits, 16);
}

function skipTrailers(bytes: Buffer, from: number): number {
  if (bytes[from] === 13 && bytes[from + 1] === 10) return from + 2;
  if (bytes[from] === 10) return from + 1;
  return headEnd(bytes, from)?.to ?? bytes.length;
}
