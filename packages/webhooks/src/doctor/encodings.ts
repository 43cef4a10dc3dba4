// Made on first use: jsdom has none, and the package must load there.
let encoder: InstanceType<typeof TextEncoder> | undefined;

export function encode(text: string): Uint8Array {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}

/** Encodes one byte per character; undefined when a character does not fit. */
export function encodeLatin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

export function decodeLatin1(bytes: Uint8Array): string {
  let text = '';
  // In slices: a spread of a whole body would overflow the stack.
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}

/** Removes these characters from the end. A pattern such as `/=+$/` takes quadratic time on `====…x`. */
export function trimEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Decodes base64 or base64url; undefined for any other text. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = trimEnd(
    text
      .replace(/[\r\n]/g, '')
      .replace(/-/g, '+')
      .replace(/_/g, '/'),
    '=',
  );
  if (compact.length < 2 || compact.length % 4 === 1 || !/^[A-Za-z0-9+/]+$/.test(compact)) return undefined;
  try {
    return encodeLatin1(atob(compact));
  } catch {
    return undefined;
  }
}

export function encodeBase64(bytes: Uint8Array): string {
  return btoa(decodeLatin1(bytes));
}

/** Base64 in the URL alphabet, without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return trimEnd(encodeBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_'), '=');
}

/** Decodes hex digits; undefined for any other text. */
export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length < 2 || text.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Percent-encodes; undefined when the text holds half of a surrogate pair. */
export function encodePercent(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    return undefined;
  }
}

// Unicode's "stream-safe" text has no longer run of combining marks.
const MAX_MARKS = 30;
const MARK = /\p{M}/u;

/**
 * Normalizes text to a Unicode form; undefined when it holds a long run of combining marks.
 *
 * Normalizing sorts such a run in quadratic time: 1 MB of marks takes a minute.
 */
export function normalized(text: string, form: 'NFC' | 'NFD' | 'NFKC'): string | undefined {
  let marks = 0;
  for (const character of text) {
    marks = character > '\u02ff' && MARK.test(character) ? marks + 1 : 0;
    if (marks > MAX_MARKS) return undefined;
  }
  return text.normalize(form);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
