import type { WebhookError } from '../errors.js';
import type { Task } from './context.js';
import type { VerifySettings } from './options.js';

/** Calls an observer whose failure must not change what the sender is answered. */
export function observe<A extends unknown[]>(observer: ((...args: A) => unknown) | undefined, ...args: A): void {
  if (observer === undefined) return;
  try {
    // An async observer's rejection would otherwise end the process as unhandled.
    Promise.resolve(observer(...args)).catch(() => undefined);
  } catch {
    // Documented: a throw of an observer is swallowed.
  }
}

/** Tells `onError` what went wrong on our side. */
export function report(settings: Pick<VerifySettings, 'onError'>, error: WebhookError, task?: Task): void {
  observe(settings.onError, error, {
    event: task?.event ?? null,
    rawBody: task?.rawBody ?? null,
    deliveryKey: task?.key ?? null,
    attempt: task?.attempt ?? null,
  });
}
