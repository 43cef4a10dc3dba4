import type {
  Context,
  EventPattern,
  HandledEvent,
  SchemaEvent,
  SchemaOutput,
  StandardSchema,
} from '@videocloud/webhooks';
import { requireKnown } from './options.js';

/** What goes with the pattern of a handler. */
export interface OnVideoCloudEventOptions<Schema extends StandardSchema = StandardSchema> {
  /** A schema of your own for `data`: any Standard Schema. `event.data` has its output type. */
  schema?: Schema | undefined;
  /** Only events of the module with this `name`; by default those of every module. */
  receiver?: string | undefined;
}

/** One decoration: what a method handles. */
export interface HandlerMark extends OnVideoCloudEventOptions {
  readonly pattern: EventPattern;
}

/** A decorator of methods that the events of pattern `P` can be handed to. */
export type HandlerDecorator<Event> = <Method extends (event: Event, context: Context<never>) => unknown>(
  target: object,
  name: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

// Registered: a class decorated by the CommonJS build must be understood by the ESM build.
const MARKS = Symbol.for('videocloud.webhooks.nestjs.handlers');

type Marks = Map<string | symbol, readonly HandlerMark[]>;

/**
 * Makes a method of a provider or controller a handler of events: a name, a group (`'video.*'`) or everything cataloged
 * (`'*'`), as `receiver.on` takes it.
 *
 * The method gets the event and its context. A throw is answered 500, so that VideoCloud retries; a returned promise is
 * awaited. Several decorators on one method add up. A subclass inherits its handlers, and a method that overrides one
 * handles the same events.
 *
 * @throws TypeError when it is not put on a method, and for an option that does not exist
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import type { EventOf } from '@videocloud/webhooks';
 * import { OnVideoCloudEvent } from '@videocloud/webhooks-nestjs';
 *
 * @Injectable()
 * export class Videos {
 *   @OnVideoCloudEvent('video.processed')
 *   async ready(event: EventOf<'video.processed'>) {
 *     console.log(`${event.data.videoId} is ready`);
 *   }
 * }
 * ```
 */
export function OnVideoCloudEvent<P extends EventPattern>(
  pattern: P,
  options?: { schema?: undefined; receiver?: string | undefined },
): HandlerDecorator<HandledEvent<P>>;
/** The same with a schema of your own, which decides what `event.data` is. */
export function OnVideoCloudEvent<P extends EventPattern, S extends StandardSchema>(
  pattern: P,
  options: { schema: S; receiver?: string | undefined },
): HandlerDecorator<SchemaEvent<P, SchemaOutput<S>>>;
export function OnVideoCloudEvent(pattern: EventPattern, options: OnVideoCloudEventOptions = {}) {
  requireKnown('@OnVideoCloudEvent', options, ['schema', 'receiver']);
  const { schema, receiver } = options;
  return (target: unknown, name: unknown, descriptor?: { value?: unknown }) => {
    if (typeof target !== 'object' || target === null || typeof descriptor?.value !== 'function') {
      throw new TypeError(
        `@OnVideoCloudEvent('${pattern}') belongs on a method, not on a class, property or static method; ` +
          'TypeScript needs "experimentalDecorators", as Nest does',
      );
    }
    const marks = ownMarks(target) ?? new Map<string | symbol, readonly HandlerMark[]>();
    const key = name as string | symbol;
    // Decorators run from the last to the first.
    marks.set(key, [{ pattern, schema, receiver }, ...(marks.get(key) ?? [])]);
    Object.defineProperty(target, MARKS, { value: marks, configurable: true });
  };
}

/** The handlers of a class, by method; the nearest decoration of a method counts. */
export function marksOf(prototype: object | null): Marks {
  const all: Marks = new Map();
  for (let at = prototype; at !== null; at = Object.getPrototypeOf(at)) {
    for (const [name, marks] of ownMarks(at) ?? []) if (!all.has(name)) all.set(name, marks);
  }
  return all;
}

function ownMarks(prototype: object): Marks | undefined {
  return Object.getOwnPropertyDescriptor(prototype, MARKS)?.value as Marks | undefined;
}
