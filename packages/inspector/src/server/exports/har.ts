import type { AttemptView, DeliveryView, HeaderMap } from '../../protocol.js';
import { version } from '../../version.js';

/** A HAR 1.2 file with one entry for each attempt; `explain` reads it. */
export function har(deliveries: readonly DeliveryView[]): string {
  const entries = deliveries.flatMap((delivery) => delivery.attempts.map((attempt) => entryOf(delivery, attempt)));
  const creator = { name: '@videocloud/webhooks-inspector', version };
  return `${JSON.stringify({ log: { version: '1.2', creator, entries } }, null, 2)}\n`;
}

function entryOf(delivery: DeliveryView, attempt: AttemptView): object {
  const { request, response, error, startedAt, durationMs } = attempt;
  const body = Buffer.from(delivery.body, 'base64');
  return {
    startedDateTime: startedAt,
    time: durationMs,
    request: {
      method: 'POST',
      url: request.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: headersOf(request.headers),
      queryString: [],
      headersSize: -1,
      bodySize: body.length,
      postData: { mimeType: 'application/json', ...textOf(body, '_encoding') },
    },
    response: responseOf(response),
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
    comment: `${delivery.id}, attempt ${attempt.number}${error === undefined ? '' : `, ${error.code}`}`,
  };
}

function responseOf(response: AttemptView['response']): object {
  const body = Buffer.from(response?.body ?? '', 'base64');
  return {
    // 0: no answer came.
    status: response?.status ?? 0,
    statusText: '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: headersOf(response?.headers ?? {}),
    content: { size: body.length, mimeType: 'application/octet-stream', ...textOf(body, 'encoding') },
    redirectURL: '',
    headersSize: -1,
    bodySize: response?.truncated === true ? -1 : body.length,
  };
}

const headersOf = (headers: HeaderMap): object[] =>
  Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value })));

// HAR has `encoding` for responses; for requests browsers and proxies write `_encoding`.
function textOf(bytes: Buffer, encoding: 'encoding' | '_encoding'): object {
  const text = bytes.toString('utf8');
  const exact = Buffer.from(text).equals(bytes) && !text.includes('\ufffd');
  return exact ? { text } : { text: bytes.toString('base64'), [encoding]: 'base64' };
}
