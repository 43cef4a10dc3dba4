import type { Cause } from '@videocloud/webhooks/doctor';

/** What an attempt came to, and why; each has a text on the page. */
export type FindingCode =
  | 'dns_error'
  | 'connection_refused'
  | 'connection_reset'
  | 'tls_error'
  | 'address_blocked'
  | 'timeout'
  | 'broken_off'
  | 'redirected'
  | 'path_unknown'
  | 'method_refused'
  | 'too_large'
  | 'body_slow'
  | 'type_refused'
  | 'too_many'
  | 'rejected'
  | 'access_denied'
  | 'receiver_failed'
  | 'parsed_before'
  | 'secrets_unavailable'
  | 'store_unavailable'
  | 'handler_failed'
  | 'handler_timeout'
  | 'in_progress'
  | 'not_an_event'
  | 'too_old'
  | 'clock_behind'
  | 'canned'
  | 'sent_unsigned'
  | 'sent_wrong_secret'
  | 'sent_tampered'
  | 'sent_reserialized'
  | 'sent_stale'
  | 'forgery_accepted'
  | 'genuine'
  | 'signed_before_rotation'
  | 'signature_stripped'
  | 'signature_changed'
  | 'accepted_now'
  | 'accepts_anything'
  | 'mistake'
  | 'body_lost'
  | 'secret_former'
  | 'secret_of_other'
  | 'secret_sample'
  | 'secret_decoded'
  | 'secret_unset'
  | 'form_expected'
  | 'header_expected'
  | 'no_known_mistake';

/** Why an attempt came to what it came to. */
export interface Finding {
  readonly code: FindingCode;
  /** `proven` where the sender knows it, the receiver said it, or an experiment showed it. */
  readonly proof: 'proven' | 'possible';
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What experiments with the receiver showed. */
export interface Found {
  readonly finding: Finding;
  /** The doctor's words for the mistake; for `mistake` only. */
  readonly causes: readonly Cause[];
  /** Requests that were made. */
  readonly tried: number;
}
