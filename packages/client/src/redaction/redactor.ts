import { canonical, decodings, stringValues } from './decodings.js';

const REDACTED = '[redacted]';
// Shorter values are only recognized as a whole JSON string: cutting every "a" out of a text would make it unreadable,
// and would show where the letter stood.
const MIN_LENGTH = 8;
/** How much of a text is searched beyond the part that is kept. */
const LOOK_AHEAD = 1_024;

interface SecretValue {
  readonly value: string;
  /** Parts of it, as letters and digits: forwards and backwards. Empty when it is too short for parts to mean anything. */
  readonly parts: ReadonlySet<string>;
  readonly partLength: number;
}

/** Keeps known values (token, headers, a webhook's secret) out of the texts that errors carry. */
export class Redactor {
  readonly #values: readonly string[];
  /** How many more characters of decoded texts are searched. */
  #left: number;
  #prepared: readonly SecretValue[] | undefined;

  constructor(values: readonly (string | undefined)[], left = Number.POSITIVE_INFINITY) {
    this.#left = left;
    this.#values = [...new Set(values)].filter((value) => value !== undefined && value.trim() !== '') as string[];
  }

  with(values: readonly (string | undefined)[]): Redactor {
    return values.length === 0 ? this : new Redactor([...this.#values, ...values]);
  }

  /** For many texts of one stranger: searches so many characters of what they say decoded, and then takes all for secrets. */
  within(characters: number): Redactor {
    return new Redactor(this.#values, characters);
  }

  /**
   * The first `limit` characters of a text, fit for an error. A value that stands in it as it is, or as JSON writes it, is
   * replaced. When a part of one is found in any other encoding, the whole text is.
   */
  text(text: string, limit = 500): string {
    const replaced = this.#replaced(text.slice(0, limit + 2 * LOOK_AHEAD));
    return this.holds(replaced.slice(0, limit + LOOK_AHEAD)) ? REDACTED : replaced.slice(0, limit);
  }

  /** A text of one line: control characters, which could forge lines of a log, become spaces. */
  line(text: string, limit = 500): string {
    return this.text(text, limit).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  }

  /** Whether a text holds a known value, or a large part of one, in some encoding. */
  holds(text: string): boolean {
    this.#prepared ??= this.#values.map(prepared);
    if (this.#prepared.length === 0) return false;
    for (const decoded of decodings(text, this.#left)) {
      this.#left -= decoded.length;
      if (this.#left < 0) return true;
      const letters = canonical(decoded);
      if (this.#prepared.some((secret) => holdsOne(decoded, letters, secret))) return true;
    }
    return false;
  }

  #replaced(text: string): string {
    let out = text;
    for (const value of this.#values) {
      for (const form of jsonForms(value)) {
        if (value.length >= MIN_LENGTH) out = out.replaceAll(form, REDACTED);
        else {
          out = out.replaceAll(`"${form}"`, (whole, at: number) =>
            isMemberName(out, at + whole.length) ? whole : `"${REDACTED}"`,
          );
        }
      }
    }
    return out;
  }
}

function prepared(value: string): SecretValue {
  const letters = canonical(value);
  const partLength = Math.min(12, Math.max(MIN_LENGTH, Math.ceil(letters.length / 2)));
  const parts = new Set<string>();
  for (const text of [letters, [...letters].reverse().join('')]) {
    for (let at = 0; at + partLength <= text.length; at++) parts.add(text.slice(at, at + partLength));
  }
  return { value, parts, partLength };
}

function holdsOne(decoded: string, letters: string, { value, parts, partLength }: SecretValue): boolean {
  if (value.length >= MIN_LENGTH && decoded.includes(value)) return true;
  if (parts.size === 0) return decoded.trim() === value || stringValues(decoded).includes(value);
  for (let at = 0; at + partLength <= letters.length; at++) {
    if (parts.has(letters.slice(at, at + partLength))) return true;
  }
  return false;
}

/** As it is, as JSON writes it, and as JSON in ASCII writes it. */
function jsonForms(value: string): Set<string> {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new Set([value, json, ascii]);
}

/** `"secret":` names a member; it is not the secret "secret". */
function isMemberName(text: string, end: number): boolean {
  return /^\s*:/.test(text.slice(end, end + 8));
}
