/** A capture is not understood: a verdict about other bytes would be false. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';

  constructor(message: string) {
    super(message.replace(/\s*\n\s*/g, ' '));
  }
}

/** One request in a capture. */
export interface CapturedRequest {
  readonly body: Uint8Array;
  /** Under lower-case names; repeated ones are joined as HTTP says. */
  readonly headers: Readonly<Record<string, string>>;
  /** False where headers may be missing from the capture, so that an absent one proves nothing. */
  readonly allHeaders: boolean;
  /** Why the request cannot be judged: the capture does not hold all of it. */
  readonly problem?: string;
}

const SIGNATURE = 'x-videocloud-signature';

/** Adds a header, joined to an earlier one of its name. */
export function addHeader(headers: Record<string, string>, name: string, value: string): void {
  const key = name.trim().toLowerCase();
  if (key === '' || key === '__proto__') return;
  headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
}

/** Headers of an object or a list of JSON; what is no text is left out. */
export function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  if (typeof value !== 'object' || value === null) return headers;
  const pairs: (readonly [unknown, unknown])[] = Array.isArray(value)
    ? value.map((pair) => [member(pair, 'name'), member(pair, 'value')] as const)
    : Object.entries(value);
  for (const [name, content] of pairs) {
    if (typeof name !== 'string') continue;
    const values: readonly unknown[] = Array.isArray(content) ? content : [content];
    for (const text of values) if (typeof text === 'string') addHeader(headers, name, text);
  }
  return headers;
}

/** A member of an unknown value, if that is an object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** The error of a capture that is not understood. */
export function notUnderstood(why: string): CaptureError {
  return new CaptureError(`not understood: ${why}`);
}

/**
 * The request that a command is about: the one chosen, the only signed one, or the only one with a body.
 *
 * @param requests all of the capture
 * @param wanted the number given with `--request`, from 1
 */
export function chooseRequest(requests: readonly CapturedRequest[], wanted: number | undefined): CapturedRequest {
  const chosen = wanted === undefined ? theOne(requests) : requests[wanted - 1];
  if (chosen === undefined) throw new CaptureError(`--request must be from 1 to ${requests.length}`);
  if (chosen.problem !== undefined) throw notUnderstood(chosen.problem);
  return chosen;
}

function theOne(requests: readonly CapturedRequest[]): CapturedRequest {
  const signed = requests.filter(({ headers }) => headers[SIGNATURE] !== undefined);
  const candidates = signed.length > 0 ? signed : requests;
  const [first] = candidates;
  if (first === undefined) throw notUnderstood('the capture has no request with a body');
  if (candidates.every((other) => sameRequest(first, other))) return first;
  const what = signed.length > 0 ? 'signed requests' : 'requests with a body, none of them signed';
  throw notUnderstood(`the capture has ${candidates.length} ${what}: choose with --request 1 to ${requests.length}`);
}

function sameRequest(one: CapturedRequest, other: CapturedRequest): boolean {
  return (
    one === other ||
    (one.problem === other.problem &&
      one.headers[SIGNATURE] === other.headers[SIGNATURE] &&
      Buffer.compare(one.body, other.body) === 0)
  );
}
