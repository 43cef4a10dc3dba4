/** What is used of a channel of `node:diagnostics_channel`. */
export interface ChannelLike {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
  subscribe(listener: (message: unknown) => void): void;
  unsubscribe(listener: (message: unknown) => void): unknown;
}

/** Gives the channel of a name. */
export type PublishTo = (name: string) => ChannelLike;

/** An error as a trace shows it: never the thrown value itself. */
export interface TracedError {
  /** The code of a `WebhookError`, or of a system error; null where the error has none. */
  code: string | null;
  name: string;
  message: string;
}

/** Trace context as W3C headers, bounded: what links a span of another process. */
export interface TraceCarrier {
  traceparent?: string | undefined;
  tracestate?: string | undefined;
}

/** What the context object of every channel may carry. */
export interface TraceContext {
  /** What the work came to; set before `asyncEnd`. */
  result?: string | undefined;
  /** Our code of what went wrong, such as `signature_mismatch` or `handler_failed`; set before `asyncEnd`. */
  code?: string | undefined;
  /** Set before `error`. */
  error?: TracedError | undefined;
  /** A `start` subscriber may set it; the work is then called through it, so that a span can be active meanwhile. */
  run?: (<T>(work: () => T) => T) | undefined;
}

/** The context of `videocloud-webhooks.delivery`: one delivery, from the request's head to its answer. */
export interface DeliveryTrace extends TraceContext {
  /** `answer` for a request that is answered, `handling` for bytes that came through `dispatch`. */
  phase: 'answer' | 'handling';
  /** The HTTP status of the answer; null before it is settled and where there is none. */
  status: number | null;
  /** The delivered event name, once the signature is verified. */
  event: string | null;
  deliveryKey: string | null;
  attempt: number;
  /** Which secret matched; -1 before the signature is verified. */
  secretIndex: number;
  /** Size of the body in bytes, as far as it was read. */
  bytes: number;
  requestId: string | null;
}

/** The context of `videocloud-webhooks.handler`: the handlers of one delivery. */
export interface HandlerTrace extends TraceContext {
  event: string | null;
  deliveryKey: string | null;
  attempt: number;
  secretIndex: number;
  /** Whether the bytes came through `dispatch`: from an inbox or a queue. */
  dispatched: boolean;
  /** The trace the delivery came with. It is not signed: link to it, never adopt it as a parent. */
  carrier: TraceCarrier | null;
}

/** The context of `videocloud-webhooks.store`: one step of the idempotency store. */
export interface StoreTrace extends TraceContext {
  operation: 'claim' | 'complete' | 'release';
  deliveryKey: string;
}

/** The context of `videocloud-webhooks-inbox.accept`. */
export interface AcceptTrace extends TraceContext {
  /** The name of the inbox. */
  inbox: string;
  engine: 'sqlite' | 'postgres' | 'redis';
  /** The record's id, as `get(id)` takes it. */
  id: string;
  event: string | null;
  secretIndex: number;
  bytes: number;
  /** A `start` subscriber may set it; it is stored with the record and present in `process`. */
  carrier: TraceCarrier | null;
}

/** The context of `videocloud-webhooks-inbox.process`: one run of one record by a worker. */
export interface ProcessTrace extends TraceContext {
  inbox: string;
  engine: 'sqlite' | 'postgres' | 'redis';
  /** The record's id, as `get(id)` takes it. */
  id: string;
  event: string | null;
  attempt: number;
  carrier: TraceCarrier | null;
}

/** The context of `videocloud-webhooks-client.request`: one HTTP request of the management client. */
export interface ClientRequestTrace extends TraceContext {
  method: string;
  /** The path's template, such as `/webhooks/{id}`: never an id, a query or a host. */
  route: string;
  /** The HTTP status; null where none came. */
  status: number | null;
  /** 1 for the first try, counting retries of the client. */
  attempt: number;
}
