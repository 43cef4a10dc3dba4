/** Why an attempt was stopped: the caller's signal, or one of the two limits. */
export type Interruption = { by: 'signal'; reason: unknown } | { by: 'call' | 'attempt'; timeout: number };

/** Thrown inside the transport only; translated before it reaches the caller. */
export class Interrupted extends Error {
  readonly why: Interruption;

  constructor(why: Interruption) {
    super(why.by);
    this.why = why;
  }
}

export interface Interrupter {
  readonly signal: AbortSignal;
  /** Rejects with `Interrupted` when the first of the reasons occurs. */
  readonly happened: Promise<never>;
  /** Stops the timer and removes the listener. */
  done(): void;
}

/**
 * One `AbortSignal` out of a time limit and other signals. Not `AbortSignal.any`: the reason must say which it was, and a
 * user's long-lived signal must not collect a listener a call.
 */
export function interrupter(by: 'call' | 'attempt', timeout: number, parent?: AbortSignal | null): Interrupter {
  const controller = new AbortController();
  let reject: (error: Interrupted) => void = () => undefined;
  const happened = new Promise<never>((_, no) => {
    reject = no;
  });
  // Nobody may be waiting any more: that is no unhandled rejection.
  happened.catch(() => undefined);

  const stop = (why: Interruption) => {
    const error = new Interrupted(why);
    reject(error);
    controller.abort(error);
  };
  const onParent = () => {
    const reason: unknown = parent?.reason;
    stop(reason instanceof Interrupted ? reason.why : { by: 'signal', reason });
  };
  const timer = setTimeout(() => stop({ by, timeout }), timeout);
  if (parent?.aborted) onParent();
  else parent?.addEventListener('abort', onParent, { once: true });

  return {
    signal: controller.signal,
    happened,
    done() {
      clearTimeout(timer);
      parent?.removeEventListener('abort', onParent);
    },
  };
}
