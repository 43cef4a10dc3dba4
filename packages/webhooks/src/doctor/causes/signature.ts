// Named one by one: a type taken from the table would carry every text into the published declarations.
export type SignatureCauseCode =
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_whitespace'
  | 'signature_quoted'
  | 'signature_prefixed'
  | 'signature_base64'
  | 'signature_encoded_twice'
  | 'signature_percent_encoded'
  | 'signature_joined'
  | 'signature_truncated'
  | 'signature_trailing_characters'
  | 'signature_lookalikes'
  | 'signature_not_text'
  | 'signature_other_header'
  | 'signature_header_unread'
  | 'algorithm_sha1'
  | 'algorithm_sha384'
  | 'algorithm_sha512'
  | 'signature_without_key'
  | 'signature_without_hmac'
  | 'signature_arguments_swapped'
  | 'signature_over_timestamp'
  | 'signature_over_digest'
  | 'signature_over_part'
  | 'signature_without_body';

/** What is wrong with the signature, or with how it was made. */
export const SIGNATURE_CAUSES: Readonly<
  Record<SignatureCauseCode, { readonly message: string; readonly fix: string }>
> = {
  signature_missing: {
    message: 'There is no signature to check: the X-VideoCloud-Signature header is absent, blank, or was not read.',
    fix: 'Check that the sender signs, that proxies pass the header on, and that you read it in lower case: x-videocloud-signature.',
  },
  signature_malformed: {
    message: 'The header is not 64 hex digits, so no HMAC-SHA256 in hex can equal it.',
    fix: 'Read the X-VideoCloud-Signature header itself, whole, and once.',
  },
  signature_whitespace: {
    message: 'The signature has white space or separators around or in it.',
    fix: "Pass the header's value as received, without a line break or padding.",
  },
  signature_quoted: {
    message: 'The signature is in quotes.',
    fix: 'Remove the quotes: the header is 64 bare hex digits.',
  },
  signature_prefixed: {
    message: 'The signature has a prefix or scheme in front, as other providers have.',
    fix: 'VideoCloud sends 64 bare hex digits: remove the prefix where it is added.',
  },
  signature_base64: {
    message: 'The signature is the right digest in base64, not hex.',
    fix: "Write the digest as hex: digest('hex').",
  },
  signature_encoded_twice: {
    message: 'The signature was encoded once more (base64 or hex of the hex digits).',
    fix: 'Write the digest as hex, once.',
  },
  signature_percent_encoded: {
    message: 'The signature was percent-encoded.',
    fix: "Pass the header's value as received.",
  },
  signature_joined: {
    message: 'The header holds several values, as when it came more than once and was joined.',
    fix: 'Find what adds the header a second time (a proxy, a middleware, a second signer) and send it once.',
  },
  signature_truncated: {
    message: 'The signature was cut: what is left is the right digest.',
    fix: 'Pass the whole header; look for a column, variable or log that is too short.',
  },
  signature_trailing_characters: {
    message: 'Something follows the 64 hex digits of the right signature.',
    fix: "Pass exactly the header's value. A lenient decoder ignores the rest; this library does not.",
  },
  signature_lookalikes: {
    message: 'Characters of the signature were replaced by others that look alike.',
    fix: 'Copy the header as text, not from a rendered document.',
  },
  signature_not_text: {
    message: 'The signature was passed as bytes or as a list, not as text.',
    fix: "Pass the header's text: 64 hex digits.",
  },
  signature_other_header: {
    message: 'The right signature is in another header than X-VideoCloud-Signature.',
    fix: "Have the proxy keep the header's name, or read the other one.",
  },
  signature_header_unread: {
    message: "The right signature is in the request's headers, but another value was passed.",
    fix: 'Read x-videocloud-signature from the request; header names are lower case in Node.',
  },
  algorithm_sha1: { message: 'The signature is an HMAC with SHA-1.', fix: 'Sign with HMAC-SHA256.' },
  algorithm_sha384: { message: 'The signature is an HMAC with SHA-384.', fix: 'Sign with HMAC-SHA256.' },
  algorithm_sha512: { message: 'The signature is an HMAC with SHA-512.', fix: 'Sign with HMAC-SHA256.' },
  signature_without_key: {
    message: 'The signature is a plain SHA-256 of the body, without the secret.',
    fix: 'Use HMAC-SHA256 keyed with the secret: a plain hash can be made by anyone.',
  },
  signature_without_hmac: {
    message: 'The signature is a SHA-256 of secret and body glued together, not an HMAC.',
    fix: "Use HMAC-SHA256 (createHmac('sha256', secret).update(body)).",
  },
  signature_arguments_swapped: {
    message: 'Key and message of the HMAC are the wrong way round.',
    fix: "The secret is the key, the body the message: createHmac('sha256', secret).update(body).",
  },
  signature_over_timestamp: {
    message: 'A time or id was signed together with the body, as other providers do.',
    fix: 'VideoCloud signs the body alone: put nothing in front of it or after it.',
  },
  signature_over_digest: {
    message: 'A digest of the body was signed, not the body.',
    fix: 'Pass the body itself to the HMAC.',
  },
  signature_over_part: {
    message: 'Only a part of the body was signed.',
    fix: 'Sign the whole body, byte for byte as it is sent.',
  },
  signature_without_body: {
    message: 'The signature is that of an empty value, not of this body.',
    fix: 'Sign the exact bytes that are sent; a parsed object, a promise or an unset variable is none.',
  },
};
