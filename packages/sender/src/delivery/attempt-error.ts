import { messageOf } from '@videocloud/local-web/server';

/** Why an attempt failed; the `error` of an attempt begins with it. */
export type AttemptErrorCode =
  | 'dns_error'
  | 'connection_refused'
  | 'connection_reset'
  | 'timeout'
  | 'tls_error'
  | 'address_blocked'
  | 'http_status';

/** A failed attempt: the code and a sentence for people, without secrets. */
export class AttemptError extends Error {
  readonly code: AttemptErrorCode;
  constructor(code: AttemptErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AttemptError';
    this.code = code;
  }
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
  'ENETDOWN',
  'EACCES',
  'EPERM',
]);
const TIMED_OUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const UNRESOLVED = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'ENODATA', 'ESERVFAIL']);
const TLS =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO$|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH)/;

/** Turns what undici, a socket, TLS or a resolver rejects with into one of the documented codes. */
export function toAttemptError(error: unknown): AttemptError {
  if (error instanceof AttemptError) return error;
  const code = codeOf(error);
  const detail = messageOf(error);
  if (UNREACHABLE.has(code))
    return new AttemptError('connection_refused', `the connection was refused (${code})`, { cause: error });
  if (TIMED_OUT.has(code)) return new AttemptError('timeout', 'no answer in time', { cause: error });
  if (UNRESOLVED.has(code))
    return new AttemptError('dns_error', `the name could not be resolved (${code})`, { cause: error });
  if (TLS.test(code)) return new AttemptError('tls_error', `the TLS handshake failed: ${detail}`, { cause: error });
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new AttemptError('connection_reset', `the connection was closed: the answer is not HTTP (${code})`, {
      cause: error,
    });
  }
  return new AttemptError('connection_reset', 'the connection was closed before the answer was complete', {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
