/** Where the sender takes the time from, in milliseconds since the epoch. */
export interface Clock {
  readonly virtual: boolean;
  now(): number;
  /** Moves a virtual clock; it never goes back. */
  moveTo(time: number): void;
}

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

/** RFC 3339 in UTC, to the millisecond. */
export const timestampOf = (time: number): string => new Date(time).toISOString();
