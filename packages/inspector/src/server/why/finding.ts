import { rejectsDelivery } from '@videocloud/local-web/rejection';
import type { AttemptView, DeliveryView, Finding, FindingCode, ProbeMode } from '../../protocol.js';
import { codeOf, headerOf } from './answer.js';

interface FindingInput {
  readonly detail: DeliveryView;
  readonly attempt: AttemptView;
  /** The signature matches the delivered bytes and the subscription's secret. */
  readonly signed: boolean;
  readonly canned: boolean;
}

const BROKEN: Readonly<Partial<Record<ProbeMode, FindingCode>>> = {
  unsigned: 'sent_unsigned',
  wrong_secret: 'sent_wrong_secret',
  tampered: 'sent_tampered',
  reserialized: 'sent_reserialized',
};

// Codes of this toolkit's receivers. What a receiver says of itself is known.
const SAID: Readonly<Record<string, FindingCode>> = {
  body_already_parsed: 'parsed_before',
  secrets_unavailable: 'secrets_unavailable',
  store_unavailable: 'store_unavailable',
  handler_failed: 'handler_failed',
  handler_timeout: 'handler_timeout',
  event_in_progress: 'in_progress',
  envelope_invalid: 'not_an_event',
  body_not_json: 'not_an_event',
  body_not_utf8: 'not_an_event',
  timestamp_too_old: 'too_old',
  timestamp_in_future: 'clock_behind',
  body_too_large: 'too_large',
  body_timeout: 'body_slow',
  content_encoding_unsupported: 'type_refused',
  method_not_allowed: 'method_refused',
};

const STATUSES: Readonly<Record<number, FindingCode>> = {
  404: 'path_unknown',
  405: 'method_refused',
  410: 'path_unknown',
  413: 'too_large',
  415: 'type_refused',
  429: 'too_many',
};

/** Why an attempt came to what it came to: only what the sender knows or the receiver said. */
export function findingOf(input: FindingInput): Finding | undefined {
  const { detail, attempt } = input;
  const forged = detail.probe === undefined ? undefined : BROKEN[detail.probe];
  const status = attempt.response?.status ?? 0;
  const accepted = attempt.error === undefined && status >= 200 && status < 300;
  if (accepted) return forged === undefined ? undefined : proven('forgery_accepted');
  if (attempt.response === undefined || (status >= 200 && status < 300)) return broken(attempt, status);
  if (input.canned) return proven('canned');
  if (forged !== undefined && rejectsDelivery(status)) return proven(forged);
  return byAnswer(input, status);
}

function broken({ error }: AttemptView, status: number): Finding {
  if (error?.code === 'timeout') return proven('timeout');
  if (status >= 200) return proven('broken_off');
  const code = error?.code;
  if (code === 'dns_error' || code === 'connection_refused' || code === 'tls_error' || code === 'address_blocked')
    return proven(code);
  return proven('connection_reset');
}

function byAnswer({ detail, attempt, signed }: FindingInput, status: number): Finding {
  const said = codeOf(attempt);
  const known = said !== undefined && Object.hasOwn(SAID, said) ? SAID[said] : undefined;
  if (known === 'too_old' && detail.probe === 'stale') return proven('sent_stale');
  if (known !== undefined) return proven(known);
  if (status >= 300 && status < 400) return proven('redirected');
  if (status >= 500) return proven('receiver_failed');
  if (status !== 401 && status !== 403) return unchecked(status);
  // The request left with a signature: between the sender and the check it was lost or changed.
  if (said === 'signature_missing') return proven('signature_stripped');
  if (said === 'signature_malformed') return proven('signature_changed');
  // Without its code, a receiver may refuse the age or the signature of an old event.
  if (detail.probe === 'stale' && said !== 'signature_mismatch') return { code: 'sent_stale', proof: 'possible' };
  if (!signed) return proven('signed_before_rotation');
  // A login, a CSRF check or a firewall answers so, before the receiver sees the request.
  const barred = status === 403 || headerOf(attempt.response?.headers ?? {}, 'www-authenticate') !== undefined;
  if (barred && said !== 'signature_mismatch') return { code: 'access_denied', proof: 'possible' };
  return proven('genuine');
}

/** What a status means that is no answer of a signature check. */
export function unchecked(status: number): Finding {
  return proven(STATUSES[status] ?? 'rejected');
}

const proven = (code: FindingCode): Finding => ({ code, proof: 'proven' });
