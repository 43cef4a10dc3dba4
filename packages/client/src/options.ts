import { checkedBaseUrl } from './base-url.js';
import type { TransportOptions } from './http/transport.js';
import { Redactor } from './redaction/redactor.js';
import { credentials } from './redaction/request-secrets.js';
import { checkOptions } from './webhooks/check-arguments.js';

/** Options of {@link VideoCloud}. All durations are in milliseconds. */
export interface VideoCloudOptions {
  /** The root under which `/webhooks` lives. The guide documents none, so it must be given. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer …`. */
  token?: string | undefined;
  /** Sent with every request. Their values are kept out of errors. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Replaces the global `fetch`; it must honor `redirect: 'manual'`. */
  fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Limit of a whole call: attempts, waits between them and reading the answer. 30,000 by default. */
  timeout?: number | undefined;
  /** Limit of one attempt. The same as `timeout` by default; less lets a hung attempt be repeated. */
  attemptTimeout?: number | undefined;
  /** Attempts after the first, where a repetition is safe. 2 by default, 0 to 10. */
  maxRetries?: number | undefined;
  /** Wall clock, for `Retry-After` dates and `dropOldAfter`. For tests. */
  now?: (() => number) | undefined;
  /** Jitter, 0 to 1. For tests. */
  random?: (() => number) | undefined;
  /** The wait between two attempts. For tests. */
  sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

export interface Settings {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: TransportOptions;
  readonly redactor: Redactor;
}

const NAMES: readonly (keyof VideoCloudOptions)[] = [
  'baseUrl',
  'token',
  'headers',
  'fetch',
  'timeout',
  'attemptTimeout',
  'maxRetries',
  'now',
  'random',
  'sleep',
];

/** Checks the options. No message holds a token or a header's value. */
export function settingsOf(options: VideoCloudOptions): Settings {
  checkOptions('new VideoCloud', options, NAMES);
  const { token, headers = {}, timeout = 30_000, attemptTimeout = timeout, maxRetries = 2 } = options;
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))) {
    throw new TypeError(
      'token must be a string of printable ASCII without spaces or line ends: trim what you read from a file',
    );
  }
  // The entries of a Headers or a Map are no members: they would be left out without a word.
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers) {
    throw new TypeError(
      'headers must be a plain object of strings; of a Headers object, give Object.fromEntries(headers)',
    );
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      throw new TypeError(`headers: ${JSON.stringify(name)} is not a header name`);
    if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) {
      throw new TypeError(`headers: the value of ${name} must be a string of printable ASCII without line ends`);
    }
    if (name.toLowerCase() === 'authorization' && token !== undefined) {
      throw new TypeError('give either token or an Authorization header, not both');
    }
  }
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > 10) {
    throw new TypeError('maxRetries must be an integer from 0 to 10');
  }
  for (const name of ['fetch', 'now', 'random', 'sleep'] as const) {
    const given: unknown = options[name];
    if (given !== undefined && typeof given !== 'function') throw new TypeError(`${name} must be a function`);
  }
  return {
    baseUrl: checkedBaseUrl(options.baseUrl),
    headers: {
      Accept: 'application/json',
      ...headers,
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    transport: {
      // Looked up at each call, so that a later replacement of the global fetch (a mock, instrumentation) is used. With a
      // signal of its own, since React answers repeated GETs of one render from memory otherwise.
      fetch: options.fetch ?? ((request) => globalThis.fetch(request, { signal: request.signal })),
      timeout: milliseconds('timeout', timeout),
      attemptTimeout: milliseconds('attemptTimeout', attemptTimeout),
      maxRetries,
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
      sleep: options.sleep ?? sleep,
    },
    redactor: new Redactor([token, ...Object.values(headers).flatMap(credentials)]),
  };
}

function milliseconds(name: string, value: number): number {
  // setTimeout treats larger values as 1 ms.
  if (typeof value !== 'number' || !(value > 0) || value > 2_147_483_647) {
    throw new TypeError(`${name} must be a number of milliseconds above 0`);
  }
  return value;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
