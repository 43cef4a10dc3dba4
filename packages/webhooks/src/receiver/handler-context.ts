import { requestIdOf } from '../http/incoming-request.js';
import { bytesOf, type Context, type DeliveryState, keyOf } from './context.js';

/**
 * The context of one run, and the means to abort it. A class, because it is made for every delivery: signal, key and
 * headers are made when a handler reads them.
 */
export class DeliveryContext implements Context {
  // Own members, as the interface's reader expects: on the prototype they would be lost in `{ ...context }`. Three calls
  // with ready descriptors cost less than half of one `defineProperties`, or of a literal with getters.
  static readonly #signal = /* @__PURE__ */ onDemand((context) => context.#control().signal);
  static readonly #deliveryKey = /* @__PURE__ */ onDemand((context) => keyOf(context.#delivery));
  static readonly #headers = /* @__PURE__ */ onDemand((context) => context.#delivery.headers?.headers() ?? null);

  // Declared: a field of the class would be defined as undefined first.
  declare readonly rawBody: Uint8Array;
  declare readonly attempt: number;
  declare readonly secretIndex: number;
  declare readonly requestId: string | null;
  declare readonly env: unknown;
  declare readonly signal: AbortSignal;
  declare readonly deliveryKey: string | null;
  declare readonly headers: Headers | null;
  readonly #delivery: DeliveryState;
  #controller: AbortController | undefined;
  /** null once the run has ended: whoever reads the signal only then follows nothing. */
  #follow: (() => void) | null | undefined;

  constructor(delivery: DeliveryState) {
    this.rawBody = bytesOf(delivery);
    this.attempt = delivery.attempt;
    this.secretIndex = delivery.secretIndex;
    this.requestId = requestIdOf(delivery.headers);
    this.env = delivery.env;
    this.#delivery = delivery;
    Object.defineProperty(this, 'signal', DeliveryContext.#signal);
    Object.defineProperty(this, 'deliveryKey', DeliveryContext.#deliveryKey);
    Object.defineProperty(this, 'headers', DeliveryContext.#headers);
  }

  /** Makes the signal when it is first read, or aborted. */
  #control(): AbortController {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const { signal } = this.#delivery.source;
      if (signal?.aborted) this.#controller.abort(signal.reason);
      else if (signal !== undefined && this.#follow !== null) {
        this.#follow = () => DeliveryContext.abort(this, signal.reason);
        signal.addEventListener('abort', this.#follow);
      }
    }
    return this.#controller;
  }

  /** Aborts the signal, also one that is only read later. Static, so that handlers do not see it. */
  static abort(context: DeliveryContext, reason: unknown): void {
    context.#control().abort(reason);
    DeliveryContext.end(context);
  }

  /** Ends what the signal follows: a caller may give the same one, that of its shutdown, with every delivery. */
  static end(context: DeliveryContext): void {
    if (context.#follow) context.#delivery.source.signal?.removeEventListener('abort', context.#follow);
    context.#follow = null;
  }
}

/** The descriptor of a member that is made when it is read. */
function onDemand(read: (context: DeliveryContext) => unknown): PropertyDescriptor {
  return {
    enumerable: true,
    get(this: DeliveryContext) {
      return read(this);
    },
  };
}
