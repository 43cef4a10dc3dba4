import { randomUUID } from 'node:crypto';
import { nearest } from './nearest.js';
import { effectsProbe, failNextProbe } from './probe.js';
import { type Timing, timingFor } from './timing.js';
import type { CheckOptions, SentDelivery } from './types.js';

/** Options, checked and complete. */
export interface RunSettings {
  readonly secret: string | Uint8Array;
  readonly previousSecret: string | Uint8Array | undefined;
  readonly event: string;
  readonly nonce: string;
  readonly now: () => number;
  readonly timing: Timing;
  readonly effects: ((body: Uint8Array) => Promise<number>) | undefined;
  readonly failNext: ((delivery: SentDelivery) => Promise<void>) | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

/** A day. A timer takes at most 24 of them, and a longer one would end at once. */
const MAX_WAIT = 86_400_000;

/** The names the guide lets one subscribe to or deliver; an event the kit invents would never be handled. */
const EVENT_NAME = /^[\w-]+(?:\.[\w-]+)+$/;

/**
 * Checks options once, before anything is sent.
 *
 * @throws TypeError for a blank secret, or an option of the wrong type
 */
export function runSettings(options: CheckOptions): RunSettings {
  requireTypes(options);
  requireSecret(options.secret, 'secret');
  if (options.previousSecret !== undefined) requireSecret(options.previousSecret, 'previousSecret');
  const event = options.event ?? 'video.processed';
  if (!EVENT_NAME.test(event)) throw new TypeError('event must be an event name, such as "video.processed".');
  for (const name of ['deadline', 'timeLimit'] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isFinite(value) && value >= 100 && value <= MAX_WAIT)) {
      throw new TypeError(`${name} must be at least 100 and at most ${MAX_WAIT}: it is in milliseconds.`);
    }
  }
  return {
    secret: options.secret,
    previousSecret: options.previousSecret,
    event,
    nonce: (options.nonce ?? randomUUID().slice(0, 8)).replace(/[^\w-]/g, ''),
    now: options.now ?? Date.now,
    timing: timingFor(options.fast ?? false, options.deadline, options.timeLimit),
    effects: effectsProbe(options.effects),
    failNext: failNextProbe(options.failNext),
    headers: Object.entries(options.headers ?? {}).map(checkedHeader),
  };
}

/** What each option must be; `undefined` means that it is not given. */
const TYPES: Readonly<Record<keyof CheckOptions | 'target', string>> = {
  secret: 'a string or bytes',
  previousSecret: 'a string or bytes',
  fast: 'boolean',
  effects: 'a function, a URL or a command',
  failNext: 'a function, a URL or a command',
  only: 'a list of strings',
  skip: 'a list of strings',
  event: 'string',
  deadline: 'number',
  timeLimit: 'number',
  hosts: 'a list of strings',
  iOwnThisHost: 'boolean',
  headers: 'an object of strings',
  ca: 'string',
  signal: 'an AbortSignal',
  onResult: 'function',
  now: 'function',
  nonce: 'string',
  target: 'a URL or a function',
};

function requireTypes(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('The options must be an object.');
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(TYPES, name)) {
      throw new TypeError(`There is no option "${name}". Did you mean "${nearest(name, Object.keys(TYPES))}"?`);
    }
  }
  for (const [name, wanted] of Object.entries(TYPES)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && !isOf(wanted, value)) throw new TypeError(`${name} must be ${article(wanted)}.`);
  }
}

/** Only what a text like "false" could be taken for; the other options are checked where they are read. */
function isOf(wanted: string, value: unknown): boolean {
  switch (wanted) {
    case 'a list of strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'an object of strings':
      return (
        typeof value === 'object' &&
        value !== null &&
        // Of a Headers or a Map, nothing would be sent.
        !(Symbol.iterator in value) &&
        Object.values(value).every((item) => typeof item === 'string')
      );
    case 'an AbortSignal':
      return typeof (value as { aborted?: unknown } | null)?.aborted === 'boolean';
    default:
      return wanted.includes(' ') || typeof value === wanted;
  }
}

const article = (wanted: string) => (wanted.includes(' ') ? wanted : `a ${wanted}`);

function requireSecret(secret: unknown, name: string): void {
  const isBytes = Object.prototype.toString.call(secret) === '[object Uint8Array]';
  const given = typeof secret === 'string' ? secret.trim() !== '' : isBytes && (secret as Uint8Array).length > 0;
  if (!given) throw new TypeError(`${name} must be the receiver's secret: a non-blank string, or bytes.`);
}

function checkedHeader([name, value]: [string, string]): readonly [string, string] {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
    throw new TypeError('headers must have token names and printable ASCII values.');
  }
  if (/^(?:host|connection|content-length|transfer-encoding|expect|x-videocloud-signature)$/i.test(name)) {
    throw new TypeError(`headers must not set ${name}: the kit sends it.`);
  }
  return [name, value];
}
