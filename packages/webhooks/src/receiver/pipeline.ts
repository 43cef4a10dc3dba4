import { DIGEST_IS_SYNC, deadlinesOf } from '#runtime';
import { traceDelivery } from '#traces';
import type { TraceCarrier } from '../channels/types.js';
import { errorOf } from '../errors.js';
import type { IncomingRequest } from '../http/incoming-request.js';
import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import {
  bytesOf,
  type DeliveryState,
  newDelivery,
  perEnv,
  prepareKey,
  type SignedContent,
  type WaitUntil,
} from './context.js';
import { Deduplicator, type HeldClaim } from './deduplicate.js';
import type { Handlers } from './handlers.js';
import { reportError, reportFailure } from './hooks.js';
import type { DeliveryInbox } from './options.js';
import { acknowledged, type Outcome, rejected } from './outcome.js';
import { DeliveryRun, isInBackground, type RunServices } from './run-handlers.js';
import { isInbox, type Settings } from './settings.js';
import { withTimeoutOrThrow } from './timeouts.js';
import type { Verifier } from './verify.js';

/** What `dispatch` is given beside the bytes. */
export interface DispatchSource {
  readonly attempt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly carrier?: TraceCarrier | undefined;
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
  readonly #services: RunServices;
  readonly #inboxFor: ((delivery: DeliveryState) => DeliveryInbox) | undefined;
  #pending = 0;
  /** Called when nothing is pending any more. */
  #drained: (() => void)[] = [];

  constructor(settings: Settings, verifier: Verifier, handlers: Handlers) {
    this.#settings = settings;
    this.#verifier = verifier;
    this.#handlers = handlers;
    const { idempotency, handlerTimeout, inbox, lease } = settings;
    this.#inboxFor = inbox && perEnv(inbox, requireInbox);
    this.#services = {
      settings,
      verifier,
      deduplicator:
        idempotency === undefined ? undefined : new Deduplicator(settings, idempotency, verifier.storeDeadlines),
      handlerDeadlines: deadlinesOf(handlerTimeout),
      leaseDeadlines: deadlinesOf(lease - handlerTimeout),
      keepAlive: (work, delivery) => this.#keepAlive(this.#track(work), delivery.source.waitUntil),
    };
  }

  /** Answers a request. Never rejects. */
  respond(request: IncomingRequest, waitUntil?: WaitUntil): Promise<Outcome> {
    const delivery = newDelivery(request, null, { waitUntil });
    return this.#conclude('answer', delivery, () => this.#answer(request, delivery));
  }

  /** Handles bytes that were verified earlier. `bytes` must be a private copy. Never rejects. */
  dispatch(bytes: Uint8Array, source: DispatchSource): Promise<Outcome> {
    const delivery = newDelivery(null, bytes, { ...source, dispatched: true });
    return this.#conclude('handling', delivery, async () => {
      const parsed = this.#verifier.parse(bytes, delivery, false);
      return parsed.ok ? await this.#track(this.#handle(parsed.content, delivery)) : parsed.outcome;
    });
  }

  /** Resolves when nothing is under way, work that began meanwhile included. */
  async drain(): Promise<void> {
    while (this.#pending > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  #conclude(phase: 'answer' | 'handling', delivery: DeliveryState, work: () => Promise<Outcome>): Promise<Outcome> {
    return traceDelivery(
      phase,
      delivery,
      () => this.#settle(phase, delivery, work),
      (outcome) => outcome,
    );
  }

  async #settle(phase: 'answer' | 'handling', delivery: DeliveryState, work: () => Promise<Outcome>): Promise<Outcome> {
    let outcome: Outcome;
    try {
      outcome = await work();
    } catch (cause) {
      outcome = reportFailure(this.#settings, 'handler_failed', delivery, { cause });
    }
    const observed = this.#verifier.settle(phase, delivery, outcome);
    if (observed !== undefined) await observed;
    return outcome;
  }

  async #answer(request: IncomingRequest, delivery: DeliveryState): Promise<Outcome> {
    const read = await this.#verifier.readBody(request, delivery);
    if (!read.ok) return read.outcome;
    this.#pending++;
    try {
      const signed = await this.#verifier.verifyBody(read.bytes, request.header(SIGNATURE_HEADER), delivery);
      if (!signed.ok) return signed.outcome;
      const outcome = this.#handle(signed.content, delivery);
      const { waitUntil } = delivery.source;
      // Only for verified deliveries: a stranger must not keep an instance alive.
      if (waitUntil !== undefined && !isInBackground(this.#settings, delivery)) this.#keepAlive(outcome, waitUntil);
      // Awaited, here and below: a promise that an async function returns takes three turns of the queue instead of one.
      return await outcome;
    } finally {
      this.#ended();
    }
  }

  async #handle(content: SignedContent, delivery: DeliveryState): Promise<Outcome> {
    if (!DIGEST_IS_SYNC) await prepareKey(delivery);
    if (!content.ok && this.#settings.onUnhandled === undefined) return rejected(content.code, content.detail);
    if (this.#inboxFor !== undefined && !delivery.source.dispatched)
      return this.#acceptDurably(this.#inboxFor, delivery);

    const { deduplicator } = this.#services;
    let claim: HeldClaim | null = null;
    if (deduplicator !== undefined) {
      const verdict = await deduplicator.claim(delivery, isInBackground(this.#settings, delivery));
      if (!verdict.ok) return verdict.outcome;
      claim = verdict.claim;
    }
    const run = new DeliveryRun(this.#services, delivery, claim);
    return await run.start(() => this.#handlers.runFor(content, delivery));
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
      return acknowledged(reply.duplicate ? 'duplicate' : 'accepted', { event });
    } catch (cause) {
      return reportFailure(this.#settings, 'store_unavailable', delivery, { cause });
    }
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
      reportError(this.#settings, errorOf('handler_failed', { message: 'waitUntil threw', cause }), null);
    };
    try {
      // Next's `after` throws outside a request, and other hosts reject. The work continues; the platform may stop it.
      Promise.resolve(waitUntil(work) as unknown).catch(report);
    } catch (cause) {
      report(cause);
    }
  }
}

function requireInbox(made: unknown): void {
  if (!isInbox(made)) throw new TypeError('The inbox function must return an inbox with accept');
}
