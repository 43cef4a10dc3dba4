import { SIGNATURE_HEADER } from '../protocol/header.js';
import type { Framework, HeadersLike } from './types.js';

/** Headers under lower-case names; twins are joined as HTTP says. */
export type HeaderMap = ReadonlyMap<string, string>;

export function readHeaders(headers: HeadersLike | undefined): HeaderMap {
  const map = new Map<string, string>();
  if (headers === undefined || headers === null || typeof headers !== 'object') return map;
  const pairs: Iterable<readonly [string, unknown]> = Symbol.iterator in headers ? headers : Object.entries(headers);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') continue;
    const [name, value]: readonly unknown[] = pair;
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (typeof name !== 'string' || typeof text !== 'string') continue;
    const known = map.get(name.toLowerCase());
    map.set(name.toLowerCase(), known === undefined ? text : `${known}, ${text}`);
  }
  return map;
}

/** The signature header among them, for a caller who passed none. */
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

/** The declared length of the body, or undefined where there is none or it is not a number. */
export function declaredLength(headers: HeaderMap): number | undefined {
  const text = headers.get('content-length');
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
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
  return [...headers.values()].flatMap((value) => value.match(/\bwhk_\w{1,64}/g) ?? []).slice(0, 4);
}

/** The framework, or the platform, that handed out these headers, where they give it away. */
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
