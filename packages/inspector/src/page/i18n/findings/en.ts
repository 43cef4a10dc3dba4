import type { FindingCode } from '../../../protocol.js';

/** A finding: what happened, and what to do. */
export interface FindingText {
  readonly text: string;
  readonly fix?: string;
}

export const FINDINGS_EN: Readonly<Record<FindingCode, FindingText>> = {
  dns_error: { text: 'The host name has no address.', fix: 'Correct the host name in the subscription’s URL.' },
  connection_refused: {
    text: 'Nothing listens at this address.',
    fix: 'Start your endpoint, or correct the port in the subscription’s URL.',
  },
  connection_reset: {
    text: 'The connection was closed before an answer.',
    fix: 'Check that the port speaks HTTP, not HTTPS, and that the receiver does not crash.',
  },
  tls_error: {
    text: 'The TLS handshake failed.',
    fix: 'Check the certificate, or subscribe an http:// URL on this machine.',
  },
  address_blocked: {
    text: 'The sender delivers to private addresses only with allowPrivateAddresses.',
    fix: 'Set allowPrivateAddresses on your own machine, or subscribe a public address.',
  },
  timeout: {
    text: 'The endpoint did not respond in time.',
    fix: 'Respond with 200 first, then do the work: with an inbox, or acknowledge: "before".',
  },
  broken_off: {
    text: 'The status came, the whole answer did not. An answer that breaks off is a failure.',
    fix: 'End the response: look for a crash or a proxy that closes the connection.',
  },
  redirected: { text: 'The endpoint redirects. Redirects are not followed.', fix: 'Subscribe the final URL.' },
  path_unknown: {
    text: 'The server answers that it has no such path.',
    fix: 'Correct the path in the subscription’s URL, or mount the handler there.',
  },
  method_refused: {
    text: 'The path does not take POST.',
    fix: 'Mount the handler for POST, and correct the path in the subscription’s URL.',
  },
  too_large: {
    text: 'The endpoint refuses a body of this size.',
    fix: 'Raise the body limit of the receiver, its framework and the proxy in front.',
  },
  body_slow: {
    text: 'The receiver waited for the body too long.',
    fix: 'Look for a proxy or middleware that holds the body back.',
  },
  type_refused: {
    text: 'The endpoint refuses the type or encoding of the body.',
    fix: 'Take application/json without Content-Encoding; let no proxy compress it.',
  },
  too_many: {
    text: 'The endpoint limits the rate of requests.',
    fix: 'Let deliveries pass the rate limit: they come in bursts, retries too.',
  },
  rejected: {
    text: 'The endpoint rejected the delivery with a status of its own.',
    fix: 'Look into the response below and the receiver’s log.',
  },
  access_denied: {
    text: 'The request is genuine. This status is often not that of a signature check: a login, a CSRF check or a firewall before the receiver answers so, too.',
    fix: 'Let deliveries pass without a login and a CSRF check: their signature is the proof. If the receiver itself rejected it, find the mistake with the button below.',
  },
  receiver_failed: {
    text: 'The endpoint answered with a server error.',
    fix: 'Look into its log: a 5xx is an error in the receiver or the proxy in front.',
  },
  parsed_before: {
    text: 'Something read or parsed the body before the check, so the raw bytes are gone.',
    fix: 'Mount the webhook handler before body parsers such as express.json().',
  },
  secrets_unavailable: {
    text: 'The receiver could not get its secrets.',
    fix: 'Look at the function given as `secrets`: is its variable set?',
  },
  store_unavailable: {
    text: 'The receiver’s idempotency store is not available.',
    fix: 'Start the store, or correct its address.',
  },
  handler_failed: {
    text: 'The signature was right. The handler threw an error.',
    fix: 'Look into the receiver’s log, or at `onError`.',
  },
  handler_timeout: {
    text: 'The signature was right. The handler ran out of time.',
    fix: 'Use an inbox, or acknowledge: "before" with a queue.',
  },
  in_progress: {
    text: 'Another copy of this event is being handled.',
    fix: 'Nothing: the next attempt is answered with the outcome.',
  },
  not_an_event: { text: 'The signature was right. The body is not an event.', fix: 'Send an event of VideoCloud.' },
  too_old: {
    text: 'The signature was right. The event is older than the receiver’s age limit.',
    fix: 'Raise `maxAge` above the end of the retry schedule.',
  },
  clock_behind: {
    text: 'The event is in the future for the receiver.',
    fix: 'Synchronize the receiver’s clock. After fast-forward this is expected: the sender’s clock is ahead.',
  },
  canned: { text: 'The built-in endpoint was set to answer so. It verifies nothing.' },
  sent_unsigned: { text: 'It was sent without a signature on purpose: a rejection is right.' },
  sent_wrong_secret: { text: 'It was signed with a random secret on purpose: a rejection is right.' },
  sent_tampered: { text: 'One byte was changed after signing on purpose: a rejection is right.' },
  sent_reserialized: { text: 'The JSON was rewritten after signing on purpose: a rejection is right.' },
  sent_stale: {
    text: 'The signature is valid, but the event is three hours old: a receiver with an age limit rejects it.',
  },
  forgery_accepted: {
    text: 'The receiver accepted a forgery: it does not verify these bytes with this secret.',
    fix: 'Verify X-VideoCloud-Signature over the raw body before anything else, and answer 401 when it does not match.',
  },
  genuine: {
    text: 'The request is genuine: its signature matches these bytes and the subscription’s secret. If the receiver’s check rejected it, that check hashed other bytes or used another secret.',
    fix: 'Find the mistake with the button below, or enter what the receiver used.',
  },
  signed_before_rotation: {
    text: 'The request was genuine when it was sent. The subscription’s secret was rotated since.',
    fix: 'Resend it: retries are signed with the current secret. Give the receiver both secrets while you rotate.',
  },
  signature_stripped: {
    text: 'The signature was sent, and the receiver got none.',
    fix: 'Let the proxy in front pass X-VideoCloud-Signature on.',
  },
  signature_changed: {
    text: 'The signature was sent as 64 hex digits, and the receiver got something else.',
    fix: 'Look for a proxy or middleware that changes or repeats X-VideoCloud-Signature.',
  },
  accepted_now: { text: 'The receiver accepts these bytes with this signature now.', fix: 'Resend the delivery.' },
  accepts_anything: {
    text: 'The receiver accepts this request with a random signature too: it verifies nothing now.',
    fix: 'Verify X-VideoCloud-Signature over the raw body, and answer 401 when it does not match.',
  },
  mistake: { text: 'The receiver accepts the signature that this mistake computes, and no random one: {value}.' },
  body_lost: {
    text: 'The receiver hashed {value} in place of the body: something read or parsed it before.',
    fix: 'Verify before any body parser, over the bytes as received.',
  },
  secret_former: {
    text: 'The receiver has the secret from before the rotation.',
    fix: 'Give it the current secret, next to the former one while retries are under way.',
  },
  secret_of_other: {
    text: 'The receiver has the secret of another subscription: {value}.',
    fix: 'Give it the secret of the subscription that delivers to this URL.',
  },
  secret_sample: {
    text: 'The receiver has the sample secret {value}.',
    fix: 'Give it the secret of this subscription: anyone can sign with a sample.',
  },
  secret_decoded: {
    text: 'The receiver decodes the secret from {value} before it uses it as the key.',
    fix: 'Key the HMAC with the UTF-8 bytes of the secret as written.',
  },
  secret_unset: {
    text: 'The receiver’s secret is not set: it verifies with an empty key, or with the word for an unset variable.',
    fix: 'Set the secret. Until then anyone can sign.',
  },
  form_expected: {
    text: 'The receiver expects the signature in another form: {value}.',
    fix: 'VideoCloud sends 64 hex digits in lower case: HMAC-SHA256 of the raw body with the secret as its key.',
  },
  header_expected: {
    text: 'The receiver reads the signature from another header: {value}.',
    fix: 'Read X-VideoCloud-Signature.',
  },
  no_known_mistake: {
    text: 'The request is genuine, and no known mistake with the body, the header or the form of the secret explains the rejection. What is left is another secret, a proxy that drops the signature, or something that rejects every delivery before the check.',
    fix: 'Enter the receiver’s secret below: then the doctor proves it.',
  },
};
