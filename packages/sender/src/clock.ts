/** Where the sender takes the time from, in milliseconds since the epoch. */
export interface Clock {
  readonly virtual: boolean;
  now(): number;
  /** Moves a virtual clock; it never goes back. */
  moveTo(time: number): void;
}

/** The last moment that RFC 3339, whose years have four digits, can write. */
const LAST_MOMENT = Date.UTC(9999, 11, 31);

/** The system's clock; it cannot be moved. */
export function realClock(): Clock {
  return {
    virtual: false,
    now: () => Date.now(),
    moveTo() {
      throw new TypeError("advance() needs a virtual clock: createSender({ clock: 'virtual' })");
    },
  };
}

/** A clock that stands still until it is moved. */
export function virtualClock(start: number): Clock {
  let time = start;
  return {
    virtual: true,
    now: () => time,
    moveTo(to) {
      time = Math.max(time, to);
    },
  };
}

/** Throws TypeError for a move that leaves the years that timestamps can write. */
export function checkMove(clock: Clock, ms: number): void {
  if (!Number.isFinite(ms) || ms < 0) throw new TypeError('advance(ms) takes milliseconds, 0 or more');
  if (clock.now() + ms > LAST_MOMENT) throw new TypeError('advance(ms): the clock would pass the year 9999');
}

/** RFC 3339 in UTC, to the millisecond. */
export const timestampOf = (time: number): string => new Date(time).toISOString();
