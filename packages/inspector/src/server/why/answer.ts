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

/** The framework that the headers of an answer, or the endpoint's host, name; undefined where they name none. */
export function frameworkOf(headers: HeaderMap, url: string): Framework | undefined {
  const powered = headerOf(headers, 'x-powered-by') ?? '';
  if (/express/i.test(powered)) return 'express';
  if (/next/i.test(powered)) return 'next';
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^x-nextjs-/)) return 'next';
  if (has(/^x-amzn-(?:requestid|trace-id|remapped-)|^x-amz-apigw-id$|^apigw-requestid$/)) return 'lambda';
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  if (host.endsWith('.workers.dev')) return 'worker';
  if (/\.lambda-url\.[\w-]+\.on\.aws$|\.execute-api\.[\w-]+\.amazonaws\.com$/.test(host)) return 'lambda';
  return undefined;
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
