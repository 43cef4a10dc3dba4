import type { JsonNode } from './reader.js';

/** How a serializer lays out white space. */
export interface Layout {
  readonly item: string;
  readonly colon: string;
  /** One level of indentation; undefined for one line. */
  readonly indent?: string;
  readonly eol?: string;
  /** Inside non-empty braces, and inside brackets, of a one-line layout. */
  readonly brace?: string;
  readonly bracket?: string;
}

/** The white space of common serializers (JavaScript, Python, Go, PHP, Ruby, Jackson) and of hand-written JSON. */
export const LAYOUTS: readonly Layout[] = [
  { item: ',', colon: ':' },
  { item: ', ', colon: ': ' },
  { item: ',', colon: ': ', indent: '  ' },
  { item: ',', colon: ': ', indent: '    ' },
  { item: ', ', colon: ': ', brace: ' ' },
  { item: ',', colon: ': ', indent: '\t' },
  { item: ',', colon: ': ' },
  { item: ', ', colon: ':' },
  { item: ', ', colon: ': ', brace: ' ', bracket: ' ' },
  { item: ',', colon: ': ', indent: '  ', eol: '\r\n' },
  { item: ',', colon: ': ', indent: '    ', eol: '\r\n' },
  { item: ',', colon: ': ', indent: '\t', eol: '\r\n' },
  { item: ',', colon: ' : ', indent: '  ' },
  { item: ',', colon: ': ', indent: '   ' },
  { item: ',', colon: ': ', indent: '' },
  { item: ',', colon: ':', brace: ' ' },
];

export type StringStyle = (node: Extract<JsonNode, { kind: 'string' }>) => string;

const plain: StringStyle = (node) => (node.source.includes('\\') ? JSON.stringify(node.value) : node.source);
const escaped =
  (pattern: RegExp, spell: (character: string) => string): StringStyle =>
  (node) =>
    plain(node).replace(pattern, spell);
const unit = (character: string, upper: boolean) => {
  const hex = character.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${upper ? hex.toUpperCase() : hex}`;
};
const lower = (character: string) => unit(character, false);
const upper = (character: string) => unit(character, true);
const slash = (character: string) => (character === '/' ? '\\/' : lower(character));

const NON_ASCII = /[\u007f-\uffff]|\\u/;

/** How a serializer escapes strings, and whether that changes a text. */
export const STRING_STYLES: readonly (readonly [StringStyle, changes: (text: string) => boolean])[] = [
  [(node) => node.source, () => true],
  [plain, (text) => text.includes('\\')],
  [escaped(/\//g, slash), (text) => text.includes('/')],
  [escaped(/[\u007f-\uffff]/g, lower), (text) => NON_ASCII.test(text)],
  [escaped(/[/\u007f-\uffff]/g, slash), (text) => text.includes('/') && NON_ASCII.test(text)],
  [escaped(/[\u007f-\uffff]/g, upper), (text) => NON_ASCII.test(text)],
  // Go and .NET make JSON safe to paste into HTML.
  [escaped(/[<>&\u2028\u2029]/g, lower), (text) => /[<>&\u2028\u2029]/.test(text)],
  [escaped(/[<>&'+`\u007f-\uffff]/g, upper), (text) => /[<>&'+`]/.test(text)],
];

/** Writes a tree in one style; `number` spells the number at each place. */
export function write(root: JsonNode, layout: Layout, spell: StringStyle, number: NumberStyle): string {
  const { item, colon, indent, eol = '\n', brace = '', bracket = '' } = layout;
  const nest = (open: string, close: string, parts: string[], depth: number, pad: string): string => {
    if (parts.length === 0) return open + close;
    if (indent === undefined) return open + pad + parts.join(item) + pad + close;
    const inner = eol + indent.repeat(depth + 1);
    return open + inner + parts.join(item + inner) + eol + indent.repeat(depth) + close;
  };
  const render = (node: JsonNode, depth: number): string => {
    switch (node.kind) {
      case 'string':
        return spell(node);
      case 'number':
        return number(node.source, node.index);
      case 'word':
        return node.source;
      case 'array': {
        const parts = node.items.map((value) => render(value, depth + 1));
        return nest('[', ']', parts, depth, bracket);
      }
      case 'object': {
        const parts = node.members.map((member) => spell(member.key) + colon + render(member.value, depth + 1));
        return nest('{', '}', parts, depth, brace);
      }
    }
  };
  return render(root, 0);
}

/** Maps the spelling of the number at a place to another spelling. */
export type NumberStyle = (source: string, at: number) => string;

const INTEGER = /^-?\d+$/;
const MAX_SUBSET = 6;
const MAX_SINGLE = 24;
const MAX_NEIGHBORS = 260;
// With more numbers, or longer ones, only spellings of all numbers alike are tried.
const MAX_NUMBERS = 400;
const MAX_DIGITS = 40;

const script: NumberStyle = (source) => {
  const written = JSON.stringify(Number(source));
  return written === 'null' ? source : written;
};
const fraction =
  (zeros: string): NumberStyle =>
  (source) =>
    INTEGER.test(source) ? `${source}.${zeros}` : source;
// Only where two places hold the value: 100.00 for 99.999 would be another number, not another spelling.
const fixed: NumberStyle = (source) => {
  const written = Number(source).toFixed(2);
  return Number(written) === Number(source) && !written.includes('e') ? written : source;
};
const exponent =
  (mark: string): NumberStyle =>
  (source) => {
    const [digits = '', power = ''] = Number(source).toExponential().split('e');
    return Number.isFinite(Number(source)) ? digits + mark + power.replace('+', '') : source;
  };
const signedExponent: NumberStyle = (source) =>
  Number.isFinite(Number(source)) ? Number(source).toExponential() : source;
// Java's Double.toString: always a fraction, an exponent outside 10^-3 … 10^7.
const java: NumberStyle = (source) => {
  const value = Number(source);
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return source;
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = '', power = ''] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${power.replace('+', '')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
};
const negativeZero: NumberStyle = (source) => (Number(source) === 0 ? '-0' : source);

const NUMBER_STYLES: readonly NumberStyle[] = [
  fraction('0'),
  script,
  fraction('00'),
  exponent('e'),
  exponent('E'),
  java,
  signedExponent,
  fixed,
  negativeZero,
];

export const keep: NumberStyle = (source) => source;

/**
 * The ways in which the numbers of a document may have been spelled before they were parsed.
 *
 * All alike, some integers with `.0`, one number differently, or an integer above 2^53 that was rounded.
 */
export function numberStyles(numbers: readonly string[]): NumberStyle[] {
  const styles = [keep];
  const seen = new Set([numbers.join()]);
  const add = (style: NumberStyle) => {
    const written = numbers.map(style).join();
    if (!seen.has(written)) styles.push(style);
    seen.add(written);
  };
  for (const style of NUMBER_STYLES) add(style);
  if (numbers.length > MAX_NUMBERS || numbers.some((source) => source.length > MAX_DIGITS)) return styles;
  const integers = numbers.flatMap((source, at) => (INTEGER.test(source) ? [at] : []));
  if (integers.length <= MAX_SUBSET) {
    for (let subset = 1; subset < 2 ** integers.length; subset++) {
      const chosen = new Set(integers.filter((_, bit) => (subset >> bit) & 1));
      add((source, at) => (chosen.has(at) ? `${source}.0` : source));
    }
  }
  numbers.slice(0, MAX_SINGLE).forEach((_, place) => {
    for (const style of NUMBER_STYLES) add((source, at) => (at === place ? style(source, at) : source));
  });
  for (const style of rounded(numbers)) add(style);
  return styles;
}

/** Every integer that a parser rounds to the one in the document, when there is one such number. */
function rounded(numbers: readonly string[]): NumberStyle[] {
  const unsafe = numbers.flatMap((source, at) =>
    INTEGER.test(source) && source.length <= 20 && !Number.isSafeInteger(Number(source))
      ? [{ at, value: Number(source) }]
      : [],
  );
  const [only] = unsafe;
  if (only === undefined || unsafe.length > 1) return [];
  const center = BigInt(only.value);
  const found: NumberStyle[] = [];
  for (let step = 1n; found.length < MAX_NEIGHBORS * 2 && step <= BigInt(MAX_NEIGHBORS); step++) {
    const near = [center + step, center - step].filter((candidate) => Number(candidate) === only.value);
    if (near.length === 0) break;
    for (const candidate of near) found.push((source, at) => (at === only.at ? String(candidate) : source));
  }
  found.push((source, at) => (at === only.at ? String(center) : source));
  return found;
}
