import type { Answer, Question } from './explain.js';

// Far more than the doctor takes. What reads longer is hostile, or the machine is.
const LIMIT_MS = 30_000;

/** A question that is being answered. */
export interface Asked {
  readonly answer: Promise<Answer>;
  /** Ends the work, and the secret's copy with it. */
  stop(): void;
}

/** Asks a new worker, and ends it with the answer or after 30 s. */
export function ask(worker: Worker, question: Question): Asked {
  let timer: ReturnType<typeof setTimeout>;
  const stop = () => {
    clearTimeout(timer);
    worker.terminate();
  };
  const answer = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, refusal: 'took_too_long' }), LIMIT_MS);
    worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
    worker.onerror = () => resolve({ ok: false, refusal: 'failed' });
  }).finally(stop);
  worker.postMessage(question);
  return { answer, stop };
}
