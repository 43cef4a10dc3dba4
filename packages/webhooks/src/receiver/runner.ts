import { isDelivered } from '../events/catalog.js';
import { isPayloadOf, payloadIssues } from '../events/payload.js';
import type { KnownEvent } from '../events/types.js';
import type { Admitted } from './admission.js';
import { type Context, type Task, TaskContext } from './context.js';
import type { Deadlines } from './deadlines.js';
import { type Ending, execute } from './execute.js';
import { type HandlerTable, runInOrder } from './handlers.js';
import type { Settings, Unhandled, UnhandledReason } from './options.js';
import { errorOf } from './outcome.js';
import { report } from './report.js';

/** What is to be run for a delivery. */
export interface Plan {
  readonly result: 'processed' | 'unhandled';
  readonly work: (context: Context) => unknown;
}

/** Chooses and runs the user's code for a delivery. */
export class Runner {
  readonly #settings: Settings;
  readonly #handlers: HandlerTable;
  readonly #deadlines: Deadlines;

  constructor(settings: Settings, handlers: HandlerTable, deadlines: Deadlines) {
    this.#settings = settings;
    this.#handlers = handlers;
    this.#deadlines = deadlines;
  }

  /** The user's code for a delivery, or null when nobody wants it. */
  plan(admitted: Admitted, task: Task): Plan | null {
    const { event, unusable } = admitted;
    if (unusable !== undefined) return this.#unhandled(admitted, unusable.code);
    const name: string = event.event;
    if (!isDelivered(name)) return this.#unhandled(admitted, 'unknown_event');
    if (!isPayloadOf(name, event.data)) {
      const issues = payloadIssues(name, event.data);
      if (this.#settings.onUnhandled === undefined) {
        const [first] = issues;
        const message = `The payload of ${name} does not match the catalogue: ${first?.path.join('.')} ${first?.message}`;
        report(this.#settings, errorOf('payload_invalid', { message }), task);
      }
      return this.#unhandled(admitted, 'payload_invalid', issues);
    }
    const handlers = this.#handlers.for(name);
    if (handlers === undefined) return this.#unhandled(admitted, 'no_handler');
    return { result: 'processed', work: (context) => runInOrder(handlers, event as KnownEvent, context) };
  }

  run(task: Task, work: Plan['work']): Ending | Promise<Ending> {
    return execute(work, new TaskContext(task), this.#deadlines);
  }

  #unhandled(admitted: Admitted, reason: UnhandledReason, issues?: Unhandled['issues']): Plan | null {
    const { onUnhandled } = this.#settings;
    if (onUnhandled === undefined) return null;
    const { event, rawBody, secretIndex } = admitted;
    const unhandled: Unhandled = { event, rawBody, secretIndex, reason, ...(issues ? { issues } : {}) };
    return { result: 'unhandled', work: (context) => onUnhandled(unhandled, context) };
  }
}
