import type { TraceCarrier } from '../channels/types.js';
import type { WebhookError } from '../errors.js';
import { SIGNATURE_HEADER } from '../protocol/header.js';
import { bytesOf, type Context, DeliveryContext, type DeliveryState, newDelivery, prepareKey } from './context.js';
import { Deduplicator, type HeldClaim } from './deduplicate.js';
import type { HandlerRun, Handlers } from './handlers.js';
import { callHook, reportError } from './hooks.js';
import { acknowledged, errorOf, type Outcome, rejected } from './outcome.js';
import type { IncomingRequest, RequestHeaders } from './request.js';
import { type RunResult, runWithDeadline, type SettledRun } from './run.js';
import type { Settings } from './settings.js';
import { Deadlines, withTimeout, withTimeoutOrThrow } from './timeouts.js';
import { traceDelivery, traceHandlers } from './traces.js';
import { type Concluded, concluded, type Signed, type SignedContent, type Verifier } from './verify.js';

/** What the platform gives beside a request. */
export interface RespondOptions {
  /** Keeps the platform alive until a promise settles. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  readonly env?: unknown;
}

/** What `dispatch` is given beside the bytes. */
export interface DispatchSource {
  readonly attempt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly carrier?: TraceCarrier | undefined;
  readonly env?: unknown;
}

/** How one delivery is handled. */
interface Mode {
  /** Answer before the handlers run. */
  readonly inBackground: boolean;
  /** The bytes were verified and stored earlier (`dispatch`). */
  readonly dispatched: boolean;
  /** The attempt number of a queue that counts. */
  readonly attempt: number | undefined;
  readonly waitUntil: RespondOptions['waitUntil'];
}

/** The right to run the handlers: `claim` is null where nothing is deduplicated. */
type Admission = { readonly ok: true; readonly claim: HeldClaim | null } | Concluded;

/**
 * The way of a delivery: verify → accept durably or claim → run → complete, release or dead-letter.
 *
 * Every answer is decided here or in {@link Verifier}.
 */
export class Pipeline {
  readonly #settings: Settings;
  readonly #verifier: Verifier;
  readonly #handlers: Handlers;
  readonly #deduplicator: Deduplicator | undefined;
  readonly #handlerDeadlines: Deadlines;
  /** From the handler timeout to the end of the lease. */
  readonly #leaseDeadlines: Deadlines;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(settings: Settings, verifier: Verifier, handlers: Handlers) {
    this.#settings = settings;
    this.#verifier = verifier;
    this.#handlers = handlers;
    this.#handlerDeadlines = new Deadlines(settings.handlerTimeout);
    this.#leaseDeadlines = new Deadlines(settings.lease - settings.handlerTimeout);
    if (settings.idempotency !== undefined) {
      this.#deduplicator = new Deduplicator(settings, settings.idempotency, verifier.storeDeadlines);
    }
  }

  /** Answers an HTTP request. Never rejects. */
  async respond(request: IncomingRequest, { waitUntil, env }: RespondOptions = {}): Promise<Outcome> {
    const delivery = newDelivery(env, request);
    return this.#conclude('answer', delivery, async () => {
      const read = await this.#verifier.readBody(request, delivery);
      if (!read.ok) return read.outcome;
      return this.#track(this.#receive(read.bytes, request.header(SIGNATURE_HEADER), delivery, waitUntil));
    });
  }

  /** Answers a delivery that came without HTTP. `bytes` must be a private copy. Never rejects. */
  async receive(
    bytes: Uint8Array,
    signature: unknown,
    headers: RequestHeaders | null,
    { waitUntil, env }: RespondOptions,
  ): Promise<Outcome> {
    const delivery = newDelivery(env, headers, bytes);
    return this.#track(this.#conclude('answer', delivery, () => this.#receive(bytes, signature, delivery, waitUntil)));
  }

  /** Handles bytes that were verified earlier. `bytes` must be a private copy. Never rejects. */
  async dispatch(bytes: Uint8Array, { attempt, signal, carrier, env }: DispatchSource): Promise<Outcome> {
    const delivery = newDelivery(env, null, bytes, { signal, carrier });
    const mode: Mode = { inBackground: false, dispatched: true, attempt, waitUntil: undefined };
    return this.#track(
      this.#conclude('handling', delivery, () =>
        this.#handle(this.#verifier.parse(bytes, delivery, false), delivery, mode),
      ),
    );
  }

  /** Resolves when nothing is under way, work that began meanwhile included. */
  async drain(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  #conclude(phase: 'answer' | 'handling', delivery: DeliveryState, work: () => Promise<Outcome>): Promise<Outcome> {
    const settled = async () => {
      let outcome: Outcome;
      try {
        outcome = await work();
      } catch (cause) {
        outcome = this.#verifier.failed(cause, delivery);
      }
      await this.#verifier.settle(phase, delivery, outcome);
      return outcome;
    };
    return traceDelivery(phase, delivery, settled, (outcome) => outcome);
  }

  async #receive(
    bytes: Uint8Array,
    signature: unknown,
    delivery: DeliveryState,
    waitUntil: Mode['waitUntil'],
  ): Promise<Outcome> {
    const signed = await this.#verifier.verifyBody(bytes, signature, delivery);
    const inBackground = this.#settings.acknowledge === 'before';
    const mode: Mode = { inBackground, dispatched: false, attempt: undefined, waitUntil };
    const outcome = this.#handle(signed, delivery, mode);
    // Only for verified deliveries: a stranger must not keep an instance alive.
    if (signed.ok && !inBackground) this.#keepAlive(outcome, waitUntil);
    return outcome;
  }

  async #handle(signed: Signed | Concluded, delivery: DeliveryState, mode: Mode): Promise<Outcome> {
    if (!signed.ok) return signed.outcome;
    const { content } = signed;
    await prepareKey(delivery);
    if (!content.ok && this.#settings.onUnhandled === undefined) return rejected(content.code, content.detail);
    if (this.#settings.inbox !== undefined && !mode.dispatched) return this.#acceptDurably(delivery);

    if (mode.attempt !== undefined) delivery.attempt = mode.attempt;
    const admission = await this.#claim(delivery, mode);
    if (!admission.ok) return admission.outcome;
    return this.#run(content, delivery, admission.claim, mode);
  }

  async #acceptDurably(delivery: DeliveryState): Promise<Outcome> {
    const { event, secretIndex } = delivery;
    try {
      const accepted = this.#settings.inbox?.accept({ event, rawBody: bytesOf(delivery), secretIndex });
      const reply = await withTimeoutOrThrow(this.#verifier.storeDeadlines, accepted, 'The inbox');
      if (typeof reply?.duplicate !== 'boolean')
        throw new TypeError('accept() of the inbox must give { duplicate: boolean }');
      return acknowledged(reply.duplicate ? 'duplicate' : 'accepted', { event });
    } catch (cause) {
      return this.#failed('store_unavailable', delivery, cause);
    }
  }

  async #claim(delivery: DeliveryState, mode: Mode): Promise<Admission> {
    const deduplicator = this.#deduplicator;
    if (deduplicator === undefined) return { ok: true, claim: null };
    const { event } = delivery;
    let key: string | null;
    try {
      key = await deduplicator.keyOf(delivery);
    } catch (cause) {
      return concluded(this.#failed('handler_failed', delivery, cause));
    }
    delivery.key = key;
    if (key === null) return { ok: true, claim: null };

    let reply: Awaited<ReturnType<Deduplicator['claim']>>;
    try {
      reply = await deduplicator.claim(key, delivery);
    } catch (cause) {
      return concluded(this.#failed('store_unavailable', delivery, cause));
    }
    if (reply.state === 'claimed') {
      delivery.attempt = mode.attempt ?? reply.claim.attempt;
      return { ok: true, claim: reply.claim };
    }
    if (reply.state === 'done' || mode.inBackground) {
      callHook(this.#settings.onDuplicate, { event, rawBody: bytesOf(delivery), deliveryKey: key });
      return concluded(acknowledged('duplicate', { event }));
    }
    return concluded(rejected('event_in_progress', { event, retryAfterMs: reply.retryAfterMs }));
  }

  async #run(content: SignedContent, delivery: DeliveryState, claim: HeldClaim | null, mode: Mode): Promise<Outcome> {
    const { maxAttempts } = this.#settings;
    if (claim !== null && maxAttempts !== undefined && claim.attempt > maxAttempts) {
      const message = `Attempt ${maxAttempts} of ${maxAttempts} gave no result: the process ended, the handler ran out of time or the dead letter failed`;
      return this.#deadLetter(delivery, claim, errorOf('handler_failed', { message }));
    }
    const run = this.#handlers.runFor(content, delivery, mode.dispatched);
    if (run.work === null) return this.#complete(run, delivery, claim);
    if (mode.inBackground) {
      this.#keepAlive(this.#track(this.#runInBackground(run, run.work, delivery, claim)), mode.waitUntil);
      return acknowledged('accepted', { event: delivery.event });
    }
    const result = await this.#runHandlers(run, run.work, delivery, mode.dispatched);
    if (result.state === 'done') return this.#complete(run, delivery, claim);
    if (result.state === 'timeout') {
      this.#keepAlive(this.#track(this.#finishLate(run, delivery, claim, result.settled)), mode.waitUntil);
      return this.#failed('handler_timeout', delivery);
    }
    const failed = this.#failed('handler_failed', delivery, result.error);
    if (claim !== null && maxAttempts !== undefined && claim.attempt >= maxAttempts) {
      return this.#deadLetter(delivery, claim, failed.error);
    }
    await this.#release(claim, delivery);
    return failed;
  }

  #runHandlers(
    run: HandlerRun,
    work: NonNullable<HandlerRun['work']>,
    delivery: DeliveryState,
    dispatched: boolean,
  ): Promise<RunResult> {
    return traceHandlers(delivery, dispatched, run.result, () =>
      runWithDeadline(work, new DeliveryContext(delivery), this.#handlerDeadlines),
    );
  }

  async #runInBackground(
    run: HandlerRun,
    work: NonNullable<HandlerRun['work']>,
    delivery: DeliveryState,
    claim: HeldClaim | null,
  ): Promise<void> {
    // A new turn of the event loop, so that the answer is out before a handler can hold it up.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    const result = await this.#runHandlers(run, work, delivery, false);
    await this.#concludeInBackground(delivery, () => this.#endInBackground(run, result, delivery, claim));
  }

  /** Nobody retries what was answered 200: the first failure is the last. */
  async #endInBackground(
    run: HandlerRun,
    result: RunResult,
    delivery: DeliveryState,
    claim: HeldClaim | null,
  ): Promise<Outcome | null> {
    if (result.state === 'done') return this.#complete(run, delivery, claim);
    const failed =
      result.state === 'timeout'
        ? this.#failed('handler_timeout', delivery)
        : this.#failed('handler_failed', delivery, result.error);
    if (this.#settings.onDeadLetter !== undefined) {
      if (result.state === 'timeout') this.#track(withTimeout(this.#leaseDeadlines, result.settled));
      return this.#deadLetter(delivery, claim, failed.error);
    }
    if (result.state === 'timeout') {
      await this.#finishLate(run, delivery, claim, result.settled);
      return null;
    }
    await this.#release(claim, delivery);
    return failed;
  }

  /**
   * Records the end of a handler that ran out of time, whenever that is. The returned promise waits for it no longer than
   * the claim's lease.
   */
  async #finishLate(
    run: HandlerRun,
    delivery: DeliveryState,
    claim: HeldClaim | null,
    settled: Promise<SettledRun>,
  ): Promise<void> {
    const finished = settled.then((result) =>
      this.#concludeInBackground(delivery, async () => {
        if (result.state === 'done') return this.#complete(run, delivery, claim);
        const failed = this.#failed('handler_failed', delivery, result.error);
        await this.#release(claim, delivery);
        return failed;
      }),
    );
    await withTimeout(this.#leaseDeadlines, finished);
  }

  async #concludeInBackground(delivery: DeliveryState, work: () => Promise<Outcome | null>): Promise<void> {
    const outcome = await work();
    if (outcome !== null) await this.#verifier.settle('background', delivery, outcome);
  }

  async #deadLetter(delivery: DeliveryState, claim: HeldClaim | null, error: WebhookError): Promise<Outcome> {
    const { event, attempt } = delivery;
    const { onDeadLetter } = this.#settings;
    const rawBody = bytesOf(delivery);
    const work = (context: Context) => onDeadLetter?.({ event, rawBody, error, attempt }, context);
    const run: HandlerRun = { work, result: 'dead_lettered', detail: { event, error } };
    const result = await runWithDeadline(work, new DeliveryContext(delivery), this.#handlerDeadlines);
    if (result.state === 'done') return this.#complete(run, delivery, claim);
    if (result.state === 'timeout') {
      this.#track(this.#finishLate(run, delivery, claim, result.settled));
      return this.#failed('handler_timeout', delivery);
    }
    const failed = this.#failed('handler_failed', delivery, result.error);
    await this.#release(claim, delivery);
    return failed;
  }

  async #complete(run: HandlerRun, delivery: DeliveryState, claim: HeldClaim | null): Promise<Outcome> {
    if (claim !== null) await this.#deduplicator?.complete(claim, delivery);
    return acknowledged(run.result, run.detail);
  }

  async #release(claim: HeldClaim | null, delivery: DeliveryState): Promise<void> {
    if (claim !== null) await this.#deduplicator?.release(claim, delivery);
  }

  #failed(
    code: 'handler_failed' | 'handler_timeout' | 'store_unavailable',
    delivery: DeliveryState,
    ...cause: unknown[]
  ): Outcome & { readonly error: WebhookError } {
    const detail = { event: delivery.event };
    const outcome = rejected(code, cause.length === 0 ? detail : { ...detail, cause: cause[0] });
    reportError(this.#settings, outcome.error, delivery);
    return outcome;
  }

  /** Adds work that `drain` waits for. */
  #track<T>(work: Promise<T>): Promise<T> {
    const remove = () => this.#pending.delete(work);
    this.#pending.add(work);
    work.then(remove, remove);
    return work;
  }

  #keepAlive(work: Promise<unknown>, waitUntil: Mode['waitUntil']): void {
    if (waitUntil === undefined) return;
    const report = (cause: unknown) => {
      reportError(this.#settings, errorOf('handler_failed', { message: 'waitUntil threw', cause }), null);
    };
    try {
      // Next's `after` throws outside a request, and other hosts reject. The work goes on, without the platform's promise to stay alive.
      Promise.resolve(waitUntil(work) as unknown).catch(report);
    } catch (cause) {
      report(cause);
    }
  }
}
