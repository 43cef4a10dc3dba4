import { STATUS_CODES } from 'node:http';
import type { Framework } from '@videocloud/webhooks/doctor';
import type { AttemptView, HeaderMap } from '../../protocol.js';

/** The first value of a header, whatever the case of its name. */
export function headerOf(headers: HeaderMap, name: string): string | undefined {
  const [, value] = Object.entries(headers).find(([key]) => key.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : value?.[0];
}

/** Headers with one value each. */
export const flat = (headers: HeaderMap): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** The framework that an answer, or the endpoint's host, shows; undefined where they show none. */
export function frameworkOf({ request, response }: Pick<AttemptView, 'request' | 'response'>): Framework | undefined {
  const headers = response?.headers ?? {};
  const powered = headerOf(headers, 'x-powered-by') ?? '';
  const body = response === undefined ? '' : Buffer.from(response.body, 'base64').toString('utf8');
  // On Express or on Fastify: what it answers errors with is its own.
  if (isNestError(body)) return 'nestjs';
  if (/express/i.test(powered)) return 'express';
  if (/next/i.test(powered)) return 'next';
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^x-nextjs-/)) return 'next';
  if (has(/^x-amzn-(?:requestid|trace-id|remapped-)|^x-amz-apigw-id$|^apigw-requestid$/)) return 'lambda';
  const host = URL.canParse(request.url) ? new URL(request.url).hostname : '';
  if (host.endsWith('.workers.dev')) return 'worker';
  if (/\.lambda-url\.[\w-]+\.on\.aws$|\.execute-api\.[\w-]+\.amazonaws\.com$/.test(host)) return 'lambda';
  // Fastify keeps connections for 72 seconds where it is not configured; no other framework does.
  if (/\btimeout=72\b/.test(headerOf(headers, 'keep-alive') ?? '') || /"code":"FST_ERR_/.test(body)) return 'fastify';
  if (response !== undefined && isKoaError(response.status, headers, body)) return 'koa';
  return undefined;
}

/** Whether a body is in the form of Nest's exceptions: `{ message, error?, statusCode }`, or its own for a fault. */
function isNestError(body: string): boolean {
  if (body === '{"statusCode":500,"message":"Internal server error"}') return true;
  return /^\{"message":(?!"Route ).*"statusCode":\d{3}\}$/s.test(body);
}

/** Whether an answer is Koa's default for an error: the text of the status, without an ETag, which Express adds. */
function isKoaError(status: number, headers: HeaderMap, body: string): boolean {
  const plain = headerOf(headers, 'content-type') === 'text/plain; charset=utf-8';
  return plain && headerOf(headers, 'etag') === undefined && status >= 400 && body === STATUS_CODES[status];
}

/** `error.code` of an answer in this toolkit's style. */
export function codeOf({ response }: AttemptView): string | undefined {
  if (response === undefined) return undefined;
  try {
    const answer = JSON.parse(Buffer.from(response.body, 'base64').toString('utf8')) as {
      error?: { code?: unknown };
    } | null;
    const code = answer?.error?.code;
    return typeof code === 'string' ? code.slice(0, 100) : undefined;
  } catch {
    return undefined;
  }
}
