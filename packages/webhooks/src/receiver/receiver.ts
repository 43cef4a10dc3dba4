import type { EventPattern, HandledEvent } from '../events/types.js';
import { type RawBody, toBytes } from '../signature/bytes.js';
import { Admission } from './admission.js';
import type { Context } from './context.js';
import { HandlerTable } from './handlers.js';
import { type ReceiverOptions, settingsOf } from './options.js';
import type { Outcome } from './outcome.js';
import { type DispatchOptions, Pipeline, type ReceiveOptions } from './pipeline.js';
import { fetchThrough } from './web.js';

// Keeps the handler out of the inference: the pattern alone decides P, so that one `Handler<'*'>` fits every pattern.
// (`NoInfer` needs TypeScript 5.4.)
type Given<P> = [P][P extends unknown ? 0 : never];

/** Verifies deliveries, hands typed events to handlers, and knows what to answer. Made by {@link createReceiver}. */
export interface Receiver {
  /**
   * Registers a handler for a delivered name, a group (`'video.*'`) or everything catalogued (`'*'`). Handlers run in
   * registration order; the first throw stops and is answered 500, so that the platform retries.
   *
   * `on('user.created')` also gets `user.registered`, `on('engagement.comment')` also gets `comment.created`.
   *
   * @throws TypeError for a name that is not in the catalogue, naming the nearest
   */
  on<P extends EventPattern>(
    pattern: P,
    handler: (event: HandledEvent<Given<P>>, context: Context) => void | Promise<void>,
  ): Receiver;
  /** A Fetch-API handler, bound: `export default { fetch: receiver.fetch }`. Never rejects on anything a sender does. */
  fetch(request: Request, options?: ReceiveOptions): Promise<Response>;
  /**
   * Takes a delivery without HTTP: from a queue, a Lambda event, a test.
   *
   * @throws TypeError (as a rejection) when the body is already parsed
   */
  receive(delivery: { body: RawBody; signature: unknown }, options?: ReceiveOptions): Promise<Outcome>;
  /**
   * Runs the handlers for bytes that were verified and stored earlier: no signature, no age limit.
   *
   * @throws TypeError (as a rejection) when the body is already parsed
   */
  dispatch(body: RawBody, options?: DispatchOptions): Promise<Outcome>;
  /**
   * Resolves when no handler is running any more; call it on shutdown, after the server has stopped accepting. A handler
   * that ignores its aborted signal is waited for until its lease is over.
   */
  drain(): Promise<void>;
}

// Registered: an adapter of the CommonJS build must find the pipeline of a receiver made by the ESM build.
const PIPELINE = /* @__PURE__ */ Symbol.for('videocloud.webhooks.pipeline');

/**
 * Makes a receiver: the one object that verifies, deduplicates, dispatches and answers.
 *
 * @param options `secrets` is the only one required; all durations are milliseconds
 * @throws TypeError when the options contradict each other or would accept forgeries (a blank secret)
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
export function createReceiver(options: ReceiverOptions): Receiver {
  const settings = settingsOf(options);
  const handlers = new HandlerTable();
  const pipeline = new Pipeline(settings, new Admission(settings), handlers);
  const receiver: Receiver = {
    on(pattern, handler) {
      handlers.add(pattern, handler);
      return receiver;
    },
    fetch: (request, fetchOptions) => fetchThrough(pipeline, request, fetchOptions ?? {}),
    receive: async ({ body, signature }, receiveOptions) =>
      pipeline.receive(toBytes(body), signature, receiveOptions ?? {}),
    dispatch: async (body, dispatchOptions) => pipeline.dispatch(toBytes(body), dispatchOptions ?? {}),
    drain: () => pipeline.drain(),
  };
  Object.defineProperty(receiver, PIPELINE, { value: pipeline });
  return receiver;
}

/**
 * The pipeline inside a receiver, for the framework entries.
 *
 * @throws TypeError when it is not a receiver
 */
export function pipelineOf(receiver: Receiver): Pipeline {
  const pipeline = (receiver as { [PIPELINE]?: Pipeline } | null | undefined)?.[PIPELINE];
  if (pipeline === undefined) throw new TypeError('webhookHandler takes a receiver made by createReceiver()');
  return pipeline;
}
