import { DIGEST_IS_SYNC, deadlinesOf } from '#runtime';
import { traceDelivery } from '#traces';
import type { TraceCarrier } from '../channels/types.js';
import type { IncomingRequest } from '../http/incoming-request.js';
import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import type { Deadlines } from '../runtime/deadlines.js';
import {
  bytesOf,
  type DeliveryState,
  type MaybePromise,
  newDelivery,
  perEnv,
  prepareKey,
  type SignedContent,
  type WaitUntil,
} from './context.js';
import { Deduplicator, type HeldClaim } from './deduplicate.js';
import type { Handlers } from './handlers.js';
import { duplicate, reportFailure } from './hooks.js';
import type { DeliveryInbox } from './options.js';
import { acknowledged, type Outcome, rejected } from './outcome.js';
import { DeliveryRun, isInBackground, type RunServices } from './run-handlers.js';
import { isInbox, type Settings } from './settings.js';
import { duration, withTimeoutOrThrow } from './timeouts.js';
import type { Verifier } from './verify.js';

/** What `dispatch` is given beside the bytes. */
export interface DispatchSource {
  readonly attempt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly lease?: number | undefined;
  readonly carrier?: TraceCarrier | undefined;
  readonly key?: string | undefined;
  readonly waitUntil?: WaitUntil | undefined;
  readonly env?: unknown;
}

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
  readonly #services: RunServices;
  readonly #inboxFor: ((delivery: DeliveryState) => DeliveryInbox) | undefined;
  /** Of the last lease given to `dispatch`: a worker gives the same one each time. */
  #dispatchLease: Deadlines | undefined;
  #pending = 0;
  /** Called when nothing is pending any more. */
  #drained: (() => void)[] = [];

  constructor(settings: Settings, verifier: Verifier, handlers: Handlers) {
    this.#settings = settings;
    this.#verifier = verifier;
    this.#handlers = handlers;
    const { idempotency, handlerTimeout, inbox, lease } = settings;
    this.#inboxFor = inbox && perEnv(inbox, requireInbox);
    this.#deduplicator = idempotency && new Deduplicator(settings, idempotency, verifier.storeDeadlines);
    this.#services = {
      settings,
      verifier,
      handlerDeadlines: deadlinesOf(handlerTimeout),
      leaseDeadlines: deadlinesOf(lease - handlerTimeout),
      keepAlive: (work, delivery) => this.#keepAlive(this.#track(work), delivery.source.waitUntil),
    };
  }

  /** Answers a request. Never rejects. */
  respond(request: IncomingRequest, waitUntil?: WaitUntil): Promise<Outcome> {
    const delivery = newDelivery(request, null, { waitUntil });
    return traceDelivery('answer', delivery, () => this.#answer(request, delivery), itself);
  }

  /**
   * Handles bytes that were verified earlier. `bytes` must be a private copy. Never rejects.
   *
   * @throws TypeError for a lease that no timer can take
   */
  dispatch(bytes: Uint8Array, { lease, ...source }: DispatchSource): Promise<Outcome> {
    const held = lease === undefined ? undefined : this.#deadlinesOfLease(lease);
    const delivery = newDelivery(null, bytes, { ...source, lease: held, dispatched: true });
    return traceDelivery('handling', delivery, () => this.#handleStored(bytes, delivery), itself);
  }

  /** Resolves when nothing is under way, work that began meanwhile included. */
  async drain(): Promise<void> {
    while (this.#pending > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  // One async function from the head to the answer, and plain calls where nothing is waited for: to await a plain value
  // costs a turn of the queue all the same, and each async function a promise.
  async #answer(request: IncomingRequest, delivery: DeliveryState): Promise<Outcome> {
    const verifier = this.#verifier;
    let outcome: Outcome;
    try {
      const head = verifier.acceptHead(request, delivery);
      const read = head ?? verifier.acceptBody(await request.read(verifier.limits), request, delivery);
      if ('status' in read) outcome = read;
      else {
        this.#pending++;
        try {
          const verifying = verifier.verifyBody(read, request.header(SIGNATURE_HEADER), delivery);
          const verdict = 'then' in verifying ? await verifying : verifying;
          if (!DIGEST_IS_SYNC && 'signed' in verdict) await prepareKey(delivery);
          const handling = 'signed' in verdict ? this.#handle(verdict, delivery) : verdict;
          outcome = 'status' in handling ? handling : await handling;
        } finally {
          this.#ended();
        }
      }
    } catch (cause) {
      outcome = reportFailure(this.#settings, 'handler_failed', delivery, { cause });
    }
    return this.#settle('answer', delivery, outcome);
  }

  async #handleStored(bytes: Uint8Array, delivery: DeliveryState): Promise<Outcome> {
    let outcome: Outcome;
    try {
      const parsed = this.#verifier.parse(bytes, delivery, false);
      if (!DIGEST_IS_SYNC && 'signed' in parsed) await prepareKey(delivery);
      const handling = 'signed' in parsed ? this.#handle(parsed, delivery) : parsed;
      outcome = 'status' in handling ? handling : await this.#track(handling);
    } catch (cause) {
      outcome = reportFailure(this.#settings, 'handler_failed', delivery, { cause });
    }
    return this.#settle('handling', delivery, outcome);
  }

  #settle(phase: 'answer' | 'handling', delivery: DeliveryState, outcome: Outcome): MaybePromise<Outcome> {
    const observed = this.#verifier.settle(phase, delivery, outcome);
    return observed === undefined ? outcome : observed.then(() => outcome);
  }

  #handle(content: SignedContent, delivery: DeliveryState): MaybePromise<Outcome> {
    const handling = this.#acceptOrRun(content, delivery);
    const { waitUntil } = delivery.source;
    // Only for verified deliveries: a stranger must not keep an instance alive.
    if (waitUntil !== undefined && !isInBackground(this.#settings, delivery))
      this.#keepAlive(Promise.resolve(handling), waitUntil);
    return handling;
  }

  #acceptOrRun(content: SignedContent, delivery: DeliveryState): MaybePromise<Outcome> {
    if (!content.ok && this.#settings.onUnhandled === undefined) return rejected(content.code, content.detail);
    // Nothing knows the age of what is stored: a replay would reach the handlers.
    const isStorable = content.ok || content.code !== 'timestamp_too_old';
    if (this.#inboxFor !== undefined && !delivery.source.dispatched && isStorable)
      return this.#acceptDurably(this.#inboxFor, delivery);
    return this.#deduplicator === undefined
      ? this.#run(content, delivery, null)
      : this.#claimAndRun(this.#deduplicator, content, delivery);
  }

  async #claimAndRun(deduplicator: Deduplicator, content: SignedContent, delivery: DeliveryState): Promise<Outcome> {
    const verdict = await deduplicator.claim(delivery, isInBackground(this.#settings, delivery));
    return 'claim' in verdict ? await this.#run(content, delivery, verdict.claim) : verdict;
  }

  #run(content: SignedContent, delivery: DeliveryState, claim: HeldClaim | null): MaybePromise<Outcome> {
    const run = new DeliveryRun(this.#services, delivery, claim);
    return run.start(() => this.#handlers.runFor(content, delivery));
  }

  async #acceptDurably(
    inboxFor: (delivery: DeliveryState) => DeliveryInbox,
    delivery: DeliveryState,
  ): Promise<Outcome> {
    const { event, secretIndex } = delivery;
    try {
      const accepted = inboxFor(delivery).accept({ event, rawBody: bytesOf(delivery), secretIndex });
      const reply = await withTimeoutOrThrow(this.#verifier.storeDeadlines, accepted, 'The inbox');
      if (typeof reply?.duplicate !== 'boolean')
        throw new TypeError('accept() of the inbox must give { duplicate: boolean }');
      return reply.duplicate ? duplicate(this.#settings, delivery) : acknowledged('accepted', { event });
    } catch (cause) {
      return reportFailure(this.#settings, 'store_unavailable', delivery, { cause });
    }
  }

  #deadlinesOfLease(lease: number): Deadlines {
    if (this.#dispatchLease?.lengthMs !== lease) this.#dispatchLease = deadlinesOf(duration('lease', lease));
    return this.#dispatchLease;
  }

  /** Adds work that `drain` waits for. */
  #track<T>(work: Promise<T>): Promise<T> {
    const ended = () => this.#ended();
    this.#pending++;
    work.then(ended, ended);
    return work;
  }

  #ended(): void {
    this.#pending--;
    if (this.#pending === 0 && this.#drained.length > 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  #keepAlive(work: Promise<unknown>, waitUntil: WaitUntil | undefined): void {
    if (waitUntil === undefined) return;
    const report = (cause: unknown) => {
      reportFailure(this.#settings, 'handler_failed', null, { message: 'waitUntil threw', cause });
    };
    try {
      // Next's `after` throws outside a request, and other hosts reject. The work continues; the platform may stop it.
      Promise.resolve(waitUntil(work) as unknown).catch(report);
    } catch (cause) {
      report(cause);
    }
  }
}

const itself = (outcome: Outcome): Outcome => outcome;

function requireInbox(made: unknown): void {
  if (!isInbox(made)) throw new TypeError('inbox must return an inbox with accept');
}
