/** Where the sender takes the time from, in milliseconds since the epoch. */
export interface Clock {
  readonly virtual: boolean;
  now(): number;
  /** Moves a virtual clock; it never goes back. */
  moveTo(time: number): void;
}

export function realClock(): Clock {
  return {
    virtual: false,
    now: () => Date.now(),
    moveTo() {
      throw new TypeError("advance() needs a virtual clock: createSender({ clock: 'virtual' })");
    },
  };
}

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
