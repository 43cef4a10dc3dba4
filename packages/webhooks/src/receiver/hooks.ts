import type { WebhookError } from '../errors.js';
import type { Issue } from '../events/envelope.js';
import { type DeliveryState, keyOf } from './context.js';
import type { OutcomeInfo, VerifyOptions } from './options.js';
import type { Outcome } from './outcome.js';
import { requestIdOf } from './request.js';

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
export function logError(error: WebhookError): void {
  if (error.cause === undefined) console.error(error);
  else console.error(error, error.cause);
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
    deliveryKey: delivery?.key ?? null,
    attempt: delivery?.attempt ?? null,
    ...(issues === undefined ? {} : { issues }),
  });
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
    durationMs: performance.now() - delivery.startedAt,
    requestId: requestIdOf(delivery.headers),
    ...(shown === undefined ? {} : { hint: shown }),
  };
}
