import type { DeliveryView } from '../../protocol.js';

/** A place on the time axis of a delivery. */
export interface Point {
  readonly kind: 'done' | 'failed' | 'next' | 'planned' | 'end';
  /** Number of the attempt. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds after the first attempt. */
  readonly after: number;
  /** Where on the axis, from 0 to 100. */
  readonly place: number;
}

/**
 * The attempts that were made, the next one, and those that follow if each fails; the last of them switches the subscription off.
 *
 * The axis is a square root of time: a schedule of 1, 5, 15, 30 and 60 minutes has no two attempts in one place.
 */
export function pointsOf(detail: DeliveryView, schedule: readonly number[]): readonly Point[] {
  const { attempts, status, nextAttemptAt } = detail;
  const made = attempts.map(({ number, startedAt, error }) => ({
    kind: error === undefined ? ('done' as const) : ('failed' as const),
    number,
    at: Date.parse(startedAt),
  }));
  const due = status === 'pending' && nextAttemptAt !== undefined ? Date.parse(nextAttemptAt) : undefined;
  const ahead: { kind: Point['kind']; number: number; at: number }[] = [];
  if (due !== undefined) {
    let at = due;
    const last = schedule.length + 1;
    for (let number = attempts.length + 1; number <= Math.max(last, attempts.length + 1); number++) {
      ahead.push({ kind: number >= last ? 'end' : ahead.length === 0 ? 'next' : 'planned', number, at });
      at += schedule[number - 1] ?? 0;
    }
  }
  const all = [...made, ...ahead];
  const start = all[0]?.at ?? 0;
  const length = Math.max(1, (all.at(-1)?.at ?? 0) - start);
  return all.map((point) => {
    const after = Math.max(0, point.at - start);
    return { ...point, after, place: placeOf(after, length) };
  });
}

/** Where a time after the first attempt stands, of an axis of that length. */
export const placeOf = (after: number, length: number): number =>
  Math.round(Math.sqrt(Math.min(1, Math.max(0, after / length))) * 1_000) / 10;
