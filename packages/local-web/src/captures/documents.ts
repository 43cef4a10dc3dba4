import { type CapturedRequest, headersOf, member, notUnderstood } from './request.js';

const NO_BODY = Buffer.alloc(0);

/** The requests of a HAR file that have, or had, a body; undefined for any other document. */
export function fromHar(document: unknown): CapturedRequest[] | undefined {
  const entries = member(member(document, 'log'), 'entries');
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((entry) => harRequest(member(entry, 'request')));
}

function harRequest(request: unknown): CapturedRequest[] {
  const headers = headersOf(member(request, 'headers'));
  const post = member(request, 'postData');
  const size = Math.max(numberOf(member(request, 'bodySize')), numberOf(headers['content-length']));
  const allHeaders = Object.keys(headers).length > 0;
  const text = member(post, 'text');
  const encoding = member(post, 'encoding') ?? member(post, '_encoding');
  const params = member(post, 'params');
  if (typeof text !== 'string' || (text === '' && Array.isArray(params) && params.length > 0)) {
    if (size <= 0 && post === undefined) return [];
    return [{ body: NO_BODY, headers, allHeaders, problem: 'the HAR file does not hold the body of the request' }];
  }
  const body = decodedText(text, encoding);
  if (body === undefined) {
    return [{ body: NO_BODY, headers, allHeaders, problem: 'the body in the HAR file is damaged (encoding)' }];
  }
  const cut = size > body.length ? `the HAR file holds ${body.length} of ${size} bytes of the body` : undefined;
  return [{ body, headers, allHeaders, ...(cut === undefined ? {} : { problem: cut }) }];
}

function numberOf(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : -1;
}

/** The bytes of a text in a JSON document; undefined where they were lost on the way into it. */
function decodedText(text: string, encoding: unknown): Buffer | undefined {
  if (encoding === 'base64') return decodedBase64(text);
  if (encoding !== undefined && encoding !== null && encoding !== '') return undefined;
  // Replacement characters and lone surrogates stand for bytes that were not UTF-8.
  return /[\p{Cs}\ufffd]/u.test(text) ? undefined : Buffer.from(text);
}

/** Decodes base64; undefined for any other text, which Buffer would skip over. */
export function decodedBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replaceAll('=', '') === text.trim().replaceAll('=', '') ? bytes : undefined;
}

/** The request of an AWS Lambda event (API Gateway, function URL, load balancer); undefined for any other document. */
export function fromLambda(document: unknown): CapturedRequest[] | undefined {
  const text = member(document, 'body');
  const given = member(document, 'headers') ?? member(document, 'multiValueHeaders');
  const isEvent = member(document, 'requestContext') !== undefined || member(document, 'isBase64Encoded') !== undefined;
  if (typeof text !== 'string' || typeof given !== 'object' || given === null || !isEvent) return undefined;
  const encoded = member(document, 'isBase64Encoded') ?? false;
  const body = typeof encoded === 'boolean' ? decodedText(text, encoded ? 'base64' : undefined) : undefined;
  const headers = headersOf(given);
  if (body === undefined)
    return [{ body: NO_BODY, headers, allHeaders: true, problem: 'the body of the event is damaged' }];
  return [{ body, headers, allHeaders: true }];
}

/** The last request of a log of `listen --json`; undefined for any other text. */
export function fromLog(text: string): CapturedRequest[] | undefined {
  const lines = text.trimEnd().split('\n');
  const last = parsed(lines.at(-1) ?? '');
  const body = member(last, 'bodyBase64');
  if (typeof body !== 'string') {
    if (typeof member(parsed(lines[0] ?? ''), 'bodyBase64') !== 'string') return undefined;
    throw notUnderstood('the last line of the log is cut: remove it');
  }
  const bytes = decodedBase64(body);
  if (bytes === undefined) throw notUnderstood('the body in the last line of the log is damaged');
  return [{ body: bytes, headers: headersOf(member(last, 'headers')), allHeaders: true }];
}

/** The request of a browser's "Copy as fetch"; undefined for any other text. */
export function fromFetch(text: string): CapturedRequest[] | undefined {
  const call = /^\s*(?:await\s+)?fetch\(/.exec(text)?.[0];
  if (call === undefined) return undefined;
  const inner = text.slice(call.length).trimEnd();
  const end = inner.endsWith(';') ? -2 : -1;
  const values = parsed(`[${inner.slice(0, end)}]`);
  const init = Array.isArray(values) && values.length === 2 ? (values[1] as unknown) : undefined;
  const body = member(init, 'body');
  if (init === undefined || !inner.slice(end).startsWith(')'))
    throw notUnderstood('this call of fetch is no copy of a browser');
  if (typeof body !== 'string') throw notUnderstood('this call of fetch has no body');
  const bytes = decodedText(body, undefined);
  if (bytes === undefined) throw notUnderstood('the body of this call of fetch was no UTF-8: its bytes are lost');
  return [{ body: bytes, headers: headersOf(member(init, 'headers')), allHeaders: true }];
}

/** The value of a JSON text; undefined for any other text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
