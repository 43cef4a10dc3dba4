import { checkOptionNames, hostNames } from '@videocloud/local-web/server';
import { RETRY_DELAYS_MS } from '@videocloud/webhooks/protocol';
import { type AddressPolicy, addressPolicy } from './ssrf/address.js';
import type { Connector, Lookup } from './ssrf/connector.js';
import type { Trigger } from './types.js';

/** What `extraHeaders` may build headers from. */
export interface AttemptInfo {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly event: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly trigger: Trigger;
}

/** Headers besides the documented ones: all of ours, fixed ones, or made for each attempt. */
export type ExtraHeaders =
  | boolean
  | Readonly<Record<string, string>>
  | ((attempt: AttemptInfo) => Readonly<Record<string, string>>);

/** Options of `createSender`. All durations are milliseconds. */
export interface SenderOptions {
  /** File of the SQLite database; `:memory:` (default) keeps nothing. One sender at a time may have a file open. */
  readonly database?: string | undefined;
  /** `virtual` moves by `advance` alone, and goes on where the database left it; `real` (default) is the system's. */
  readonly clock?: 'real' | 'virtual' | undefined;
  /** Delays after the first, second … failure; their number plus one is the number of attempts. Default: the guide's 1, 5, 15, 30, 60 minutes. */
  readonly schedule?: readonly number[] | undefined;
  /** Share of a delay that may be added to it at random, 0 (default) to 1. */
  readonly jitter?: number | undefined;
  /** Source of the jitter, [0, 1). */
  readonly random?: (() => number) | undefined;
  /** Deadline of an attempt, from connecting to the end of the answer, of real time even under a virtual clock. Default 10 000. */
  readonly timeout?: number | undefined;
  /**
   * UNSAFE outside your own machine: lets deliveries go to addresses that are not public, and `http://` URLs be registered.
   * `true` for all of them, or a list of CIDR blocks. Default: none.
   */
  readonly allowPrivateAddresses?: boolean | readonly string[] | undefined;
  /** The only ports deliveries may go to. Default: any. */
  readonly allowedPorts?: readonly number[] | undefined;
  /** Replaces DNS; its addresses are checked like those of DNS. */
  readonly lookup?: Lookup | undefined;
  /** Opens the socket to an address that was checked; for tests that must not reach the network. */
  readonly connector?: Connector | undefined;
  /** Bearer token the management API requires. Default: none is required. */
  readonly token?: string | undefined;
  /**
   * Host names under which `listen` may be called, besides `localhost`, numeric addresses and the host it was given; requests of browsers
   * from pages of these hosts are answered too. All other names are refused with 421, because of DNS rebinding. Default: none.
   */
  readonly hosts?: readonly string[] | undefined;
  /** Headers besides the documented ones; `true`: X-VideoCloud-Delivery-Id, -Webhook-Id, -Event, -Attempt. Default: none. */
  readonly extraHeaders?: ExtraHeaders | undefined;
  /** Attempts at a time. Default 256. */
  readonly concurrency?: number | undefined;
  /** Attempts at a time to one host and port. Default 16. */
  readonly concurrencyPerEndpoint?: number | undefined;
  /**
   * Called with faults of the sender itself (the disk, a listener that threw); it must not throw. Default: `console.error`;
   * `onError: () => {}` silences it.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The options, checked and completed. */
export interface SenderSettings {
  readonly database: string;
  readonly virtual: boolean;
  readonly delays: readonly number[];
  readonly delayOf: (index: number) => number;
  readonly timeout: number;
  readonly policy: AddressPolicy;
  readonly token: string | undefined;
  readonly hosts: readonly string[];
  readonly extraHeaders: (attempt: AttemptInfo) => Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly concurrencyPerEndpoint: number;
  readonly onError: (error: unknown) => void;
}

const OWN_HEADERS = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'host',
  'expect',
  'upgrade',
  'user-agent',
  'x-videocloud-signature',
]);

const NAMES: readonly (keyof SenderOptions)[] = [
  'database',
  'clock',
  'schedule',
  'jitter',
  'random',
  'timeout',
  'allowPrivateAddresses',
  'allowedPorts',
  'lookup',
  'connector',
  'token',
  'hosts',
  'extraHeaders',
  'concurrency',
  'concurrencyPerEndpoint',
  'onError',
];
// Times beyond it would have no date.
const LONGEST_DELAY = 365 * 86_400_000;

/** Checks and completes the options; throws TypeError naming the option at fault. */
export function settingsOf(options: SenderOptions): SenderSettings {
  checkOptionNames('createSender', options, NAMES);
  const delays = options.schedule ?? RETRY_DELAYS_MS;
  if (!Array.isArray(delays) || !delays.every((delay) => Number.isFinite(delay) && delay >= 0)) {
    throw new TypeError('schedule must be an array of delays in milliseconds, such as [60_000, 300_000]');
  }
  if (delays.some((delay) => delay > LONGEST_DELAY)) throw new TypeError('schedule: a delay is at most a year');
  const ports: unknown = options.allowedPorts;
  if (ports !== undefined && !(Array.isArray(ports) && ports.every(isPort)))
    throw new TypeError('allowedPorts must be an array of numbers from 1 to 65535, such as [443]');
  const jitter: unknown = options.jitter ?? 0;
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1))
    throw new TypeError('jitter must be a number from 0 to 1');
  const random = options.random ?? Math.random;
  const clock = options.clock ?? 'real';
  if (clock !== 'real' && clock !== 'virtual') throw new TypeError("clock must be 'real' or 'virtual'");
  for (const name of ['lookup', 'connector', 'random', 'onError'] as const) {
    const given: unknown = options[name];
    if (given !== undefined && typeof given !== 'function') throw new TypeError(`${name} must be a function`);
  }
  const database = options.database ?? ':memory:';
  if (typeof database !== 'string' || database === '')
    throw new TypeError("database must be the path of a file, or ':memory:'");
  // The driver would take such a text for a server or for options.
  if (database !== ':memory:' && /^[a-z][a-z\d+.-]+:/i.test(database))
    throw new TypeError('database must be the path of a file, not a URL');
  if (options.token !== undefined && (typeof options.token !== 'string' || !/^[^\s]+$/.test(options.token)))
    throw new TypeError('token must be a string without blanks');
  return {
    database,
    virtual: clock === 'virtual',
    delays: [...delays],
    delayOf: (index) => Math.round((delays[index] ?? 0) * (1 + (jitter === 0 ? 0 : jitter * random()))),
    timeout: count('timeout', options.timeout ?? 10_000),
    policy: addressPolicy(options.allowPrivateAddresses),
    token: options.token,
    hosts: hostNames(options.hosts),
    extraHeaders: headersOf(options.extraHeaders ?? false),
    concurrency: count('concurrency', options.concurrency ?? 256),
    concurrencyPerEndpoint: count('concurrencyPerEndpoint', options.concurrencyPerEndpoint ?? 16),
    onError: options.onError ?? logError,
  };
}

function logError(error: unknown): void {
  console.error('The VideoCloud sender:', error);
}

const isPort = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 65_535;

function count(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1 || value > 2 ** 31 - 1)
    throw new TypeError(`${name} must be a positive integer`);
  return value;
}

function headersOf(extra: ExtraHeaders): SenderSettings['extraHeaders'] {
  if (typeof extra === 'function') return (attempt) => checkedHeaders(extra(attempt));
  if (extra === true) {
    return ({ deliveryId, webhookId, event, attempt }) => ({
      'X-VideoCloud-Delivery-Id': deliveryId,
      'X-VideoCloud-Webhook-Id': webhookId,
      'X-VideoCloud-Event': event,
      'X-VideoCloud-Attempt': String(attempt),
    });
  }
  const fixed = extra === false ? {} : checkedHeaders(extra);
  return () => fixed;
}

function checkedHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  // Of a Headers or a Map, nothing would be sent.
  if (typeof headers !== 'object' || headers === null || Symbol.iterator in headers)
    throw new TypeError('extraHeaders must be a plain object of strings');
  for (const [name, value] of Object.entries(headers)) {
    if (OWN_HEADERS.has(name.toLowerCase())) throw new TypeError(`extraHeaders must not replace ${name}`);
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value))
      throw new TypeError(`extraHeaders: ${JSON.stringify(name)} is not a header`);
  }
  return headers;
}
