import { deadlinesOf } from '#runtime';
import type { ErrorDetail, WebhookError, WebhookErrorCode } from '../errors.js';
import type { Issue } from '../events/envelope.js';
import { requestIdOf } from '../http/incoming-request.js';
import type { Secrets } from '../signature/secrets.js';
import { bytesOf, type DeliveryState, keyOf } from './context.js';
import type { ErrorInfo, Explain, OutcomeInfo, ReceiverOptions, VerifyOptions } from './options.js';
import { acknowledged, type Outcome, rejected } from './outcome.js';
import { TIMED_OUT, withTimeout } from './timeouts.js';

/** Calls an observer. It is not awaited, and what it throws or rejects with is swallowed. */
export function callHook<A extends unknown[]>(hook: ((...args: A) => unknown) | undefined, ...args: A): void {
  if (hook === undefined) return;
  try {
    // Otherwise an async observer's rejection would end the process as unhandled.
    Promise.resolve(hook(...args)).catch(() => undefined);
  } catch {
    // Documented: what an observer throws is swallowed.
  }
}

/** The default `onError`: a handler's throw must not be silent. */
export function logError({ code, message, hint, cause }: WebhookError, info: ErrorInfo): void {
  const delivery = info.event ? `${info.event.event} ${info.deliveryKey ?? '-'} attempt ${info.attempt}: ` : '';
  // A sender's text must not forge lines of a log.
  const line = `${delivery}${code}: ${message}${hint ? ` (${hint})` : ''}`.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  // One line, whose stack is itself: where this library made the error helps nobody.
  const shown = Object.defineProperties(new Error(line), {
    stack: { value: `WebhookError: ${line}` },
    code: { value: code },
  });
  try {
    // The cause apart: some consoles print an error's cause with it, others do not.
    console.error(...(cause === undefined ? [shown] : [shown, cause]));
  } catch {
    // A cause whose own code throws when it is printed.
    console.error(shown);
  }
}

/** Reports to `onError` what went wrong on our side. */
export function reportError(
  settings: { readonly onError: VerifyOptions['onError'] },
  error: WebhookError,
  delivery: DeliveryState | null,
  issues?: readonly Issue[],
): void {
  callHook(settings.onError, error, {
    event: delivery?.event ?? null,
    rawBody: delivery?.rawBody ?? null,
    deliveryKey: (delivery?.source.dispatched ? keyOf(delivery) : delivery?.key) ?? null,
    attempt: delivery?.attempt ?? null,
    ...(issues && { issues }),
  });
}

/** Reports a failure on our side to `onError`; `delivery` is null where it is not verified. Gives the outcome for its answer. */
export function reportFailure(
  settings: { readonly onError: VerifyOptions['onError'] },
  code: WebhookErrorCode,
  delivery: DeliveryState | null,
  detail: ErrorDetail = {},
): Outcome & { readonly error: WebhookError } {
  const outcome = rejected(code, { ...detail, event: delivery?.event });
  reportError(settings, outcome.error, delivery);
  return outcome;
}

/** The outcome of a copy of an event, reported to `onDuplicate`. */
export function duplicate({ onDuplicate }: Pick<ReceiverOptions, 'onDuplicate'>, delivery: DeliveryState): Outcome {
  const { event } = delivery;
  callHook(onDuplicate, { event, rawBody: bytesOf(delivery), deliveryKey: String(keyOf(delivery)) });
  return acknowledged('duplicate', { event });
}

/** What `onOutcome` is called with. Never a body, a header's value other than the request id, a secret or a signature. */
export function outcomeInfo(
  phase: OutcomeInfo['phase'],
  delivery: DeliveryState,
  outcome: Outcome | null,
  hint?: string,
): OutcomeInfo {
  const shown = hint ?? outcome?.error?.hint;
  return {
    phase,
    result: outcome?.result ?? 'verified',
    status: outcome === null || phase === 'background' ? null : outcome.status,
    code: outcome?.error?.code ?? null,
    reason: outcome?.reason ?? null,
    event: delivery.event?.event ?? null,
    deliveryKey: delivery.secretIndex >= 0 || phase === 'handling' ? keyOf(delivery) : null,
    attempt: delivery.attempt,
    secretIndex: delivery.secretIndex,
    bytes: delivery.rawBody?.byteLength ?? 0,
    durationMs: Math.round((performance.now() - delivery.startedAt) * 1_000) / 1_000,
    requestId: requestIdOf(delivery.headers),
    ...(shown && { hint: shown }),
  };
}

const INTERVAL_MS = 1_000;
const TIME_LIMIT_MS = 50;
// The search ends before the limit, so that its result is still in time.
const EXPLAIN_SEARCH_MS = 35;

/** Notes what explains a mismatch, for when its answer is settled. */
export type NoteMismatch = (delivery: DeliveryState, body: Uint8Array, signature: string, secrets: Secrets) => void;

/** Runs the doctor on signature mismatches, at most once a second: strangers choose how many there are. */
export function explainer(explain: Explain): NoteMismatch {
  const deadlines = deadlinesOf(TIME_LIMIT_MS);
  let nextAt = 0;
  return (delivery, body, signature, secrets) => {
    const now = performance.now();
    if (now < nextAt) return;
    nextAt = now + INTERVAL_MS;
    delivery.explain = async () => {
      try {
        const headers = delivery.headers?.headers() ?? undefined;
        const work = explain({ body, signature, secrets, headers, timeLimitMs: EXPLAIN_SEARCH_MS });
        const found = await withTimeout(deadlines, work);
        const first = found === TIMED_OUT ? undefined : found.causes[0];
        return first && `${first.message} ${first.fix}`;
      } catch {
        return undefined;
      }
    };
  };
}
