/** The waits of a run, in milliseconds. */
export interface Timing {
  /** Longest acceptable answer time. */
  readonly deadline: number;
  /** Longest whole run. */
  readonly timeLimit: number;
  /** How long a handler that runs after the answer is given to show its effect. */
  readonly settle: number;
  /** How long a case waits before it counts what must not have been handled; all are counted again at the end. */
  readonly quiet: number;
  /** The wait before that second count. */
  readonly sweep: number;
  /** How long a slow sender takes over its body. */
  readonly slowBody: number;
  /** How long a sender stalls while another is served. */
  readonly stall: number;
}

const DEFAULT: Timing = {
  deadline: 10_000,
  timeLimit: 300_000,
  settle: 5_000,
  quiet: 40,
  sweep: 1_000,
  slowBody: 3_000,
  stall: 2_000,
};
const FAST: Timing = {
  deadline: 3_000,
  timeLimit: 60_000,
  settle: 1_500,
  quiet: 5,
  sweep: 200,
  slowBody: 300,
  stall: 200,
};

/** The waits for the given options. */
export function timingFor(fast: boolean, deadline: number | undefined, timeLimit: number | undefined): Timing {
  const timing = fast ? FAST : DEFAULT;
  return { ...timing, deadline: deadline ?? timing.deadline, timeLimit: timeLimit ?? timing.timeLimit };
}
