import type { Answer, WireRequest } from './message.js';

/** How long to wait, and what may end the wait. */
export interface Patience {
  /** Milliseconds to wait for the answer, the request's own pauses not counted. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** A connection kept open for several requests. */
export interface Line {
  /** Writes bytes as they are; resolves when they have left, or the peer is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** A request as the bytes {@link Line.writeRequest} would write. */
  encode(message: WireRequest): Uint8Array;
  /** Writes a request with its framing, keeping the connection alive afterwards. */
  writeRequest(message: WireRequest): Promise<void>;
  /** The next final answer on the connection. */
  answer(method: string, patience: Patience): Promise<Answer>;
  close(): void;
}

/** A way to reach the endpoint. */
export interface Transport {
  readonly kind: 'wire' | 'function';
  send(message: WireRequest, patience: Patience): Promise<Answer>;
  /** A bare connection; absent in process. */
  open?: ((patience: Patience) => Promise<Line | 'unreachable'>) | undefined;
  /** Closes whatever is still open. */
  close(): void;
}
