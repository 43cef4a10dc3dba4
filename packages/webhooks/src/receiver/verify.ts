import { deadlinesOf, matchIndex } from '#runtime';
import type { WebhookErrorCode } from '../errors.js';
import { judgeAge } from '../events/age.js';
import { readEvent } from '../events/envelope.js';
import { type BodyRead, declaredLength, type IncomingRequest, type ReadLimits } from '../http/incoming-request.js';
import type { Deadlines } from '../runtime/deadlines.js';
import { isBytes } from '../signature/bytes.js';
import { checkSignatureForm } from '../signature/header-form.js';
import { type SecretReader, secretReader } from '../signature/secret-source.js';
import type { Secrets } from '../signature/secrets.js';
import type { DeliveryState, MaybePromise, SignedContent } from './context.js';
import { callHook, explainer, type NoteMismatch, outcomeInfo, reportFailure } from './hooks.js';
import { type Outcome, rejected } from './outcome.js';
import type { VerifySettings } from './settings.js';

const IDENTITY = /^\s*(identity\s*(,\s*identity\s*)*)?$/i;
const MAX_HEADER_CHARS = 256;

/**
 * The first half of a delivery's way: method, encoding, size, body, signature, UTF-8, JSON, envelope, age; in this order.
 * Nothing is parsed before the signature is verified.
 */
export class Verifier {
  readonly settings: VerifySettings;
  /** Bounds stores and secret providers. */
  readonly storeDeadlines: Deadlines;
  readonly limits: ReadLimits;
  readonly #secrets: SecretReader;
  readonly #noteMismatch: NoteMismatch | undefined;

  constructor(settings: VerifySettings) {
    this.settings = settings;
    this.storeDeadlines = deadlinesOf(settings.storeTimeout);
    this.limits = { maxBytes: settings.maxBodyBytes, deadlines: deadlinesOf(settings.bodyTimeout) };
    this.#secrets = secretReader(settings.secrets, this.storeDeadlines);
    this.#noteMismatch = settings.explain && explainer(settings.explain);
  }

  /** Judges the head of a request: null when its body may be read. */
  acceptHead(request: IncomingRequest, delivery: DeliveryState): Outcome | null {
    const code = this.#judgeHead(request);
    if (code !== null) {
      request.discard(this.limits);
      return rejected(code);
    }
    const env = request.env() as { then?: unknown } | null | undefined;
    delivery.env = env;
    // Nobody may be awaiting an async `env`: a stranger's request must not end the process by its rejection.
    if (env?.then) callHook(() => env);
    return null;
  }

  /** Takes the body that was read. */
  acceptBody(read: BodyRead, { hint }: IncomingRequest, delivery: DeliveryState): Uint8Array | Outcome {
    if (isBytes(read)) {
      delivery.rawBody = read;
      return read;
    }
    return read === 'body_already_parsed' ? reportFailure(this.settings, read, null, { hint }) : rejected(read);
  }

  #judgeHead(request: IncomingRequest): WebhookErrorCode | null {
    if (request.method !== 'POST') return 'method_not_allowed';
    if (!isIdentity(request.header('content-encoding'))) return 'content_encoding_unsupported';
    return declaredLength(request.header('content-length')) > this.settings.maxBodyBytes ? 'body_too_large' : null;
  }

  /** Verifies the signature over a body and parses that body; without a promise where secrets and digest are at hand. */
  verifyBody(bytes: Uint8Array, signature: unknown, delivery: DeliveryState): MaybePromise<SignedContent | Outcome> {
    if (bytes.byteLength > this.settings.maxBodyBytes) return rejected('body_too_large');
    const form = checkSignatureForm(signature);
    if (!form.ok) return rejected(form.code);
    const secrets = this.#secrets;
    return typeof secrets === 'function'
      ? this.#fetchSecrets(secrets, bytes, form.hex, delivery)
      : this.#match(secrets, bytes, form.hex, delivery);
  }

  async #fetchSecrets(
    provider: Extract<SecretReader, (...args: never[]) => unknown>,
    bytes: Uint8Array,
    hex: string,
    delivery: DeliveryState,
  ): Promise<SignedContent | Outcome> {
    let secrets: Secrets;
    try {
      secrets = await provider(delivery.env);
    } catch (cause) {
      return reportFailure(this.settings, 'secrets_unavailable', null, { cause });
    }
    return this.#match(secrets, bytes, hex, delivery);
  }

  #match(
    secrets: Secrets,
    bytes: Uint8Array,
    hex: string,
    delivery: DeliveryState,
  ): MaybePromise<SignedContent | Outcome> {
    const conclude = (secretIndex: number): SignedContent | Outcome => {
      if (!(secretIndex >= 0)) {
        this.#noteMismatch?.(delivery, bytes, hex, secrets);
        return rejected('signature_mismatch');
      }
      delivery.secretIndex = secretIndex;
      return this.parse(bytes, delivery, true);
    };
    const matching = matchIndex(secrets, bytes, hex);
    return typeof matching === 'number' ? conclude(matching) : matching.then(conclude);
  }

  /** Parses verified bytes; `limitAge` is false for bytes that were verified earlier. */
  parse(bytes: Uint8Array, delivery: DeliveryState, limitAge: boolean): SignedContent | Outcome {
    const read = readEvent(bytes);
    if (!read.ok) return { signed: true, ...read, event: null };
    const { event } = read;
    delivery.event = event;
    const age = limitAge ? judgeAge(event.timestamp, this.settings.maxAge, this.settings.now) : 'fine';
    if (age === 'fine') return { signed: true, ok: true, event };
    if (age === 'timestamp_too_old') {
      return { signed: true, ok: false, event, code: age, detail: { event } };
    }
    return reportFailure(this.settings, age, delivery);
  }

  /** Calls `onOutcome` for a settled outcome (null: verified), with a finding of `explain` where there is one. */
  settle(
    phase: 'answer' | 'background' | 'handling',
    delivery: DeliveryState,
    outcome: Outcome | null,
  ): Promise<void> | undefined {
    const { onOutcome } = this.settings;
    const finding = delivery.explain?.();
    const report = (hint?: string) => {
      if (onOutcome !== undefined) callHook(() => onOutcome(outcomeInfo(phase, delivery, outcome, hint)));
      else if (hint !== undefined) console.warn(`signature_mismatch: ${hint}`);
    };
    if (finding === undefined) report();
    const reported = finding?.then(report);
    // Without `onOutcome` no answer waits for a finding.
    return onOutcome === undefined ? undefined : reported;
  }
}

/** Whether a `Content-Encoding` leaves the body as it is. What is not text is not understood, and rejected. */
function isIdentity(header: unknown): boolean {
  if (header === undefined || header === null) return true;
  return typeof header === 'string' && header.length <= MAX_HEADER_CHARS && IDENTITY.test(header);
}
