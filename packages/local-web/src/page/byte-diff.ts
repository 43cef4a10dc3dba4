/** The bytes around a place, as text and as hexadecimal digits. */
export interface BytesAround {
  readonly text: readonly [before: string, at: string, after: string];
  readonly hex: readonly [before: string, at: string, after: string];
}

/** The place of the first byte in which two bodies differ; undefined when they are equal. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at;
  return a.length === b.length ? undefined : shorter;
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Text in which white space and invisible characters are seen. */
export function withMarks(text: string): string {
  return text
    .replaceAll(' ', '·')
    .replaceAll('\n', '↵')
    .replaceAll('\t', '⇥')
    .replace(
      /[\p{Cc}\p{Cf}\p{Z}]/gu,
      (character) => `‹${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}›`,
    );
}

/** What stands around a place of a body, with the whole character at the place; past the end, nothing is at the place. */
export function bytesAround(bytes: Uint8Array, offset: number, reach = 16): BytesAround {
  let start = Math.min(offset, bytes.length);
  for (let back = 0; back < 3 && isContinuation(bytes[start]); back++) start -= 1;
  let end = Math.min(start + 1, bytes.length);
  for (let more = 0; more < 3 && isContinuation(bytes[end]); more++) end += 1;
  let from = Math.max(0, start - reach);
  while (from < start && isContinuation(bytes[from])) from += 1;
  let to = Math.min(bytes.length, end + reach);
  while (to > end && isContinuation(bytes[to])) to -= 1;
  const parts = [bytes.subarray(from, start), bytes.subarray(start, end), bytes.subarray(end, to)] as const;
  const [before, at, after] = parts.map((part) =>
    withMarks(new TextDecoder('utf-8', { ignoreBOM: true }).decode(part)),
  );
  return {
    text: [before ?? '', at ?? '', after ?? ''],
    hex: [hexOf(parts[0]), hexOf(parts[1]), hexOf(parts[2])],
  };
}
