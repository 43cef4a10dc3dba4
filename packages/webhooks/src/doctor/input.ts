import { type RawBody, toBytes } from '../signature/bytes.js';
import { requireSecret, type Secret } from '../signature/secrets.js';
import { encode } from './encodings.js';
import type { DiagnoseInput } from './types.js';

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

/** The usable secrets among the first thousand. */
export function readSecrets(secrets: unknown): Secret[] {
  try {
    const list: readonly unknown[] = Array.isArray(secrets) ? secrets.slice(0, MAX_SECRETS) : [secrets];
    return list.filter(isSecret).map((secret) => (typeof secret === 'string' ? secret : Uint8Array.from(secret)));
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
