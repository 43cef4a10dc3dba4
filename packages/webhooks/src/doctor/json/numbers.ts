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

const SPELLINGS: readonly NumberStyle[] = [
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
  for (const style of SPELLINGS) add(style);
  if (numbers.length > MAX_NUMBERS || numbers.some((source) => source.length > MAX_DIGITS)) return styles;
  const integers = numbers.flatMap((source, at) => (INTEGER.test(source) ? [at] : []));
  if (integers.length <= MAX_SUBSET) {
    for (let subset = 1; subset < 2 ** integers.length; subset++) {
      const chosen = new Set(integers.filter((_, bit) => (subset >> bit) & 1));
      add((source, at) => (chosen.has(at) ? `${source}.0` : source));
    }
  }
  numbers.slice(0, MAX_SINGLE).forEach((_, place) => {
    for (const style of SPELLINGS) add((source, at) => (at === place ? style(source, at) : source));
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
