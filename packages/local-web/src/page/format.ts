import type { Language } from './language.js';

/** Text of a stranger: control and direction characters are shown as signs, so that none takes effect, here or where it is pasted. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    if (character === '\n' || character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** The time of day of an RFC 3339 timestamp; other text as it is. */
export function time(text: string, language: Language): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toLocaleTimeString(language === 'ru' ? 'ru-RU' : 'en-GB');
}

const DATE_TIMES = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }),
  ru: new Intl.DateTimeFormat('ru-RU', { dateStyle: 'medium', timeStyle: 'medium' }),
};

/** Date and time of milliseconds since the epoch. */
export const dateTime = (at: number, language: Language): string =>
  Number.isFinite(at) ? DATE_TIMES[language].format(at) : '–';

const AGO = {
  en: new Intl.RelativeTimeFormat('en', { style: 'short' }),
  ru: new Intl.RelativeTimeFormat('ru', { style: 'short' }),
};

/** How long before or after `now` a time is, in its largest unit. */
export function relative(at: number, now: number, language: Language): string {
  const seconds = Math.round((at - now) / 1_000);
  const size = Math.abs(seconds);
  if (size < 60) return AGO[language].format(seconds, 'second');
  if (size < 3_600) return AGO[language].format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return AGO[language].format(Math.round(seconds / 3_600), 'hour');
  return AGO[language].format(Math.round(seconds / 86_400), 'day');
}

/** Milliseconds as 4:59, or 1:51:00. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** Milliseconds, with a decimal below ten. */
export function duration(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

/** The bytes of base64. */
export function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}

const HEX_LIMIT = 16_384;

/** Offsets, bytes and their printable characters, as `hexdump -C` shows them. */
export function hexDump(bytes: Uint8Array, width: 8 | 16): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, HEX_LIMIT);
  for (let at = 0; at < end; at += width) {
    const row = [...bytes.subarray(at, Math.min(at + width, end))];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(width * 3 - 1)}  ${text}`);
  }
  if (bytes.length > end) lines.push(`… +${bytes.length - end}`);
  return lines.join('\n');
}

/** A token of JSON for coloring. */
export interface Token {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'punctuation';
  readonly text: string;
}

const PRETTY_LIMIT = 200_000;
// Each becomes an element of the page.
const TOKEN_LIMIT = 10_000;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

/** JSON laid out again by its own tokens: `1.0`, `\u00e9` and double keys stay as they were sent. Undefined where it is no JSON. */
export function prettyJson(text: string): readonly Token[] | undefined {
  if (text.length > PRETTY_LIMIT) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const raw = text.match(TOKEN) ?? [];
  if (raw.length > TOKEN_LIMIT) return undefined;
  const out: Token[] = [];
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.min(depth, 40))}`;
  raw.forEach((token, at) => {
    const next = raw[at + 1] ?? '';
    const empty = /^[}\]]$/.test(next);
    if (/^[{[]$/.test(token)) {
      if (!empty) depth += 1;
      out.push({ kind: 'punctuation', text: token + (empty ? '' : line()) });
    } else if (/^[}\]]$/.test(token)) {
      const opened = /^[{[]$/.test(raw[at - 1] ?? '');
      if (!opened) depth -= 1;
      out.push({ kind: 'punctuation', text: opened ? token : line() + token });
    } else if (token === ',') out.push({ kind: 'punctuation', text: `,${line()}` });
    else if (token === ':') out.push({ kind: 'punctuation', text: ': ' });
    else if (token.startsWith('"')) out.push({ kind: next === ':' ? 'key' : 'string', text: token });
    else out.push({ kind: /^[-\d]/.test(token) ? 'number' : 'word', text: token });
  });
  return out;
}
