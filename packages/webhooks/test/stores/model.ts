/** What one worker does with the key. `brief`: the lease or the ttl it asks for is over before the next step. */
export type Step =
  | { readonly do: 'claim'; readonly brief: boolean }
  | { readonly do: 'complete'; readonly claim: number; readonly brief: boolean }
  | { readonly do: 'release'; readonly claim: number };

/** A store's state for one key. Claims are numbered in the order in which they were given. */
export class Model {
  constructor(
    private readonly done: boolean = false,
    private readonly holder: number | null = null,
    private readonly leased: boolean = false,
    private readonly attempts: number = 0,
    /** An earlier claim asked for a long memory, which a brief one does not shorten. */
    private readonly promised: boolean = false,
  ) {}

  /** The model after the step, and what the step must answer. `number` is what a claim given now would be called. */
  after(step: Step, number: number): { next: Model; answer: string } {
    if (step.do === 'claim') {
      if (this.done) return { next: this, answer: 'done' };
      if (this.holder !== null && this.leased) return { next: this, answer: 'in_progress' };
      const attempt = this.attempts + 1;
      const next = new Model(false, number, !step.brief, attempt, this.attempts > 0);
      return { next, answer: `claimed, attempt ${attempt}` };
    }
    if (this.holder !== step.claim) return { next: this, answer: 'false' };
    if (step.do === 'release')
      return { next: new Model(false, null, false, this.attempts, this.promised), answer: 'true' };
    return { next: step.brief && !this.promised ? new Model() : new Model(true), answer: 'true' };
  }
}
