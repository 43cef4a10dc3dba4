import type { Framework } from '../protocol/frameworks.js';
import { SIGNATURE_HEADER } from '../protocol/signature-header.js';
import { type RawBody, toBytes } from '../signature/bytes.js';
import { requireSecret, type Secret, type Secrets } from '../signature/secrets.js';
import { secretsProblem } from '../signature/secrets-problem.js';
import { encode } from './encodings.js';

/** Request headers in the shape of any framework. */
export type HeadersLike =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The input of {@link diagnose}. */
export interface DiagnoseInput {
  /** The body your code hashed, byte for byte. */
  body: RawBody;
  /** The value of `X-VideoCloud-Signature`, whatever it is. */
  signature: unknown;
  /** The secret or secrets your code verified with. */
  secrets: Secrets;
  /** The request's headers. They add evidence and make the fix specific. */
  headers?: HeadersLike | undefined;
  /** Secrets of other subscriptions or environments that may have been mixed up with these. */
  otherSecrets?: readonly Secret[] | undefined;
  /** The framework of the receiver; guessed from `headers` when absent. */
  framework?: Framework | undefined;
  /**
   * The longest time to search, in milliseconds; by default 140, or 60 for a body over 16 KB. At most 10,000.
   *
   * About 10 ms of work are done in any case, so that a busy machine finds the plain causes too.
   */
  timeLimitMs?: number | undefined;
  /** Whether the result shows the bytes that were signed, where a proof gave them. Off by default: they are a body. */
  includeSignedBody?: boolean | undefined;
}

/** Header values by lower-case name; repeated headers are joined with a comma (RFC 9110, 5.3). */
export type HeaderMap = ReadonlyMap<string, string>;

// More than any server accepts.
const MAX_HEADERS = 500;
const MAX_VALUES = 20;
const MAX_LENGTH = 65_536;
// More than a receiver of many tenants has.
const MAX_SECRETS = 1_000;

/** Reads a member of the input; undefined when its getter throws. */
export function read<Name extends keyof DiagnoseInput>(
  input: DiagnoseInput,
  name: Name,
): DiagnoseInput[Name] | undefined {
  try {
    return input[name];
  } catch {
    return undefined;
  }
}

/** Copies bytes, or text as UTF-8: the caller may overwrite the original while the doctor works. */
export function copyOf(value: unknown): Uint8Array | undefined {
  try {
    const bytes = toBytes(value as RawBody);
    return typeof value === 'string' ? bytes : Uint8Array.from(bytes);
  } catch {
    return undefined;
  }
}

/** The secrets that a receiver verifies with, among the first thousand. */
export function readSecrets(secrets: unknown): Secret[] {
  try {
    const list: readonly unknown[] = Array.isArray(secrets) ? secrets.slice(0, MAX_SECRETS) : [secrets];
    const usable = list.filter((secret): secret is Secret => secretsProblem(secret as Secret) === undefined);
    return usable.map((secret) => (typeof secret === 'string' ? secret : Uint8Array.from(secret)));
  } catch {
    return [];
  }
}

/** Whether `sign` accepts this value as a secret. */
export function isSecret(value: unknown): value is Secret {
  try {
    requireSecret(value as Secret, '');
    return true;
  } catch {
    return false;
  }
}

/** Serializes a parsed body, so that the search can go on with it. */
export function restored(body: unknown): Uint8Array | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  try {
    const text: unknown = JSON.stringify(body);
    return typeof text === 'string' ? encode(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads headers of any usual shape. Unreadable ones are left out, and an endless iterable is cut. */
export function readHeaders(headers: HeadersLike | undefined): HeaderMap {
  const map = new Map<string, string>();
  try {
    for (const [name, value] of pairsOf(headers)) add(map, name, value);
  } catch {
    // A getter or an iterator of the caller threw. The headers read until then still count.
  }
  return map;
}

function* pairsOf(headers: unknown): Generator<readonly [unknown, unknown]> {
  if (typeof headers !== 'object' || headers === null) return;
  let count = 0;
  if (Symbol.iterator in headers) {
    for (const pair of headers as Iterable<unknown>) {
      if (++count > MAX_HEADERS) return;
      if (Array.isArray(pair)) yield [pair[0], pair[1]];
    }
    return;
  }
  for (const name in headers) {
    if (++count > MAX_HEADERS) return;
    if (Object.hasOwn(headers, name)) yield [name, (headers as Record<string, unknown>)[name]];
  }
}

function add(map: Map<string, string>, name: unknown, value: unknown): void {
  const values: readonly unknown[] = Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value];
  if (typeof name !== 'string' || name.length > MAX_LENGTH || values.length === 0) return;
  if (!values.every((text): text is string => typeof text === 'string')) return;
  const key = name.toLowerCase();
  const known = map.get(key);
  const text = values.map((one) => one.slice(0, MAX_LENGTH)).join(', ');
  map.set(key, (known === undefined ? text : `${known}, ${text}`).slice(0, MAX_LENGTH));
}

/** The value of the signature header. */
export function signatureIn(headers: HeaderMap): string | undefined {
  return headers.get(SIGNATURE_HEADER);
}

/** Other headers that look like a signature: a proxy may have renamed ours. */
export function signaturesElsewhere(headers: HeaderMap): string[] {
  return [...headers]
    .filter(([name, value]) => name !== SIGNATURE_HEADER && /sign|hmac|digest|auth/.test(name) && value.length >= 40)
    .map(([, value]) => value)
    .slice(0, 4);
}

/** The value of Content-Length, when it applies to the body. */
export function declaredLength(headers: HeaderMap): number | undefined {
  const text = headers.get('content-length');
  if (text === undefined || headers.has('transfer-encoding')) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Header values that a sender may have put in front of the body before signing. */
export function stampsIn(headers: HeaderMap): string[] {
  return [...headers]
    .filter(
      ([name, value]) =>
        /timestamp|time|date|delivery|request-id|webhook-id|event-id|nonce/.test(name) && value.length <= 128,
    )
    .map(([, value]) => value)
    .slice(0, 8);
}

/** Webhook ids that the request mentions. */
export function webhookIdsIn(headers: HeaderMap): string[] {
  const found: string[] = [];
  for (const value of headers.values()) {
    for (const [id] of value.matchAll(/\bwhk_\w{1,64}/g)) {
      found.push(id);
      if (found.length === 4) return found;
    }
  }
  return found;
}

/** Guesses the framework or platform from typical headers. */
export function frameworkOf(headers: HeaderMap): Framework | undefined {
  const poweredBy = headers.get('x-powered-by')?.toLowerCase() ?? '';
  if (poweredBy.includes('express')) return 'express';
  if (poweredBy.includes('next')) return 'next';
  const has = (pattern: RegExp) => [...headers.keys()].some((name) => pattern.test(name));
  if (has(/^x-vercel-|^x-nextjs-|^x-middleware-|^next-/)) return 'next';
  if (has(/^x-amzn-trace-id$|^x-amz-apigateway/)) return 'lambda';
  if (has(/^cf-worker$|^cf-ray$/)) return 'worker';
  return undefined;
}
