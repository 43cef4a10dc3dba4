import { type ErrorDetail, VideoCloudApiError } from '../errors/api-error.js';
import type { Redactor } from './redact.js';
import { type Exchange, excerpt } from './transport.js';

/** Throws unless the answer is `{"success":true,"data":{…}}` and `data` is what `isData` asks for. */
export function expectSuccess(
  request: Request,
  { response, bytes, attempts }: Exchange,
  isData: (data: Record<string, unknown>) => boolean,
  redactor: Redactor,
): void {
  const where = `${request.method} ${new URL(request.url).pathname}`;
  const error = (code: string, message: string, details: readonly ErrorDetail[] = [], cause?: unknown) =>
    new VideoCloudApiError({
      status: response.status,
      code,
      message: redactor.text(`${where}: ${message}`),
      details: details.map((detail) => ({ path: redactor.text(detail.path), message: redactor.text(detail.message) })),
      requestId: response.headers.get('x-request-id') ?? undefined,
      body: excerpt(bytes, redactor),
      attempts,
      cause,
    });

  let answer: unknown;
  try {
    answer = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    const type = response.headers.get('content-type') ?? 'no content type';
    throw error('invalid_response', `the answer (${response.status}, ${type}) is not JSON. Is baseUrl right?`);
  }
  if (isObject(answer) && answer.success === false && isObject(answer.error) && typeof answer.error.code === 'string') {
    const { code, message, details } = answer.error;
    const list = Array.isArray(details) ? details.filter(isDetail) : [];
    const more = list.map((d) => (d.path === '' ? d.message : `${d.path}: ${d.message}`)).join('; ');
    const text = typeof message === 'string' ? message : 'no message';
    throw error(code, `${response.status} ${code}: ${text}${more === '' ? '' : ` (${more})`}`, list);
  }
  if (!response.ok || !isObject(answer) || answer.success !== true || !isObject(answer.data) || !isData(answer.data)) {
    throw error('invalid_response', `the answer (${response.status}) is not what the API promises. Is baseUrl right?`);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDetail(value: unknown): value is ErrorDetail {
  return isObject(value) && typeof value.path === 'string' && typeof value.message === 'string';
}
