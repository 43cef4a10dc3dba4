import { usage } from '../failure.js';

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds in a text such as `90s`, `5m`, `2h` or `1d`; undefined when it is none. */
export function durationOf(text: string): number | undefined {
  const [, number = '', unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS];
}

/** A moment in milliseconds since the epoch: an ISO time, or how long ago. */
export function momentOf(option: string, text: string): number {
  const ago = durationOf(text);
  if (ago !== undefined) return Date.now() - ago;
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw usage(`${option} takes a time such as 2026-03-01T03:00Z, or how long ago: 90s, 30m, 2h, 1d`);
}

/** A duration for people: the two largest units. */
export function describeDuration(ms: number): string {
  if (ms < UNITS.s) return `${Math.round(ms)} ms`;
  const units = (['d', 'h', 'm', 's'] as const).map((unit) => ({ unit, ms: UNITS[unit] }));
  const first = units.findIndex((unit) => ms >= unit.ms);
  let left = ms;
  const parts = units.slice(first, first + 2).flatMap(({ unit, ms: length }) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.join(' ');
}
