import { DIGEST_IS_SYNC } from '#runtime';
import type { TraceCarrier } from '../channels/types.js';
import { SIGNATURE_HEADER } from '../protocol/header.js';
import { bytesOf, type DeliveryState, newDelivery, perEnv, prepareKey } from './context.js';
import { Deduplicator, type HeldClaim } from './deduplicate.js';
import type { Handlers } from './handlers.js';
import { callHook, reportError, reportFailure } from './hooks.js';
import type { DeliveryInbox } from './options.js';
import { acknowledged, errorOf, type Outcome, rejected } from './outcome.js';
import type { IncomingRequest, RequestHeaders } from './request.js';
import { DeliveryRun, type RunMode, type RunServices } from './run.js';
import { isInbox, type Settings } from './settings.js';
import { Deadlines, withTimeoutOrThrow } from './timeouts.js';
import { traceDelivery } from './traces.js';
import { type Concluded, concluded, type Signed, type Verifier } from './verify.js';

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
interface Mode extends RunMode {
  /** The attempt number of a queue that counts. */
  readonly attempt?: number | undefined;
}

/** The right to run the handlers: `claim` is null where nothing is deduplicated. */
type ClaimVerdict = { readonly ok: true; readonly claim: HeldClaim | null } | Concluded;

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
      handlerDeadlines: new Deadlines(handlerTimeout),
      leaseDeadlines: new Deadlines(lease - handlerTimeout),
    };
  }

  /** Answers an HTTP request. Never rejects. */
  async respond(request: IncomingRequest, { waitUntil, env }: RespondOptions = {}): Promise<Outcome> {
    const delivery = newDelivery(env, request);
    return this.#conclude('answer', delivery, async () => {
      const read = await this.#verifier.readBody(request, delivery);
      if (!read.ok) return read.outcome;
      // Awaited, here and below: a promise that an async function returns takes three turns of the queue instead of one.
      return await this.#track(this.#receive(read.bytes, request.header(SIGNATURE_HEADER), delivery, waitUntil));
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
    const mode: Mode = { inBackground: false, dispatched: true, attempt, keepAlive: (work) => void this.#track(work) };
    return this.#track(
      this.#conclude('handling', delivery, () =>
        this.#handle(this.#verifier.parse(bytes, delivery, false), delivery, mode),
      ),
    );
  }

  /** Resolves when nothing is under way, work that began meanwhile included. */
  async drain(): Promise<void> {
    while (this.#pending > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  #conclude(phase: 'answer' | 'handling', delivery: DeliveryState, work: () => Promise<Outcome>): Promise<Outcome> {
    const settled = async () => {
      let outcome: Outcome;
      try {
        outcome = await work();
      } catch (cause) {
        outcome = reportFailure(this.#settings, 'handler_failed', delivery, { cause });
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
    waitUntil: RespondOptions['waitUntil'],
  ): Promise<Outcome> {
    const signed = await this.#verifier.verifyBody(bytes, signature, delivery);
    const inBackground = this.#settings.acknowledge === 'before';
    const keepAlive = (work: Promise<unknown>) => this.#keepAlive(this.#track(work), waitUntil);
    const mode: Mode = { inBackground, dispatched: false, keepAlive };
    const outcome = this.#handle(signed, delivery, mode);
    // Only for verified deliveries: a stranger must not keep an instance alive.
    if (waitUntil !== undefined && signed.ok && !inBackground) this.#keepAlive(outcome, waitUntil);
    return await outcome;
  }

  async #handle(signed: Signed | Concluded, delivery: DeliveryState, mode: Mode): Promise<Outcome> {
    if (!signed.ok) return signed.outcome;
    const { content } = signed;
    if (!DIGEST_IS_SYNC) await prepareKey(delivery);
    if (!content.ok && this.#settings.onUnhandled === undefined) return rejected(content.code, content.detail);
    if (this.#inboxFor !== undefined && !mode.dispatched) return this.#acceptDurably(this.#inboxFor, delivery);

    if (mode.attempt !== undefined) delivery.attempt = mode.attempt;
    const verdict = await this.#claim(delivery, mode);
    if (!verdict.ok) return verdict.outcome;
    const run = new DeliveryRun(this.#services, delivery, verdict.claim, mode);
    return await run.start(() => this.#handlers.runFor(content, delivery, mode.dispatched));
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

  async #claim(delivery: DeliveryState, mode: Mode): Promise<ClaimVerdict> {
    const { deduplicator } = this.#services;
    if (deduplicator === undefined) return { ok: true, claim: null };
    const { event } = delivery;
    let key: string | null;
    try {
      key = await deduplicator.keyOf(delivery);
    } catch (cause) {
      return concluded(reportFailure(this.#settings, 'handler_failed', delivery, { cause }));
    }
    delivery.key = key;
    if (key === null) return { ok: true, claim: null };

    let reply: Awaited<ReturnType<Deduplicator['claim']>>;
    try {
      reply = await deduplicator.claim(key, delivery);
    } catch (cause) {
      return concluded(reportFailure(this.#settings, 'store_unavailable', delivery, { cause }));
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

  /** Adds work that `drain` waits for. */
  #track<T>(work: Promise<T>): Promise<T> {
    const ended = () => {
      this.#pending--;
      if (this.#pending === 0) for (const resolve of this.#drained.splice(0)) resolve();
    };
    this.#pending++;
    work.then(ended, ended);
    return work;
  }

  #keepAlive(work: Promise<unknown>, waitUntil: RespondOptions['waitUntil']): void {
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
