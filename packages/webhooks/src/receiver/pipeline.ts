import { DIGEST_IS_SYNC, sha256Hex } from '#hmac';
import type { WebhookError } from '../errors.js';
import { type Admission, type Admitted, isOutcome } from './admission.js';
import { Claims, type HeldClaim } from './claims.js';
import type { Task } from './context.js';
import { answered, Deadlines, within } from './deadlines.js';
import type { Ending } from './execute.js';
import type { HandlerTable } from './handlers.js';
import type { Claim } from './idempotency.js';
import { attempt, chain } from './maybe-async.js';
import type { Settings } from './options.js';
import { errorOf, type Outcome, refused, taken } from './outcome.js';
import { Pending } from './pending.js';
import { observe, report } from './report.js';
import { type Plan, Runner } from './runner.js';

/** How a platform is told to stay alive until a promise settles. */
export interface ReceiveOptions {
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** The options of `receiver.dispatch`. */
export interface DispatchOptions {
  /** The attempt number the handlers are told, when a queue counts them. */
  attempt?: number | undefined;
  /** Aborts `context.signal`. */
  signal?: AbortSignal | undefined;
}

type Later<T> = T | Promise<T>;

/** How a delivery came, and so how it is to be answered. */
interface Way {
  readonly options: ReceiveOptions;
  readonly inBackground: boolean;
  /** Present for bytes that were verified earlier. */
  readonly dispatched: DispatchOptions | undefined;
}

/**
 * The way of a delivery, in one place: admission → inbox or claim → plan → run → complete, release or dead-letter.
 * Every status code comes from here or from admission.
 */
export class Pipeline {
  readonly settings: Settings;
  readonly admission: Admission;
  readonly #pending = new Pending();
  readonly #runner: Runner;
  readonly #claims: Claims | undefined;
  readonly #hungDeadlines: Deadlines;

  constructor(settings: Settings, admission: Admission, handlers: HandlerTable) {
    this.settings = settings;
    this.admission = admission;
    this.#runner = new Runner(settings, handlers, new Deadlines(settings.handlerTimeout));
    this.#hungDeadlines = new Deadlines(settings.lease - settings.handlerTimeout);
    if (settings.idempotency !== undefined) {
      this.#claims = new Claims(settings, settings.idempotency, admission.storeDeadlines);
    }
  }

  /** A delivery from a stranger. Never rejects. */
  receive(rawBody: Uint8Array, signature: unknown, options: ReceiveOptions): Later<Outcome> {
    return this.#tracked(options, () =>
      chain(this.admission.admit(rawBody, signature), (admitted) =>
        isOutcome(admitted) ? admitted : this.#take(admitted, options, undefined),
      ),
    );
  }

  /** Bytes that were verified earlier. Never rejects. */
  dispatch(rawBody: Uint8Array, options: DispatchOptions): Later<Outcome> {
    return this.#tracked({}, () => {
      const admitted = this.admission.parse(rawBody, -1, false);
      return isOutcome(admitted) ? admitted : this.#take(admitted, {}, options);
    });
  }

  drain(): Promise<void> {
    return this.#pending.drain();
  }

  #tracked(options: ReceiveOptions, work: () => Later<Outcome>): Later<Outcome> {
    const outcome = attempt(
      work,
      (value: Outcome) => value,
      (cause) => this.#failed('handler_failed', cause),
    );
    // `waitUntil` is always given the handlers' promise, also when they are done already.
    if (outcome instanceof Promise || (options.waitUntil && this.settings.acknowledge === 'after'))
      this.#keepAlive(options, Promise.resolve(outcome));
    return outcome;
  }

  #keepAlive({ waitUntil }: ReceiveOptions, work: Promise<unknown>): void {
    this.#pending.add(work);
    if (waitUntil === undefined) return;
    attempt(
      () => waitUntil(work) as unknown,
      () => undefined,
      // Next's `after` throws outside a request. The work goes on, only without the platform's promise to stay alive.
      (cause) => report(this.settings, errorOf('handler_failed', { message: 'waitUntil threw', cause })),
    );
  }

  #take(admitted: Admitted, options: ReceiveOptions, dispatched: DispatchOptions | undefined): Later<Outcome> {
    const { event, rawBody, secretIndex, unusable } = admitted;
    if (unusable !== undefined && this.settings.onUnhandled === undefined)
      return refused(unusable.code, unusable.detail);
    const task: Task = {
      event,
      rawBody,
      secretIndex,
      key: undefined,
      attempt: dispatched?.attempt ?? 1,
      signal: dispatched?.signal,
    };
    if (this.settings.inbox !== undefined && dispatched === undefined) return this.#acceptDurably(task);

    const inBackground = this.settings.acknowledge === 'before' && dispatched === undefined;
    const way: Way = { options, inBackground, dispatched };
    const claims = this.#claims;
    if (claims !== undefined) return this.#claimed(admitted, task, claims, way);

    // Where digests take a promise the key is made ready now, so that `context.deliveryKey` is a plain property.
    if (DIGEST_IS_SYNC) return this.#planned(admitted, task, null, way);
    return chain(sha256Hex(rawBody), (digest) => {
      task.key = digest;
      return this.#planned(admitted, task, null, way);
    });
  }

  async #acceptDurably(task: Task): Promise<Outcome> {
    const { event, rawBody, secretIndex } = task;
    try {
      const accepted = this.settings.inbox?.accept({ event, rawBody, secretIndex });
      const result = await answered(this.admission.storeDeadlines, accepted, 'The inbox');
      return taken(result?.duplicate ? 'duplicate' : 'accepted', event ?? undefined);
    } catch (cause) {
      return this.#failed('store_unavailable', cause, task);
    }
  }

  #claimed(admitted: Admitted, task: Task, claims: Claims, way: Way): Later<Outcome> {
    return attempt(
      () => claims.keyOf(task),
      (key) => {
        task.key = key;
        if (key === null) return this.#planned(admitted, task, null, way);
        return attempt(
          () => claims.claim(key),
          (claim) => this.#underClaim(admitted, task, claim, way),
          (cause) => this.#failed('store_unavailable', cause, task),
        );
      },
      (cause) => this.#failed('handler_failed', cause, task),
    );
  }

  #underClaim(admitted: Admitted, task: Task, claim: Claim, way: Way): Later<Outcome> {
    const event = task.event ?? undefined;
    if (claim.state === 'done' || (claim.state === 'in_progress' && way.inBackground)) {
      const { rawBody, key } = task;
      observe(this.settings.onDuplicate, { event: task.event, rawBody, deliveryKey: key as string });
      return taken('duplicate', event);
    }
    if (claim.state === 'in_progress') {
      return refused('event_in_progress', { event, retryAfterMs: atMost(this.settings.lease, claim.retryAfterMs) });
    }
    task.attempt = way.dispatched?.attempt ?? claim.attempt;
    const { maxAttempts } = this.settings;
    if (maxAttempts !== undefined && claim.attempt > maxAttempts) {
      const message = `Attempt ${maxAttempts} of ${maxAttempts} gave no result: the process ended, the handler ran out of time or the dead letter failed`;
      return this.#deadLetter(task, claim, errorOf('handler_failed', { message }));
    }
    return this.#planned(admitted, task, claim, way);
  }

  #planned(admitted: Admitted, task: Task, claim: HeldClaim | null, way: Way): Later<Outcome> {
    const plan = this.#runner.plan(admitted, task);
    if (plan === null) return this.#complete(task, claim, taken('unhandled', task.event ?? undefined));
    if (!way.inBackground)
      return chain(this.#runner.run(task, plan.work), (ending) => this.#ended(task, claim, plan, way, ending));

    // A new turn of the event loop, so that the answer is out before a handler can hold it up.
    const background = new Promise<void>((resolve) => setTimeout(resolve, 0)).then(async () => {
      await this.#endedInBackground(task, claim, plan, await this.#runner.run(task, plan.work));
    });
    this.#keepAlive(way.options, background);
    return taken('accepted', task.event ?? undefined);
  }

  #ended(task: Task, claim: HeldClaim | null, plan: Plan, way: Way, ending: Ending): Later<Outcome> {
    const event = task.event ?? undefined;
    if (ending.state === 'done') return this.#complete(task, claim, taken(plan.result, event));
    if (ending.state === 'timeout') {
      this.#keepAlive(way.options, this.#late(task, claim, ending.settled));
      return this.#failed('handler_timeout', undefined, task);
    }
    const { maxAttempts } = this.settings;
    const outcome = this.#failed('handler_failed', ending.error, task);
    if (claim === null) return outcome;
    if (maxAttempts !== undefined && claim.attempt >= maxAttempts) {
      return this.#deadLetter(task, claim, outcome.error ?? errorOf('handler_failed'));
    }
    return this.#release(task, claim, outcome);
  }

  /** Nobody will retry what was answered 200: the first failure is the last. */
  async #endedInBackground(task: Task, claim: HeldClaim | null, plan: Plan, ending: Ending): Promise<void> {
    if (ending.state === 'done') {
      await this.#complete(task, claim, taken(plan.result, task.event ?? undefined));
      return;
    }
    const outcome =
      ending.state === 'timeout'
        ? this.#failed('handler_timeout', undefined, task)
        : this.#failed('handler_failed', ending.error, task);
    if (this.settings.onDeadLetter !== undefined) {
      if (ending.state === 'timeout') this.#pending.add(within(this.#hungDeadlines, ending.settled));
      await this.#deadLetter(task, claim, outcome.error ?? errorOf('handler_failed'));
    } else if (ending.state === 'timeout') {
      await this.#late(task, claim, ending.settled);
    } else {
      await this.#release(task, claim, outcome);
    }
  }

  /**
   * What a handler that ran out of time did after all. That is written down whenever it ends; waited for it is no longer
   * than the claim's lease.
   */
  async #late(task: Task, claim: HeldClaim | null, settled: Promise<Ending>): Promise<void> {
    const over = settled.then((ending) =>
      ending.state === 'failed'
        ? this.#release(task, claim, this.#failed('handler_failed', ending.error, task))
        : this.#complete(task, claim, taken('processed', undefined)),
    );
    await within(this.#hungDeadlines, over);
  }

  async #deadLetter(task: Task, claim: HeldClaim | null, error: WebhookError): Promise<Outcome> {
    const { event, rawBody, attempt: count } = task;
    const ending = await this.#runner.run(task, (context) =>
      this.settings.onDeadLetter?.({ event, rawBody, error, attempt: count }, context),
    );
    if (ending.state === 'done') return this.#complete(task, claim, taken('dead_lettered', event ?? undefined, error));
    if (ending.state === 'timeout') {
      this.#pending.add(this.#late(task, claim, ending.settled));
      return this.#failed('handler_timeout', undefined, task);
    }
    return this.#release(task, claim, this.#failed('handler_failed', ending.error, task));
  }

  #complete(task: Task, claim: HeldClaim | null, outcome: Outcome): Later<Outcome> {
    if (claim === null || this.#claims === undefined) return outcome;
    return chain(this.#claims.complete(task, claim), () => outcome);
  }

  #release(task: Task, claim: HeldClaim | null, outcome: Outcome): Later<Outcome> {
    if (claim === null || this.#claims === undefined) return outcome;
    return chain(this.#claims.release(task, claim), () => outcome);
  }

  #failed(code: 'handler_failed' | 'handler_timeout' | 'store_unavailable', cause: unknown, task?: Task): Outcome {
    const outcome = refused(code, { event: task?.event ?? undefined, ...(cause === undefined ? {} : { cause }) });
    report(this.settings, outcome.error, task);
    return outcome;
  }
}

/** A wait that a store told, within reason: no claim is held for longer than a lease. */
function atMost(lease: number, told: number): number {
  return Number.isFinite(told) ? Math.min(told, lease) : lease;
}
