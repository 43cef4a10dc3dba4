import { randomUUID } from 'node:crypto';
import { type Pace, paceOf } from './pace.js';
import { effectsProbe, failNextProbe } from './probe.js';
import type { CheckOptions, SentDelivery } from './types.js';

/** Options, checked and complete. */
export interface Settings {
  readonly secret: string | Uint8Array;
  readonly previousSecret: string | Uint8Array | undefined;
  readonly event: string;
  readonly nonce: string;
  readonly now: () => number;
  readonly pace: Pace;
  readonly effects: ((body: Uint8Array) => Promise<number>) | undefined;
  readonly failNext: ((delivery: SentDelivery) => Promise<void>) | undefined;
  readonly headers: readonly (readonly [string, string])[];
}

/** The names the guide lets one subscribe to or deliver; an event the kit invents would never be handled. */
const EVENT_NAME = /^[\w-]+(?:\.[\w-]+)+$/;

/**
 * Checks options once, before anything is sent.
 *
 * @throws TypeError for a blank secret, or an option of the wrong type
 */
export function toSettings(options: CheckOptions): Settings {
  requireSecret(options.secret, 'secret');
  if (options.previousSecret !== undefined) requireSecret(options.previousSecret, 'previousSecret');
  const event = options.event ?? 'video.processed';
  if (!EVENT_NAME.test(event)) throw new TypeError('event must be an event name, such as "video.processed".');
  for (const name of ['deadline', 'timeLimit'] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isFinite(value) && value >= 100)) {
      throw new TypeError(`${name} must be at least 100: it is in milliseconds.`);
    }
  }
  return {
    secret: options.secret,
    previousSecret: options.previousSecret,
    event,
    nonce: (options.nonce ?? randomUUID().slice(0, 8)).replace(/[^\w-]/g, ''),
    now: options.now ?? Date.now,
    pace: paceOf(options.fast ?? false, options.deadline, options.timeLimit),
    effects: effectsProbe(options.effects),
    failNext: failNextProbe(options.failNext),
    headers: Object.entries(options.headers ?? {}).map(checkedHeader),
  };
}

function requireSecret(secret: unknown, name: string): void {
  const given = typeof secret === 'string' ? secret.trim() !== '' : secret instanceof Uint8Array && secret.length > 0;
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
