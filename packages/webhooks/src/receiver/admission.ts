import { matchIndex } from '#hmac';
import { readEvent, type Unreadable } from '../events/envelope.js';
import type { WebhookEvent } from '../events/types.js';
import { refuseSignature } from '../signature/header.js';
import type { Secrets } from '../signature/secrets.js';
import { Deadlines } from './deadlines.js';
import { attempt, chain } from './maybe-async.js';
import type { VerifySettings } from './options.js';
import { type Outcome, type RefusalDetail, refused } from './outcome.js';
import { report } from './report.js';
import { type SecretReader, secretReader } from './secret-source.js';
import { judgeAge } from './times.js';

interface Signed {
  readonly rawBody: Uint8Array;
  readonly secretIndex: number;
}

interface Usable extends Signed {
  readonly event: WebhookEvent;
  readonly unusable?: undefined;
}

interface Unusable extends Signed {
  /** null when the signed bytes are not an event. */
  readonly event: WebhookEvent | null;
  /** Why it cannot be used all the same, unless `onUnhandled` takes it. */
  readonly unusable: { readonly code: Unreadable['code'] | 'timestamp_too_old'; readonly detail: RefusalDetail };
}

/** A delivery whose signature is right. */
export type Admitted = Usable | Unusable;

const IDENTITY = /^\s*(identity\s*(,\s*identity\s*)*)?$/i;
const DIGITS = /^\d+$/;

/**
 * The first half of the way of a delivery: method, encoding, size, signature, UTF-8, JSON, envelope, age; in this order,
 * and nothing is parsed before the signature is right.
 */
export class Admission {
  readonly settings: VerifySettings;
  /** Bounds stores and secret providers. */
  readonly storeDeadlines: Deadlines;
  /** Bounds the reading of bodies; adapters share it. */
  readonly bodyDeadlines: Deadlines;
  readonly #readSecrets: SecretReader;

  constructor(settings: VerifySettings) {
    this.settings = settings;
    this.storeDeadlines = new Deadlines(settings.storeTimeout);
    this.bodyDeadlines = new Deadlines(settings.bodyTimeout);
    this.#readSecrets = secretReader(settings.secrets, this.storeDeadlines);
  }

  /** What can be refused before a byte of the body is read; null to go on. */
  refuseHead(
    method: string | undefined,
    contentEncoding: string | null | undefined,
    contentLength: string | null | undefined,
  ): Outcome | null {
    if (method !== 'POST') return refused('method_not_allowed');
    if (contentEncoding && !IDENTITY.test(contentEncoding)) return refused('content_encoding_unsupported');
    return declaredLength(contentLength) > this.settings.maxBodyBytes ? refused('body_too_large') : null;
  }

  /** The outcome of a body that could not be read. */
  refuseBody(code: 'body_too_large' | 'body_timeout' | 'body_aborted'): Outcome {
    return refused(code);
  }

  /** The outcome when something in front of us parsed the body; the hint names the framework's fix. */
  refuseParsed(hint: string): Outcome {
    const outcome = refused('body_already_parsed', { hint, publicHint: true });
    report(this.settings, outcome.error);
    return outcome;
  }

  /** Judges the body and its signature. */
  admit(rawBody: Uint8Array, signature: unknown): Admitted | Outcome | Promise<Admitted | Outcome> {
    if (rawBody.byteLength > this.settings.maxBodyBytes) return refused('body_too_large');
    const refusal = refuseSignature(signature);
    if (refusal !== null) return refused(refusal);
    return attempt(
      this.#readSecrets,
      (secrets) => this.#check(rawBody, signature as string, secrets),
      (cause) => {
        const outcome = refused('secrets_unavailable', { cause });
        report(this.settings, outcome.error);
        return outcome;
      },
    );
  }

  #check(rawBody: Uint8Array, signature: string, secrets: Secrets): Admitted | Outcome | Promise<Admitted | Outcome> {
    return chain(matchIndex(secrets, rawBody, signature), (secretIndex) =>
      secretIndex < 0 ? refused('signature_mismatch') : this.parse(rawBody, secretIndex, true),
    );
  }

  /** Parses trusted bytes; `aged` tells whether the age limit applies. */
  parse(rawBody: Uint8Array, secretIndex: number, aged: boolean): Admitted | Outcome {
    const read = readEvent(rawBody);
    if ('code' in read) {
      const { code, message, cause } = read;
      return { event: null, rawBody, secretIndex, unusable: { code, detail: { message, cause } } };
    }
    const { event } = read;
    const age = aged ? judgeAge(read.instant, this.settings.maxAge, this.settings.now) : null;
    if (age === null) return { event, rawBody, secretIndex };
    if (age === 'timestamp_too_old') return { event, rawBody, secretIndex, unusable: { code: age, detail: { event } } };
    const outcome = refused(age, { event });
    report(this.settings, outcome.error);
    return outcome;
  }
}

export function isOutcome(value: object): value is Outcome {
  return 'result' in value;
}

/** The declared length, or -1 where there is none to trust. */
export function declaredLength(header: string | null | undefined): number {
  return header && DIGITS.test(header) ? Number(header) : -1;
}
