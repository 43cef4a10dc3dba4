/** Maps the spelling of the number at a place to another spelling. */
export type NumberStyle = (raw: string, at: number) => string;

const INTEGER = /^-?\d+$/;
const MAX_SUBSET = 6;
const MAX_SINGLE = 24;
const MAX_NEIGHBOURS = 260;

const script: NumberStyle = (raw) => {
  const spelt = JSON.stringify(Number(raw));
  return spelt === 'null' ? raw : spelt;
};
const fraction =
  (zeros: string): NumberStyle =>
  (raw) =>
    INTEGER.test(raw) ? `${raw}.${zeros}` : raw;
const fixed: NumberStyle = (raw) => (Math.abs(Number(raw)) < 1e15 ? Number(raw).toFixed(2) : raw);
const exponent =
  (mark: string): NumberStyle =>
  (raw) => {
    const [digits = '', power = ''] = Number(raw).toExponential().split('e');
    return Number.isFinite(Number(raw)) ? digits + mark + power.replace('+', '') : raw;
  };
const signedExponent: NumberStyle = (raw) => (Number.isFinite(Number(raw)) ? Number(raw).toExponential() : raw);
// Java's Double.toString: always a fraction, an exponent outside 10^-3 … 10^7.
const java: NumberStyle = (raw) => {
  const value = Number(raw);
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return raw;
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [digits = '', power = ''] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${power.replace('+', '')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
};

const negativeZero: NumberStyle = (raw) => (Number(raw) === 0 ? '-0' : raw);
const RESPELLINGS: readonly NumberStyle[] = [
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

export const keep: NumberStyle = (raw) => raw;

/**
 * The ways the numbers of a document may have been spelt before a parser read them: all alike, some integers with
 * `.0`, one of them otherwise, or an integer above 2^53 that was rounded.
 */
export function numberStyles(numbers: readonly string[]): NumberStyle[] {
  const styles = [keep];
  const seen = new Set([numbers.join()]);
  const add = (style: NumberStyle) => {
    const spelt = numbers.map(style).join();
    if (!seen.has(spelt)) styles.push(style);
    seen.add(spelt);
  };
  // A document of thousands of numbers is judged by its uniform spellings only.
  const few = numbers.length <= 400 ? numbers : numbers.slice(0, 0);
  for (const style of RESPELLINGS) add(style);
  const integers = few.flatMap((raw, at) => (INTEGER.test(raw) ? [at] : []));
  if (integers.length <= MAX_SUBSET) {
    for (let subset = 1; subset < 2 ** integers.length; subset++) {
      const chosen = new Set(integers.filter((_, bit) => (subset >> bit) & 1));
      add((raw, at) => (chosen.has(at) ? `${raw}.0` : raw));
    }
  }
  few.slice(0, MAX_SINGLE).forEach((_, place) => {
    for (const style of RESPELLINGS) add((raw, at) => (at === place ? style(raw, at) : raw));
  });
  for (const style of rounded(few)) add(style);
  return styles;
}

/** Every integer that a parser would have rounded to the one in the document, where there is just one such. */
function rounded(numbers: readonly string[]): NumberStyle[] {
  const unsafe = numbers.flatMap((raw, at) =>
    INTEGER.test(raw) && raw.length <= 20 && !Number.isSafeInteger(Number(raw)) ? [{ at, value: Number(raw) }] : [],
  );
  const [only] = unsafe;
  if (only === undefined || unsafe.length > 1) return [];
  const centre = BigInt(only.value);
  const found: NumberStyle[] = [];
  for (let step = 1n; found.length < MAX_NEIGHBOURS * 2 && step <= BigInt(MAX_NEIGHBOURS); step++) {
    const near = [centre + step, centre - step].filter((candidate) => Number(candidate) === only.value);
    if (near.length === 0) break;
    for (const candidate of near) found.push((raw, at) => (at === only.at ? String(candidate) : raw));
  }
  found.push((raw, at) => (at === only.at ? String(centre) : raw));
  return found;
}
