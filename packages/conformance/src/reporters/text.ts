import type { Family, Level, Report, Result } from '../types.js';

/** What each level says of an endpoint, in one line. */
export const LEVEL_MEANING: Readonly<Record<Level, string>> = {
  verifies: 'accepts what VideoCloud signs, byte for byte, and rejects everything else',
  safe: 'rejected requests have no effect; hostile requests neither break it nor reveal a secret',
  reliable: 'loses and doubles nothing through retries, copies and load, and answers in time',
};

/** Results by family, in the order they ran. */
export function byFamily(results: readonly Result[]): Map<Family, Result[]> {
  const families = new Map<Family, Result[]>();
  for (const result of results) families.set(result.family, [...(families.get(result.family) ?? []), result]);
  return families;
}

/** The counts in words. */
export function counts({ passed, failed, skipped }: Report): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Replaces characters that move a terminal's cursor or break a line: details may quote an event name. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
