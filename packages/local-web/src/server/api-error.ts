/** What is wrong with one field of a request. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

/** Codes of the management API; `host_not_allowed` and `origin_not_allowed` are of local servers alone. */
export type ApiErrorCode =
  | 'invalid_json'
  | 'invalid_parameter'
  | 'unauthorized'
  | 'host_not_allowed'
  | 'origin_not_allowed'
  | 'not_found'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'validation_failed'
  | 'internal_error';

const STATUS = {
  invalid_json: 400,
  invalid_parameter: 400,
  unauthorized: 401,
  host_not_allowed: 421,
  origin_not_allowed: 403,
  not_found: 404,
  body_too_large: 413,
  unsupported_media_type: 415,
  validation_failed: 422,
  internal_error: 500,
} as const satisfies Record<ApiErrorCode, number>;

/** A refusal of the management API. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly details: readonly FieldIssue[] | undefined;
  constructor(code: ApiErrorCode, message: string, details?: readonly FieldIssue[]) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
  }

  toResponse(): Response {
    const { code, message, details } = this;
    const error = details === undefined ? { code, message } : { code, message, details };
    const headers = new Headers({ 'content-type': 'application/json' });
    if (code === 'unauthorized') headers.set('www-authenticate', 'Bearer');
    return new Response(JSON.stringify({ success: false, error }), { status: STATUS[code], headers });
  }
}
