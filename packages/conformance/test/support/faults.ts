import type { Stages } from './reference-receiver.js';

/** One seeded fault, the case meant for it, and the other cases it cannot but fail (`broad`: too many to list). */
export interface Fault {
  name: string;
  caughtBy: string;
  also?: readonly string[];
  /** The deadline of the run, where the fault is about time. */
  deadline?: number;
  stages: Partial<Stages>;
}
