import { type ErrorDetail, VideoCloudApiError } from '../errors.js';
import type { Redactor } from '../redaction/redactor.js';
import { safeName } from '../redaction/safe-cause.js';
import { type Exchange, excerpt, requestIdOf } from './transport.js';

const MAX_DETAILS = 50;
/** Fifty details in words take a quarter of it. */
const MAX_SEARCHED = 4_000_000;

/** Throws unless the answer is `{"success":true,"data":{…}}` and `isData` accepts its `data`. */
export function expectSuccess(
  request: Request,
  { response, bytes, attempts }: Exchange,
  isData: (data: Record<string, unknown>) => boolean,
  redactor: Redactor,
): void {
  const where = redactor.line(`${request.method} ${new URL(request.url).pathname}`);
  const error = (code: string, message: string, details?: readonly ErrorDetail[]) =>
    new VideoCloudApiError({
      status: response.status,
      code,
      message: `${where}: ${message}`,
      details,
      requestId: requestIdOf(response, redactor),
      body: excerpt(bytes, redactor),
      attempts,
    });

  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    const type = redactor.line(response.headers.get('content-type') ?? 'no content type', 100);
    throw error('invalid_response', `the answer (${response.status}, ${type}) is not JSON. Is baseUrl right?`);
  }
  if (isObject(answer) && answer.success === false && isObject(answer.error)) {
    const code = safeName(answer.error.code, redactor);
    if (code !== undefined) {
      const [message, details] = describe(response.status, code, answer.error, redactor.within(MAX_SEARCHED));
      throw error(code, message + hintFor(request, response.status), details);
    }
  }
  if (!response.ok || !isObject(answer) || answer.success !== true || !isObject(answer.data) || !isData(answer.data)) {
    throw error('invalid_response', `the answer (${response.status}) is not what the API promises. Is baseUrl right?`);
  }
}

/** The base URL is the root above `/webhooks`, which the client adds: given with it, every path has it twice. */
function hintFor(request: Request, status: number): string {
  const twice = status === 404 && /\/webhooks\/webhooks(?:\/|$)/.test(new URL(request.url).pathname);
  return twice ? ' baseUrl ends in /webhooks, which the client adds itself: leave it out' : '';
}

/** The message and the details of the server's error, without secrets. */
function describe(
  status: number,
  code: string,
  { message, details }: Record<string, unknown>,
  redactor: Redactor,
): [message: string, details: ErrorDetail[]] {
  const list = (Array.isArray(details) ? details.slice(0, MAX_DETAILS) : [])
    .filter(isDetail)
    .map(({ path, message: text }) => ({ path: pathOf(path, redactor), message: redactor.line(text) }));
  const more = list.map((detail) => (detail.path === '' ? detail.message : `${detail.path}: ${detail.message}`));
  const text = typeof message === 'string' ? redactor.line(message) : 'no message';
  const whole = `${status} ${code}: ${text}${more.length === 0 ? '' : ` (${more.join('; ')})`}`;
  // Once more as a whole: a value may be split over the message and the details.
  if (redactor.holds(whole)) return [`${status} ${code}: [redacted]`, []];
  return [whole, list];
}

/** A short secret may be the name of a member: `secret` stays what it is here. */
function pathOf(path: string, redactor: Redactor): string {
  return /^(url|events?(\.\d{1,4})?|secret|status)?$/.test(path) ? path : redactor.line(path, 200);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDetail(value: unknown): value is ErrorDetail {
  return isObject(value) && typeof value.path === 'string' && typeof value.message === 'string';
}
