import { errorOf, type WebhookError } from '../errors.js';
import { isDelivered, namesMatching, nearestPattern } from '../events/catalog.js';
import type { Issue } from '../events/envelope.js';
import { type StandardSchema, validateWith } from '../events/standard-schema.js';
import type { EventPattern, HandledEvent, KnownEvent, WebhookEvent } from '../events/types.js';
import { payloadIssues } from '../events/validate-payload.js';
import { EVENT_TYPES, type EventType, subscribedName } from '../protocol/events.js';
import { bytesOf, type Context, type DeliveryState, type SignedContent } from './context.js';
import { reportError, reportFailure } from './hooks.js';
import type { Unhandled } from './options.js';
import type { AcknowledgedDetail, UnhandledReason } from './outcome.js';
import type { Settings } from './settings.js';

/** The longest message of an error about a payload. */
const MAX_MESSAGE = 400;

/** What `receiver.on` takes. The return value is awaited and ignored. */
export type Handler<P extends EventPattern = '*', Env = unknown> = (
  event: HandledEvent<P>,
  context: Context<Env>,
) => unknown;

/** A registered handler; without a schema of its own the built-in check applies. */
interface Registration {
  readonly handler: (event: KnownEvent, context: Context) => unknown;
  readonly schema: StandardSchema | null;
}

/** A handler, and the event it is called with. */
interface HandlerCall extends Pick<Registration, 'handler'> {
  readonly event: KnownEvent;
}

/** What to do for one delivery: the user's code to run, if any, and the outcome once it is done. */
export interface HandlerRun {
  /** null: nothing to run. What it returns is awaited and ignored. */
  work: ((context: Context) => unknown) | null;
  /** The outcome, final when `work` is done: a schema that rejects the payload changes it. */
  result: 'processed' | 'unhandled' | 'dead_lettered';
  detail: AcknowledgedDetail;
}

/** The registered handlers, and the choice of what runs for a delivery. */
export class Handlers {
  readonly #settings: Settings;
  readonly #byName = new Map<string, readonly Registration[]>();
  #reportedNone = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * Registers a handler for every name the pattern matches.
   *
   * @throws TypeError for a pattern that matches nothing, naming the nearest one
   */
  add(pattern: string, handler: unknown, schema: StandardSchema | null = null): void {
    if (typeof pattern !== 'string') throw new TypeError(`on() takes a name first, not a ${typeof pattern}`);
    if (typeof handler !== 'function') throw new TypeError(`The handler for ${pattern} must be a function`);
    const names = namesMatching(pattern);
    if (names === undefined) {
      throw new TypeError(`No VideoCloud event is named '${pattern}': did you mean '${nearestPattern(pattern)}'?`);
    }
    const registration = { handler: handler as Registration['handler'], schema };
    for (const name of names) this.#byName.set(name, [...(this.#byName.get(name) ?? []), registration]);
  }

  /** The names to subscribe to for the registered handlers, in the guide's order. */
  eventTypes(): EventType[] {
    const subscribed = new Set([...this.#byName.keys()].map(subscribedName));
    return EVENT_TYPES.filter((type) => subscribed.has(type));
  }

  /** What to run for a delivery. */
  runFor(content: SignedContent, delivery: DeliveryState): HandlerRun {
    if (!content.ok) return this.#unhandled(content.event, delivery, content.code);
    const { event } = content;
    const name: string = event.event;
    if (!isDelivered(name)) return this.#unhandled(event, delivery, 'unknown_event');
    const registered = this.#byName.get(name);
    const checked = registered?.every(({ schema }) => schema !== null) ?? false;
    const issues = checked ? [] : payloadIssues(name, event.data);
    if (issues.length > 0) {
      if (this.#settings.validation === 'strict') return this.#payloadInvalid(event, delivery, issues);
      reportError(this.#settings, payloadError(name, issues), delivery, issues);
    }
    if (registered === undefined) return this.#unhandled(event, delivery, 'no_handler');
    const known = event as KnownEvent;
    const [first, second] = registered;
    if (first?.schema === null && second === undefined) {
      return { work: (context) => first.handler(known, context), result: 'processed', detail: { event } };
    }
    const run: HandlerRun = {
      work: async (context) => {
        const prepared = await applySchemas(registered, known);
        if (prepared.ok) return runInOrder(prepared.calls, context);
        const instead = this.#payloadInvalid(event, delivery, prepared.issues, 'the schema given to on()');
        await instead.work?.(context);
        Object.assign(run, instead);
      },
      result: 'processed',
      detail: { event },
    };
    return run;
  }

  #payloadInvalid(event: WebhookEvent, delivery: DeliveryState, issues: readonly Issue[], schema?: string): HandlerRun {
    const reason = 'payload_invalid';
    const { onUnhandled, onDeadLetter } = this.#settings;
    if (onUnhandled !== undefined) return this.#unhandled(event, delivery, reason, issues);
    const error = payloadError(event.event, issues, schema);
    const { dispatched } = delivery.source;
    // With a reason, whoever stored the bytes of a dispatch keeps them as a dead letter too: one taker is enough.
    if (onDeadLetter !== undefined)
      return deadLetterRun(onDeadLetter, delivery, error, dispatched ? undefined : reason);
    reportError(this.#settings, error, delivery, issues);
    // The bytes of a dispatched delivery are stored: there it is a dead letter.
    if (dispatched) return { work: null, result: 'dead_lettered', detail: { event, error, reason } };
    return { work: null, result: 'unhandled', detail: { event, reason } };
  }

  #unhandled(
    event: WebhookEvent | null,
    delivery: DeliveryState,
    reason: UnhandledReason,
    issues?: readonly Issue[],
  ): HandlerRun {
    const { onUnhandled } = this.#settings;
    const detail = { event, reason };
    if (onUnhandled === undefined) {
      this.#reportNoHandlers(delivery);
      return { work: null, result: 'unhandled', detail };
    }
    const unhandled: Unhandled = {
      event,
      rawBody: bytesOf(delivery),
      secretIndex: delivery.secretIndex,
      reason,
      ...(issues && { issues }),
    };
    return { work: (context) => onUnhandled(unhandled, context), result: 'unhandled', detail };
  }

  /** Once: a receiver that handles nothing answers 200 to everything, and would otherwise be silent about it. */
  #reportNoHandlers(delivery: DeliveryState): void {
    if (this.#reportedNone || this.#byName.size > 0) return;
    this.#reportedNone = true;
    const message = 'This receiver has no handler: nothing ran';
    const hint = "Call receiver.on('…', handler) where the receiver is made";
    reportFailure(this.#settings, 'handler_failed', delivery, { message, hint });
  }
}

/** The run that gives a delivery to `onDeadLetter`. */
export function deadLetterRun(
  onDeadLetter: Settings['onDeadLetter'],
  delivery: DeliveryState,
  error: WebhookError,
  reason?: UnhandledReason,
) {
  const { event, attempt } = delivery;
  const rawBody = bytesOf(delivery);
  return {
    work: (context: Context) => onDeadLetter?.({ event, rawBody, error, attempt }, context),
    result: 'dead_lettered',
    detail: { event, error, reason },
  } satisfies HandlerRun;
}

/** Runs handlers one after the other; the first throw stops. */
async function runInOrder(calls: readonly HandlerCall[], context: Context): Promise<void> {
  for (const { handler, event } of calls) await handler(event, context);
}

/** The handlers with the event of each, after all schemas accepted its payload; or the issues of the first that did not. */
async function applySchemas(
  registered: readonly Registration[],
  event: KnownEvent,
): Promise<
  | { readonly ok: true; readonly calls: readonly HandlerCall[] }
  | { readonly ok: false; readonly issues: readonly Issue[] }
> {
  const calls: HandlerCall[] = [];
  for (const { handler, schema } of registered) {
    if (schema === null) {
      calls.push({ handler, event });
      continue;
    }
    const result = await validateWith(schema, event.data);
    if (!result.ok) return result;
    calls.push({ handler, event: { ...event, data: result.value } as KnownEvent });
  }
  return { ok: true, calls };
}

function payloadError(name: string, [first]: readonly Issue[], schema = 'the catalog') {
  const issue = first === undefined ? '' : `: ${first.path.join('.')} ${first.message}`;
  const message = `The payload of ${name} does not match ${schema}${issue}`;
  // A schema of the user's own may quote a stranger's text: no line of a log may be forged with it.
  return errorOf('payload_invalid', { message: message.replace(/\p{Cc}/gu, ' ').slice(0, MAX_MESSAGE) });
}

/** The end of user code that settled. */
export type SettledRun = { readonly state: 'done' } | { readonly state: 'failed'; readonly error: unknown };

/** The result of a run of user code; `settled` resolves when code that ran out of time ends after all. */
export type RunResult = SettledRun | { readonly state: 'timeout'; readonly settled: Promise<SettledRun> };
