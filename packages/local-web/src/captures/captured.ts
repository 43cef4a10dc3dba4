import { fromCommand, isCommand } from './command.js';
import { fromFetch, fromHar, fromLambda, fromLog, parsed } from './documents.js';
import { fromHttp, isHttp } from './http.js';
import { type CapturedRequest, chooseRequest, notUnderstood } from './request.js';
import { decodeUtf8 } from './utf8.js';

/** A delivery as somebody captured it. */
export interface Captured extends CapturedRequest {
  /** Whether it is a whole request, or a body alone, which has no headers. */
  readonly form: 'body' | 'request';
}

export interface CaptureOptions {
  /** The bytes are the body itself, whatever they look like. */
  readonly raw?: boolean | undefined;
  /** Which request of several, from 1. */
  readonly request?: number | undefined;
}

// A body does not hold the header's name; a capture does.
const SIGNATURE_NAME = /x-videocloud-signature/i;
const OTHER_CAPTURE =
  /^\s*(?:HTTP\/\d|:(?:method|authority|path|scheme):? |(?:POST|PUT) \S|(?:wget|http|https|xh|node|python3?) \S)/;

/**
 * Reads a delivery: a bare body, raw HTTP, a command (curl for a POSIX shell or cmd.exe, PowerShell), a browser's fetch
 * call, a HAR file, a Lambda event, or the lines of `listen --json`.
 *
 * @throws CaptureError for a capture that it does not understand: a verdict about other bytes would be false
 */
export function readCaptured(bytes: Uint8Array, options: CaptureOptions = {}): Captured {
  const bare: Captured = { body: bytes, headers: {}, allHeaders: false, form: 'body' };
  const requests = options.raw === true ? undefined : requestsOf(Buffer.from(bytes));
  if (requests === undefined) return bare;
  const chosen = chooseRequest(requests, options.request);
  // The capture shows the header, though not as one of this request: as a variable, or set before in a session.
  const unread = chosen.headers['x-videocloud-signature'] === undefined && mentionsSignature(bytes);
  return { ...chosen, ...(unread ? { allHeaders: false } : {}), form: 'request' };
}

/**
 * The requests of a capture in order, each with whether it is signed; one for a bare body.
 *
 * @throws CaptureError for a capture that is not understood
 */
export function listRequests(bytes: Uint8Array): readonly { readonly signed: boolean; readonly bytes: number }[] {
  const bare: CapturedRequest = { headers: {}, body: bytes, allHeaders: false };
  const requests = requestsOf(Buffer.from(bytes)) ?? [bare];
  return requests.map(({ headers, body }) => ({
    signed: headers['x-videocloud-signature'] !== undefined,
    bytes: body.length,
  }));
}

function mentionsSignature(bytes: Uint8Array): boolean {
  return SIGNATURE_NAME.test(textOf(Buffer.from(bytes)) ?? Buffer.from(bytes).toString('latin1'));
}

function requestsOf(bytes: Buffer): CapturedRequest[] | undefined {
  const text = textOf(bytes);
  const start = text === undefined ? bytes : Buffer.from(text.trimStart());
  if (isHttp(start)) return fromHttp(start);
  if (text === undefined) return undefined;
  if (isCommand(text)) return fromCommand(text);
  const found = fromFetch(text) ?? (/^\s*[{[]/.test(text) ? fromDocument(text) : undefined);
  if (found !== undefined) return found;
  if (SIGNATURE_NAME.test(text) || OTHER_CAPTURE.test(text)) {
    throw notUnderstood(
      'this looks like a capture of another kind; give the body alone with --signature HEX, or --raw',
    );
  }
  return undefined;
}

function fromDocument(text: string): CapturedRequest[] | undefined {
  const document = parsed(text);
  if (document === undefined) return fromLog(text);
  return fromHar(document) ?? fromLog(text) ?? fromLambda(document);
}

/** The text of a capture, in UTF-8 or, as PowerShell writes files, UTF-16; without its byte order mark. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  const text = decodeUtf8(bytes);
  return text?.startsWith('\ufeff') ? text.slice(1) : text;
}
