import type { EndpointAnswer, WireRequest } from './message.js';

/** How long to wait, and what may end the wait. */
export interface WaitLimits {
  /** Milliseconds to wait for the answer, the request's own pauses not counted. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** A connection kept open for several requests. */
export interface Connection {
  /** Writes bytes as they are; resolves when they have left, or the peer is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** A request as the bytes {@link Connection.writeRequest} would write. */
  encode(message: WireRequest): Uint8Array;
  /** Writes a request with its framing, keeping the connection alive afterwards. */
  writeRequest(message: WireRequest): Promise<void>;
  /** The next final answer on the connection. */
  answer(method: string, limits: WaitLimits): Promise<EndpointAnswer>;
  close(): void;
}

/** A way to reach the endpoint. */
export interface Transport {
  readonly kind: 'wire' | 'function';
  send(message: WireRequest, limits: WaitLimits): Promise<EndpointAnswer>;
  /** A bare connection; absent in process. */
  open?: ((limits: WaitLimits) => Promise<Connection | 'unreachable'>) | undefined;
  /** Closes whatever is still open. */
  close(): void;
}
