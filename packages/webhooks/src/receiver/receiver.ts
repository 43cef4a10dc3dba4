import type { TraceCarrier } from '../channels/types.js';
import { isStandardSchema, type SchemaOutput, type StandardSchema } from '../events/standard-schema.js';
import type { EventPattern, HandledEvent, MatchedName } from '../events/types.js';
import { FetchIncoming, toResponse } from '../http/fetch.js';
import { givenDelivery, type HeadersLike } from '../http/incoming-request.js';
import { functionOption } from '../option-values.js';
import type { EventType } from '../protocol/events.js';
import { copyBytes, type RawBody } from '../signature/bytes.js';
import { requireKnownOptions } from '../unknown-options.js';
import type { Context, WaitUntil } from './context.js';
import { isCount } from './deduplicate.js';
import { Handlers } from './handlers.js';
import type { ReceiverOptions } from './options.js';
import type { Outcome } from './outcome.js';
import { Pipeline } from './pipeline.js';
import { resolveSettings } from './settings.js';
import { Verifier } from './verify.js';

// Keeps the handler out of the inference: the pattern alone decides P, so that one `Handler<'*'>` fits every pattern.
// (`NoInfer` needs TypeScript 5.4.)
type Given<P> = [P][P extends unknown ? 0 : never];

/** An event whose payload a schema of the user's own has checked. */
export interface SchemaEvent<P, Data> {
  event: MatchedName<P>;
  timestamp: string;
  data: Data;
}

/** A delivery that came without HTTP. */
export interface ReceivedDelivery<Env = unknown> {
  body: RawBody;
  /** The value of `X-VideoCloud-Signature`, whatever it is. */
  signature: unknown;
  /** The request's headers, for `context.headers` and `context.requestId`. They are not signed. */
  headers?: HeadersLike | null | undefined;
  /** What `context.env` is for this delivery. */
  env?: Env | undefined;
}

/** The options of `receiver.receive`. */
export interface ReceiveOptions {
  /** Keeps the platform alive until a promise settles. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** The options of `receiver.dispatch`. */
export interface DispatchOptions<Env = unknown> {
  /** The attempt number the handlers get, when a queue counts them. */
  attempt?: number | undefined;
  /** Aborts `context.signal`. */
  signal?: AbortSignal | undefined;
  /**
   * How long the caller holds the delivery, in milliseconds, as a worker of a queue does. The promise then resolves when the
   * handlers have settled, at the latest when the lease is over. `handlerTimeout` ends nothing; one that was given aborts
   * `context.signal`. A success after that is a success. Without a lease the promise resolves at `handlerTimeout`.
   */
  lease?: number | undefined;
  /** The trace that the delivery was accepted in, as an inbox stored it; tracing links to it. */
  carrier?: TraceCarrier | undefined;
  /** What the delivery is stored under: `context.deliveryKey`, and what a store claims. SHA-256 of the body by default. */
  key?: string | undefined;
  /**
   * Keeps the platform alive until a promise settles: also for a handler that goes on after `handlerTimeout`, until its
   * claim's lease is over.
   */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined;
  /** What `context.env` is for this delivery. */
  env?: Env | undefined;
}

/** Verifies deliveries, hands typed events to handlers, and decides the answer. Made by {@link createReceiver}. */
export interface Receiver<Env = unknown> {
  /**
   * Registers a handler for a delivered name, a group (`'video.*'`) or everything cataloged (`'*'`). Handlers run in
   * registration order; the first throw stops and is answered 500, so that the platform retries. A returned promise is
   * awaited; what it resolves to is ignored.
   *
   * `on('user.created')` also gets `user.registered`, `on('engagement.comment')` also gets `comment.created`.
   *
   * @throws TypeError for a name that is not in the catalog, naming the nearest
   */
  on<P extends EventPattern>(
    pattern: P,
    handler: (event: HandledEvent<Given<P>>, context: Context<Env>) => unknown,
  ): Receiver<Env>;
  /**
   * Registers a handler with a schema of your own for `data`: any Standard Schema (Zod, Valibot, ArkType). `event.data`
   * has the schema's output type.
   *
   * It replaces the built-in check for this handler. All checks run before the first handler; one failure runs none, and
   * the delivery is `payload_invalid`. `validation: 'report'` does not apply to it. Its time counts in `handlerTimeout`.
   *
   * @throws TypeError for a name that is not in the catalog, and for a schema that is not a Standard Schema
   */
  on<P extends EventPattern, S extends StandardSchema>(
    pattern: P,
    options: { schema: S },
    handler: (event: SchemaEvent<Given<P>, SchemaOutput<S>>, context: Context<Env>) => unknown,
  ): Receiver<Env>;
  /** The names to subscribe to for the registered handlers: aliases folded, groups and `'*'` expanded. */
  eventTypes(): EventType[];
  /**
   * A Fetch-API handler, bound: `export default { fetch: receiver.fetch }`, `Bun.serve({ fetch: receiver.fetch })`,
   * `Deno.serve(receiver.fetch)`, `export const POST = receiver.fetch`. Never rejects.
   *
   * @param env what the platform hands a request, for example a Worker's bindings: `context.env`
   * @param ctx handlers run under its `waitUntil`, where there is one
   */
  fetch(request: Request, env?: Env, ctx?: ExecutionContextLike): Promise<Response>;
  /**
   * Takes a delivery without HTTP: from a queue, a Lambda event, a test.
   *
   * @throws TypeError (as a rejection) when the body is already parsed
   */
  receive(delivery: ReceivedDelivery<Env>, options?: ReceiveOptions): Promise<Outcome>;
  /**
   * Runs the handlers for bytes that were verified and stored earlier: no signature, no age limit.
   *
   * @throws TypeError (as a rejection) when the body is already parsed, and for an option that does not exist or is
   *   impossible, such as a `lease` below 1 000
   */
  dispatch(body: RawBody, options?: DispatchOptions<Env>): Promise<Outcome>;
  /**
   * Resolves when no handler is running any more; call it on shutdown, after the server has stopped accepting. A handler
   * that ignores its aborted signal is waited for until its lease is over.
   */
  drain(): Promise<void>;
}

/** The part of a Worker's execution context that the receiver uses. */
export interface ExecutionContextLike {
  waitUntil?(work: Promise<unknown>): void;
}

const FETCH_HINT = 'Hand over the request before anything calls its json(), text() or arrayBuffer()';

// Registered: an adapter of the CommonJS build must find the pipeline of a receiver made by the ESM build.
const PIPELINE = /* @__PURE__ */ Symbol.for('videocloud.webhooks.pipeline');

/**
 * Makes a receiver: the one object that verifies, deduplicates, dispatches and answers.
 *
 * @param options `secrets` is the only one required; all durations are milliseconds
 * @throws TypeError when an option does not exist, when options contradict each other, and when they would accept
 *   forgeries (a blank secret)
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * receiver.on('video.processed', async (event) => {
 *   console.log(event.data.videoId, event.data.formats.length);
 * });
 * ```
 * @see the guide, "Безопасность" and "Обработка ошибок и повторные попытки"
 */
export function createReceiver<Env = unknown>(options: ReceiverOptions<Env>): Receiver<Env> {
  // Inside, `env` is opaque: it is only passed on to functions that the same `Env` came from.
  const settings = resolveSettings(options as unknown as ReceiverOptions);
  const handlers = new Handlers(settings);
  const pipeline = new Pipeline(settings, new Verifier(settings), handlers);
  const receiver: Receiver<Env> = {
    on(pattern: string, first: unknown, second?: unknown) {
      if (second === undefined) handlers.add(pattern, first);
      else handlers.add(pattern, second, schemaOf(first));
      return receiver;
    },
    eventTypes: () => handlers.eventTypes(),
    fetch: async (request, env, ctx) =>
      toResponse(await pipeline.respond(new FetchIncoming(request, env, undefined, FETCH_HINT), waitUntilOf(ctx))),
    receive: async ({ body, signature, headers, env, ...unknown }, options = {}) => {
      requireKnownOptions('receive', unknown, ['body', 'signature', 'headers', 'env']);
      requireKnownOptions('receive', options, ['waitUntil']);
      const waitUntil = functionOption('waitUntil', options.waitUntil);
      return pipeline.respond(givenDelivery(copyBytes(body), signature, headers, env), waitUntil);
    },
    dispatch: async (body, options = {}) => {
      checkDispatch(options);
      return pipeline.dispatch(copyBytes(body), options);
    },
    drain: () => pipeline.drain(),
  };
  // Behind a function: `util.inspect` with `showHidden` prints what a property holds, secrets included.
  Object.defineProperty(receiver, PIPELINE, { value: () => pipeline });
  return receiver;
}

function schemaOf(options: unknown): StandardSchema {
  requireKnownOptions('on', options, ['schema']);
  const { schema } = options as { schema?: unknown };
  if (isStandardSchema(schema)) return schema;
  throw new TypeError('schema must be a Standard Schema v1, for example of Zod, Valibot or ArkType');
}

/** @throws TypeError for an option that does not exist, and for what no handler could use; the lease is checked later */
function checkDispatch(options: DispatchOptions): void {
  requireKnownOptions('dispatch', options, ['attempt', 'signal', 'lease', 'carrier', 'key', 'waitUntil', 'env']);
  const { attempt = 1, signal } = options;
  if (!isCount(attempt)) throw new TypeError(`attempt must be an integer from 1, not ${String(attempt)}`);
  if (signal !== undefined && typeof signal?.addEventListener !== 'function')
    throw new TypeError('signal must be an AbortSignal');
  functionOption('waitUntil', options.waitUntil);
}

/** The `waitUntil` of a Worker's execution context, where there is one. */
export function waitUntilOf(ctx: ExecutionContextLike | undefined): WaitUntil | undefined {
  return typeof ctx?.waitUntil === 'function' ? (work) => ctx.waitUntil?.(work) : undefined;
}

/**
 * The pipeline inside a receiver, for the framework entries, whose options are checked here.
 *
 * @param where the function that the user called, for error messages
 * @throws TypeError when it is not a receiver, for an option that does not exist, and for an `env` that is no function
 */
export function pipelineOf(
  where: string,
  receiver: object,
  options: { env?: unknown } = {},
  known: readonly string[] = ['env'],
): Pipeline {
  const pipeline = (receiver as { [PIPELINE]?: () => Pipeline } | null | undefined)?.[PIPELINE];
  if (typeof pipeline !== 'function') throw new TypeError(`${where} takes a receiver made by createReceiver()`);
  requireKnownOptions(where, options, known);
  functionOption('env', options.env);
  return pipeline();
}
