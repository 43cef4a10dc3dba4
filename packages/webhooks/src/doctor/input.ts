import { type RawBody, toBytes } from '../signature/bytes.js';
import type { Secret } from '../signature/secrets.js';
import { encode } from './encodings.js';
import { isSecret } from './search.js';
import type { DiagnoseInput } from './types.js';

// More secrets than a rotation of many tenants has.
const MAX_SECRETS = 1_000;

/** A member of the caller's input; undefined where it cannot be read. */
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

/** A private copy of bytes, or of a text as UTF-8: the caller may overwrite his while the doctor works. */
export function copyOf(value: unknown): Uint8Array | undefined {
  try {
    const bytes = toBytes(value as RawBody);
    return typeof value === 'string' ? bytes : Uint8Array.from(bytes);
  } catch {
    return undefined;
  }
}

/** The values that can be secrets, the first thousand of them. */
export function readSecrets(secrets: unknown): Secret[] {
  try {
    const list: readonly unknown[] = Array.isArray(secrets) ? secrets.slice(0, MAX_SECRETS) : [secrets];
    return list.filter(isSecret).map((secret) => (typeof secret === 'string' ? secret : Uint8Array.from(secret)));
  } catch {
    return [];
  }
}

/** A parsed body written again: where that (or another spelling of it) is what was signed, the proof goes on. */
export function restored(body: unknown): Uint8Array | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  try {
    const text: unknown = JSON.stringify(body);
    return typeof text === 'string' ? encode(text) : undefined;
  } catch {
    return undefined;
  }
}
