import { traceHandlers } from '#traces';
import { type ErrorDetail, errorOf, RESPONSES, type WebhookError } from '../errors.js';
import type { Deadlines } from '../runtime/deadlines.js';
import type { DeliveryState, MaybePromise } from './context.js';
import type { HeldClaim } from './deduplicate.js';
import { DeliveryContext } from './handler-context.js';
import { deadLetterRun, type HandlerRun, type RunResult, type SettledRun } from './handlers.js';
import { reportFailure } from './hooks.js';
import { acknowledged, type Outcome, rejected } from './outcome.js';
import type { Settings } from './settings.js';
import { TIMED_OUT, withTimeout } from './timeouts.js';
import type { Verifier } from './verify.js';

const DONE: SettledRun = { state: 'done' };

/** What all runs of a receiver share. */
export interface RunServices {
  readonly settings: Settings;
  readonly verifier: Verifier;
  readonly handlerDeadlines: Deadlines;
  /** From the handler timeout to the end of the lease. */
  readonly leaseDeadlines: Deadlines;
  /** Keeps the platform alive, and `drain` waiting, until the work ends. */
  keepAlive(work: Promise<unknown>, delivery: DeliveryState): void;
}

/** The run of one delivery and what follows it: complete, release or dead-letter. */
export class DeliveryRun {
  readonly #services: RunServices;
  readonly #delivery: DeliveryState;
  /** null where nothing is deduplicated. */
  readonly #claim: HeldClaim | null;
  /** The end of what ran out of time. */
  #late: Promise<void> | undefined;

  constructor(services: RunServices, delivery: DeliveryState, claim: HeldClaim | null) {
    this.#services = services;
    this.#delivery = delivery;
    this.#claim = claim;
  }

  /** Runs the handlers and decides the answer. `chooseRun` is not called when the last attempt was spent before. */
  start(chooseRun: () => HandlerRun): MaybePromise<Outcome> {
    const { maxAttempts } = this.#services.settings;
    if (this.#claim !== null && maxAttempts !== undefined && this.#claim.attempt > maxAttempts) {
      const message = `Attempt ${maxAttempts} of ${maxAttempts} gave no result: the process ended, the handler ran out of time or the dead letter failed`;
      return this.#deadLetter(errorOf('handler_failed', { message }));
    }
    const run = chooseRun();
    if (run.work === null) return this.#end(run, DONE);
    if (isInBackground(this.#services.settings, this.#delivery)) {
      this.#keepAlive(this.#runInBackground(run, run.work));
      return acknowledged('accepted', { event: this.#delivery.event });
    }
    const running = this.#runHandlers(run, run.work);
    return 'state' in running ? this.#end(run, running) : this.#endLater(run, running);
  }

  async #endLater(run: HandlerRun, running: Promise<RunResult>): Promise<Outcome> {
    return await this.#end(run, await running);
  }

  #end(run: HandlerRun, result: RunResult): MaybePromise<Outcome> {
    if (result.state === 'done') return this.#claim === null ? outcomeOf(run) : this.#complete(run);
    if (result.state === 'timeout') return this.#timedOut(run, result.settled);
    const { maxAttempts } = this.#services.settings;
    const isLast = this.#claim !== null && maxAttempts !== undefined && this.#claim.attempt >= maxAttempts;
    return isLast ? this.#deadLetter(this.#failed(result.error).error) : this.#fail(result.error);
  }

  #runHandlers(run: HandlerRun, work: NonNullable<HandlerRun['work']>): MaybePromise<RunResult> {
    return traceHandlers(this.#delivery, run, () => this.#runWithDeadline(work));
  }

  /**
   * Runs user code under `handlerTimeout`, or under the lease of a dispatch. When time is up the context's signal aborts and
   * the run counts as timed out; it cannot be stopped from outside.
   */
  #runWithDeadline(work: NonNullable<HandlerRun['work']>): MaybePromise<RunResult> {
    const context = new DeliveryContext(this.#delivery);
    const settled = settle(work, context);
    return 'state' in settled ? settled : this.#limit(settled, context);
  }

  async #limit(settled: Promise<SettledRun>, context: DeliveryContext): Promise<RunResult> {
    const { handlerDeadlines, settings } = this.#services;
    const { lease } = this.#delivery.source;
    // A caller that holds a lease waits for the handler, though its signal may have aborted.
    if (lease !== undefined && settings.givenHandlerTimeout !== undefined) {
      void this.#abortAfter(handlerDeadlines, settled, context);
    }
    const result = await this.#abortAfter(lease ?? handlerDeadlines, settled, context);
    return result === TIMED_OUT ? { state: 'timeout', settled } : result;
  }

  async #abortAfter(
    deadlines: Deadlines,
    settled: Promise<SettledRun>,
    context: DeliveryContext,
  ): Promise<SettledRun | typeof TIMED_OUT> {
    const result = await withTimeout(deadlines, settled);
    // Here, not in the timer: listeners of the signal keep the AsyncLocalStorage of this delivery.
    if (result === TIMED_OUT) DeliveryContext.abort(context, errorOf('handler_timeout', this.#exceeded(deadlines)));
    return result;
  }

  /** Names the limit that the handlers exceeded, and its option. */
  #exceeded(deadlines: Deadlines): ErrorDetail {
    const limit = deadlines === this.#delivery.source.lease ? 'the lease of dispatch' : 'handlerTimeout';
    return { message: `${RESPONSES.handler_timeout[1]}: ${limit} is ${deadlines.lengthMs} ms` };
  }

  #timedOut(run: HandlerRun, settled: Promise<SettledRun>): Outcome & { readonly error: WebhookError } {
    this.#late = this.#finishLate(run, settled);
    // In the background, what is kept alive already waits for it.
    if (!isInBackground(this.#services.settings, this.#delivery)) this.#keepAlive(this.#late);
    return this.#reportTimeout();
  }

  #reportTimeout(): Outcome & { readonly error: WebhookError } {
    const { event, source } = this.#delivery;
    const detail = this.#exceeded(source.lease ?? this.#services.handlerDeadlines);
    // Whoever aborted the handler knows why.
    if (source.lease !== undefined && source.signal?.aborted) return rejected('handler_timeout', { ...detail, event });
    return reportFailure(this.#services.settings, 'handler_timeout', this.#delivery, detail);
  }

  async #runInBackground(run: HandlerRun, work: NonNullable<HandlerRun['work']>): Promise<void> {
    // A new turn of the event loop, so that the answer is out before a handler can hold it up.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    const result = await this.#runHandlers(run, work);
    const outcome = await this.#endInBackground(run, result);
    // What ran out of time is reported when it ends.
    await (this.#late ?? this.#settleInBackground(outcome));
  }

  /** Nobody retries what was answered 200: the first failure is the last. */
  async #endInBackground(run: HandlerRun, result: RunResult): Promise<Outcome> {
    if (result.state === 'done') return this.#complete(run);
    const { settings, leaseDeadlines } = this.#services;
    if (settings.onDeadLetter !== undefined) {
      if (result.state === 'failed') return this.#deadLetter(this.#failed(result.error).error);
      this.#keepAlive(withTimeout(leaseDeadlines, result.settled));
      return this.#deadLetter(this.#reportTimeout().error);
    }
    return result.state === 'timeout' ? this.#timedOut(run, result.settled) : this.#fail(result.error);
  }

  /**
   * Records the end of a handler that ran out of time, whenever that is. The returned promise waits for it no longer than
   * the claim's lease.
   */
  async #finishLate(run: HandlerRun, settled: Promise<SettledRun>): Promise<void> {
    const finished = settled.then(async (result) =>
      this.#settleInBackground(await (result.state === 'done' ? this.#complete(run) : this.#fail(result.error))),
    );
    await withTimeout(this.#services.leaseDeadlines, finished);
  }

  #settleInBackground(outcome: Outcome): Promise<void> | undefined {
    return this.#services.verifier.settle('background', this.#delivery, outcome);
  }

  async #deadLetter(error: WebhookError): Promise<Outcome> {
    const run = deadLetterRun(this.#services.settings.onDeadLetter, this.#delivery, error);
    const result = await this.#runWithDeadline(run.work);
    if (result.state === 'done') return await this.#complete(run);
    return result.state === 'timeout' ? this.#timedOut(run, result.settled) : await this.#fail(result.error);
  }

  #keepAlive(work: Promise<unknown>): void {
    this.#services.keepAlive(work, this.#delivery);
  }

  #failed(cause: unknown): Outcome & { readonly error: WebhookError } {
    return reportFailure(this.#services.settings, 'handler_failed', this.#delivery, { cause });
  }

  async #fail(cause: unknown): Promise<Outcome> {
    const failed = this.#failed(cause);
    await this.#claim?.release();
    return failed;
  }

  async #complete(run: HandlerRun): Promise<Outcome> {
    // A dead letter that nobody took is not done: whoever stored its bytes may dispatch them again.
    if (run.result === 'dead_lettered' && run.work === null) await this.#claim?.release();
    else await this.#claim?.complete();
    return outcomeOf(run);
  }
}

/** Whether the answer comes before the handlers run. */
export function isInBackground({ acknowledge }: Settings, { source }: DeliveryState): boolean {
  return acknowledge === 'before' && !source.dispatched;
}

function outcomeOf({ result, detail }: HandlerRun): Outcome {
  return acknowledged(result, detail);
}

function settle(work: NonNullable<HandlerRun['work']>, context: DeliveryContext): MaybePromise<SettledRun> {
  let settled = DONE;
  try {
    const returned = work(context);
    if (returned !== undefined) return settleLater(returned, context);
  } catch (error) {
    settled = { state: 'failed', error };
  }
  DeliveryContext.end(context);
  return settled;
}

async function settleLater(returned: unknown, context: DeliveryContext): Promise<SettledRun> {
  try {
    await returned;
    return DONE;
  } catch (error) {
    return { state: 'failed', error };
  } finally {
    DeliveryContext.end(context);
  }
}
