// Named one by one: a type taken from the table would carry every text into the published declarations.
export type SecretCauseCode =
  | 'secret_blank'
  | 'secret_whitespace'
  | 'secret_quoted'
  | 'secret_prefixed'
  | 'secret_prefix_missing'
  | 'secret_with_name'
  | 'secret_hex'
  | 'secret_base64'
  | 'secret_url_encoded'
  | 'secret_case'
  | 'secret_hashed'
  | 'secret_charset'
  | 'secret_extra_characters'
  | 'secret_other_configured'
  | 'secret_is_webhook_id'
  | 'secret_placeholder'
  | 'secret_missing_at_sender'
  | 'secret_wrong';

/** What is wrong with the secret. */
export const SECRET_CAUSES: Readonly<Record<SecretCauseCode, { readonly message: string; readonly fix: string }>> = {
  secret_blank: {
    message: 'There is no usable secret: it is blank, missing, the text `undefined`, or no text or bytes.',
    fix: 'Set the secret. A blank one would let every forgery pass, so it is always refused.',
  },
  secret_whitespace: {
    message: 'White space or invisible characters in the secret: one side has them, the other has not.',
    fix: "Trim the secret where it is read, and write secret files without a newline (printf '%s').",
  },
  secret_quoted: {
    message: 'Quotes, brackets or backslashes around or in the secret: one side has them, the other has not.',
    fix: "Remove them from the variable: Docker's --env-file and many .env readers keep quotes as part of the value.",
  },
  secret_prefixed: {
    message: 'The secret has a prefix that was not part of the key.',
    fix: "Use the secret exactly as it was given when the webhook was created, without another provider's prefix or scheme.",
  },
  secret_prefix_missing: {
    message: 'The key had a prefix that is missing from the secret.',
    fix: 'Use the secret exactly as it was given when the webhook was created: nothing is stripped from it.',
  },
  secret_with_name: {
    message: 'The name of the variable was pasted together with its value.',
    fix: 'Use only what follows the equals sign.',
  },
  secret_hex: {
    message: 'One side took the secret for hex and decoded it, the other used its characters.',
    fix: 'Key the HMAC with the UTF-8 bytes of the secret as written: no hex decoding or encoding.',
  },
  secret_base64: {
    message:
      'One side took the secret for base64 and decoded it (or wrote it in another base64 spelling), the other used its characters.',
    fix: 'Key the HMAC with the UTF-8 bytes of the secret as written: no base64 decoding or encoding.',
  },
  secret_url_encoded: {
    message: 'The secret was percent-encoded or decoded on one side.',
    fix: 'Use the secret as written; do not take it from a URL or form without decoding exactly once.',
  },
  secret_case: { message: 'The secret was changed to another case.', fix: 'Use the secret exactly as written.' },
  secret_hashed: {
    message: 'The digest of the secret was used as the key.',
    fix: 'Key the HMAC with the secret itself.',
  },
  secret_charset: {
    message: 'The secret is in another character set or Unicode form on one side.',
    fix: "Store the secret as UTF-8 without a byte order mark; PowerShell's > writes UTF-16.",
  },
  secret_extra_characters: {
    message: 'The secret has characters at an end that do not belong to the key.',
    fix: 'Copy the secret again: something was pasted with it (a comment, a separator, a second value).',
  },
  secret_other_configured: {
    message: 'The delivery was signed with another of your secrets: that of another subscription or environment.',
    fix: 'Give the receiver the secret of the subscription that delivers to this URL, or list both while you rotate.',
  },
  secret_is_webhook_id: {
    message: "The webhook's id was used in place of its secret.",
    fix: 'Use the secret that was given when the webhook was created; it is write-only, so rotate it if it is lost.',
  },
  secret_placeholder: {
    message: 'The secret is a sample value, such as the one in the guide.',
    fix: 'Set a real secret on the subscription (generateSecret() makes one) and give the receiver the same.',
  },
  secret_missing_at_sender: {
    message: 'The delivery was signed with an empty key, or with what a missing variable turns into.',
    fix: 'Set the secret where the delivery is signed.',
  },
  secret_wrong: {
    message: 'Nothing that was computed reproduces the signature.',
    fix: 'Compare the secret with the one given to POST /webhooks or the last PUT, or rotate it. If it is right, compare the body byte by byte with what was sent.',
  },
};
