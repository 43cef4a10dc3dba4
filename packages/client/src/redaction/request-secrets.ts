import type { Redactor } from './redactor.js';

const SENSITIVE_NAME = /auth|cookie|key|token|secret|session|password|signature/i;

/**
 * The redactor of one request: knows also what a middleware put into its headers, and the secret in its body.
 *
 * The raw client needs both: it is called with any header and any body.
 */
export async function redactorOf(request: Request, redactor: Redactor): Promise<Redactor> {
  const values: string[] = [];
  request.headers.forEach((value, name) => {
    if (SENSITIVE_NAME.test(name)) values.push(...credentials(value));
  });
  const secret = await secretOf(request);
  return redactor.with(secret === undefined ? values : [...values, secret]);
}

/** `Bearer abc` → `abc`; `Basic dTpw` → `dTpw`, `u:p` and its password `p`. */
export function credentials(value: string): string[] {
  const [, scheme = '', rest] = /^(\S+) +(\S[\s\S]*)$/.exec(value) ?? [];
  if (rest === undefined) return [value];
  if (scheme.toLowerCase() !== 'basic') return [rest];
  try {
    const pair = atob(rest);
    return [rest, pair, pair.slice(pair.indexOf(':') + 1)];
  } catch {
    return [rest];
  }
}

async function secretOf(request: Request): Promise<string | undefined> {
  if (request.method === 'GET' || request.method === 'DELETE') return undefined;
  try {
    const body: unknown = JSON.parse(await request.clone().text());
    const secret = typeof body === 'object' && body !== null && 'secret' in body ? body.secret : undefined;
    return typeof secret === 'string' ? secret : undefined;
  } catch {
    return undefined;
  }
}
