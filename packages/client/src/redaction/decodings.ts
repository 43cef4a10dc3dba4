// How far a text is decoded: three encodings one around the other, and a bounded number of results.
const MAX_DEPTH = 3;
const MAX_RESULTS = 200;

type Decoder = (text: string) => string;

/**
 * A text and what it says once it is decoded: percent-encoding, JSON and HTML escapes, quoted-printable, Base64, hex, lists of
 * character codes, values split over several JSON strings or lines.
 *
 * Bounded: at most 200 results, none longer than four times the text, and none more once they hold `most` characters.
 */
export function decodings(text: string, most: number): Set<string> {
  const found = new Set([text]);
  let size = text.length;
  const longest = 4 * text.length;
  let level = [text];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const next: string[] = [];
    for (const one of level) {
      for (const decode of DECODERS) {
        const decoded = decode(one).slice(0, longest);
        if (found.has(decoded)) continue;
        found.add(decoded);
        next.push(decoded);
        size += decoded.length;
        if (found.size >= MAX_RESULTS || size > most) return found;
      }
    }
    level = next;
  }
  return found;
}

/** Letters and digits only, in lower case: what separators, quotes and capitals do not change. */
export function canonical(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The strings of a JSON text, still escaped, without the names of members; the last one may be cut. */
export function stringValues(text: string): string[] {
  const values: string[] = [];
  // Each string ends, with the text at the latest: one that did not would be searched for from every quote in it.
  for (const [, value = '', isName] of text.matchAll(/"((?:[^"\\]|\\[\s\S]?)*)(?:"|$)(\s*:)?/g)) {
    if (isName === undefined) values.push(value);
  }
  return values;
}

const percent: Decoder = (text) =>
  text
    .replace(/%u([0-9a-f]{4})/gi, (_, hex: string) => character(hex, 16))
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => fromHex(run.replaceAll('%', '')));

const backslashes: Decoder = (text) =>
  text.replace(
    /\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{3})|([\s\S]))/gi,
    (_, long?: string, short?: string, byte?: string, octal?: string, other?: string) => {
      if (octal !== undefined) return character(octal, 8);
      if (other !== undefined) return /[bfnrtv0]/.test(other) ? ' ' : other;
      return character(long ?? short ?? byte ?? '', 16);
    },
  );

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const html: Decoder = (text) =>
  text
    .replace(/&#(\d{1,7});?/g, (_, digits: string) => character(digits, 10))
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_, hex: string) => character(hex, 16))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => NAMED[name] ?? '');

const quotedPrintable: Decoder = (text) =>
  text.replace(/=\r?\n/g, '').replace(/(?:=[0-9a-f]{2})+/gi, (run) => fromHex(run.replaceAll('=', '')));

// At each of four offsets: letters before it may belong to something else.
const base64: Decoder = (text) =>
  text.replace(/[A-Za-z0-9+/_-]{11,}/g, (run) => [0, 1, 2, 3].map((from) => fromBase64(run.slice(from))).join('\n'));

const hex: Decoder = (text) =>
  text.replace(/(?:[0-9a-f]{2}[\s:,-]?){8,}/gi, (run) => {
    const digits = run.replace(/[^0-9a-f]/gi, '');
    return `${fromHex(digits)}\n${fromHex(digits.slice(1))}`;
  });

const characterCodes: Decoder = (text) =>
  text.replace(/(?:\b\d{1,5}\b[\s,;]*){8,}/g, (run) =>
    run
      .split(/\D+/)
      .map((code) => (code === '' ? '' : character(code, 10)))
      .join(''),
  );

const joinedLines: Decoder = (text) => text.replace(/\s+/g, '');

const joinedValues: Decoder = (text) => stringValues(text).join('') || text;

const DECODERS: readonly Decoder[] = [
  percent,
  backslashes,
  html,
  base64,
  hex,
  quotedPrintable,
  characterCodes,
  joinedLines,
  joinedValues,
];

function character(digits: string, radix: number): string {
  const code = Number.parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function fromHex(digits: string): string {
  const bytes = Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(bytes);
}

function fromBase64(run: string): string {
  const plain = run.replaceAll('-', '+').replaceAll('_', '/');
  // One letter alone holds no byte.
  const whole = plain.length % 4 === 1 ? plain.slice(0, -1) : plain;
  return new TextDecoder().decode(Uint8Array.from(atob(whole), (letter) => letter.charCodeAt(0)));
}
