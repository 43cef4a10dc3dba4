/** A header as it goes on the wire: the value is a string of bytes (each character is one byte, U+0000 to U+00FF). */
export type Header = readonly [name: string, value: string];

/** One request as exact bytes; the transport adds only Host, Connection and the body's framing. */
export interface WireRequest {
  readonly method: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** How the body's length is declared. */
  readonly framing: 'length' | 'chunked';
  /** Offsets at which the body is cut into separately sent pieces. */
  readonly cuts: readonly number[];
  /** Pause between pieces, in milliseconds. */
  readonly pauseMs: number;
  /** Bytes of the body after which the sender goes away; undefined sends it whole. */
  readonly stopAfter?: number | undefined;
  /** A Content-Length other than the body's own. */
  readonly declaredLength?: number | undefined;
  readonly version: '1.1' | '1.0';
  /** Sends `Expect: 100-continue` and holds the body back for the interim answer. */
  readonly expectContinue: boolean;
  /** Added to the target's query. */
  readonly query?: string | undefined;
}

/** Why there is no status: the endpoint's doing, or (`departed`) the kit's own, by plan. */
export type NoAnswer = 'timeout' | 'closed' | 'unreachable' | 'malformed' | 'threw' | 'departed' | 'interrupted';

/** What came back. */
export interface EndpointAnswer {
  /** The final status, or null with {@link EndpointAnswer.failure}. */
  readonly status: number | null;
  readonly failure?: NoAnswer | undefined;
  /** Status line and header block, as text, for the leak cases. */
  readonly head: string;
  /** The first 256 KiB of the body. */
  readonly body: Uint8Array;
  /** How many bytes of the request's body had been taken by then, where it was sent in pieces. */
  readonly bodySent?: number | undefined;
  readonly durationMs: number;
}

const DEFAULTS = {
  method: 'POST',
  headers: [],
  framing: 'length',
  cuts: [],
  pauseMs: 0,
  version: '1.1',
  expectContinue: false,
} as const;

/** A POST of `body`, with what differs from the plainest one. */
export function request(body: Uint8Array, different: Partial<Omit<WireRequest, 'body'>> = {}): WireRequest {
  return { ...DEFAULTS, ...different, body };
}

/** The body as the pieces it is sent in. */
export function pieces(message: WireRequest): Uint8Array[] {
  const end = message.stopAfter ?? message.body.length;
  const edges = [0, ...message.cuts.filter((cut) => cut > 0 && cut < end), end];
  return edges.slice(1).map((edge, index) => message.body.subarray(edges[index], edge));
}

/** An answer that never came. */
export function noAnswer(failure: NoAnswer, durationMs: number): EndpointAnswer {
  return { status: null, failure, head: '', body: new Uint8Array(0), durationMs };
}

/** The answer in words, for a report: a status and a time, never content. */
export function describe(answer: EndpointAnswer): string {
  const took = `${Math.round(answer.durationMs)} ms`;
  if (answer.status !== null) return `${answer.status} in ${took}`;
  switch (answer.failure) {
    case 'timeout':
      return `no answer in ${took}`;
    case 'closed':
      return 'connection closed without a whole answer';
    case 'unreachable':
      return 'connection refused';
    case 'malformed':
      return 'an answer that is not HTTP';
    case 'threw':
      return 'the function threw';
    case 'interrupted':
      return 'interrupted';
    default:
      return 'no answer';
  }
}
