import { CaptureError, readCaptured } from '@videocloud/local-web/captures';
import { type Cause, diagnose, type Framework } from '@videocloud/webhooks/doctor';
import { bytesOf, type InputKind } from './input.js';

/** What the reader filled in. */
export interface Question {
  /** Text as it was typed or pasted, or the bytes of a file. */
  readonly given: string | Uint8Array;
  readonly kind: InputKind;
  /** Empty where the request holds it. */
  readonly signature: string;
  readonly secret: string;
  readonly framework: Framework | undefined;
  /** Which request of several, from 1. */
  readonly request: number | undefined;
}

/** Why there is no diagnosis; each has a text in both languages. */
export type Refusal =
  | 'not_hex'
  | 'not_base64'
  | 'not_understood'
  | 'signature_needed'
  | 'secret_needed'
  | 'no_crypto'
  | 'too_big'
  | 'took_too_long'
  | 'failed';

/** What the doctor found, or why it could not look. It holds no secret and no expected signature. */
export type Answer =
  | { readonly ok: false; readonly refusal: Refusal; readonly why?: string }
  | {
      readonly ok: true;
      readonly form: 'body' | 'request';
      readonly body: Uint8Array;
      readonly valid: boolean;
      readonly causes: readonly Cause[];
      readonly signedBody?: Uint8Array;
    };

const SIGNATURE = 'x-videocloud-signature';
// A page may take longer than a receiver: WebCrypto needs a multiple of Node's time for an HMAC.
const TIME_LIMIT_MS = 5_000;

/** Reads the request and diagnoses its signature, all in this browser. */
export async function explain(question: Question): Promise<Answer> {
  const { given, kind, secret, framework } = question;
  if (globalThis.crypto?.subtle === undefined) return refused('no_crypto');
  if (secret.trim() === '') return refused('secret_needed');
  const bytes = typeof given === 'string' ? bytesOf(given, kind) : given;
  if (bytes === undefined) return refused(kind === 'hex' ? 'not_hex' : 'not_base64');
  const captured = understood(bytes, { raw: kind !== 'auto', request: question.request });
  if ('ok' in captured) return captured;
  const { body, headers, form, allHeaders } = captured;
  const signature = question.signature.trim() === '' ? headers[SIGNATURE] : question.signature.trim();
  // An absent header proves nothing where headers may be missing.
  if (signature === undefined && !allHeaders) return refused('signature_needed');
  const diagnosis = await diagnose({
    body,
    signature,
    headers,
    secrets: [secret],
    framework,
    includeSignedBody: true,
    timeLimitMs: TIME_LIMIT_MS,
  });
  return { ok: true, form, body: Uint8Array.from(body), ...diagnosis };
}

function understood(bytes: Uint8Array, options: { readonly raw: boolean; readonly request: number | undefined }) {
  try {
    return readCaptured(bytes, options);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return refused('not_understood', error.message.replace(/^not understood: /, ''));
  }
}

const refused = (refusal: Refusal, why?: string): Answer & { ok: false } =>
  why === undefined ? { ok: false, refusal } : { ok: false, refusal, why };
