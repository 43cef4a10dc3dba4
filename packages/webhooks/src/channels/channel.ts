import { publishTo } from '#diagnostics';
import type { ChannelLike, TraceContext, TracedError } from './types.js';

/** A tracing channel: `start`, `end`, `asyncStart`, `asyncEnd` and `error`, published with one context object. */
export interface TraceChannel<C extends TraceContext> {
  /** Whether anybody subscribes. Look before you make a context: nobody pays who does not listen. */
  readonly active: boolean;
  /** Does the work and publishes it. The work sets `context.result` itself. */
  trace<T>(context: C, work: () => T | PromiseLike<T>): Promise<T>;
}

/** The messages of a tracing channel, in the order in which they are published. */
const MESSAGES = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const;

/**
 * The tracing channel of a name, as `diagnostics_channel.tracingChannel(name)` subscribes to it.
 *
 * Published by hand, so that the context holds no promise and no thrown value and can be cloned.
 *
 * @param name one of `CHANNELS`, or a name of your own
 * @returns the channel; where the runtime has no `node:diagnostics_channel`, one that is never active
 * @example
 * ```ts
 * import { type TraceContext, traceChannel } from '@videocloud/webhooks/channels';
 *
 * const channel = traceChannel<TraceContext & { file: string }>('my-app.upload');
 *
 * export const upload = (file: string, work: () => Promise<void>): Promise<void> =>
 *   channel.active ? channel.trace({ file }, work) : work();
 * ```
 * @see https://nodejs.org/api/diagnostics_channel.html#tracingchannel-channels
 */
export function traceChannel<C extends TraceContext>(name: string): TraceChannel<C> {
  if (publishTo === undefined) return INACTIVE;
  const [start, end, asyncStart, asyncEnd, error] = MESSAGES.map((message) =>
    publishTo?.(`tracing:${name}:${message}`),
  ) as [ChannelLike, ChannelLike, ChannelLike, ChannelLike, ChannelLike];
  return {
    get active() {
      return (
        start.hasSubscribers ||
        asyncEnd.hasSubscribers ||
        error.hasSubscribers ||
        end.hasSubscribers ||
        asyncStart.hasSubscribers
      );
    },
    async trace(context, work) {
      start.publish(context);
      const { run } = context;
      // Gone before the next message: a function cannot be cloned.
      delete context.run;
      let pending: ReturnType<typeof work>;
      try {
        pending = run === undefined ? work() : through(run, work);
      } catch (thrown) {
        context.error = tracedError(thrown);
        error.publish(context);
        end.publish(context);
        throw thrown;
      }
      end.publish(context);
      try {
        const value = await pending;
        asyncStart.publish(context);
        return value;
      } catch (thrown) {
        context.error = tracedError(thrown);
        error.publish(context);
        asyncStart.publish(context);
        throw thrown;
      } finally {
        asyncEnd.publish(context);
      }
    },
  };
}

/** Does the work through a subscriber's hook. Whatever that leaves out or throws, the work is done once and its own result counts. */
function through<T>(run: NonNullable<TraceContext['run']>, work: () => T): T {
  let done: { readonly value: T } | { readonly thrown: unknown } | undefined;
  const once = (): T => {
    if (done === undefined) {
      try {
        done = { value: work() };
      } catch (thrown) {
        done = { thrown };
      }
    }
    if ('thrown' in done) throw done.thrown;
    return done.value;
  };
  try {
    // An observer's failure is none of the delivery's.
    Promise.resolve(run(once)).catch(() => undefined);
  } catch {
    // Thrown again below where the work threw it.
  }
  return once();
}

const INACTIVE: TraceChannel<TraceContext> = {
  active: false,
  trace: async (_, work) => work(),
};

const MAX_MESSAGE = 1_000;

/**
 * What a trace shows of a thrown value: code, name, and at most 1,000 characters of the message.
 *
 * Never throws, whatever was thrown.
 *
 * @param thrown anything that was caught
 * @example
 * ```ts
 * import { tracedError } from '@videocloud/webhooks/channels';
 *
 * console.log(tracedError(new RangeError('too far')).name); // RangeError
 * ```
 */
export function tracedError(thrown: unknown): TracedError {
  try {
    const { code, name, message } = Object(thrown) as Partial<Record<'code' | 'name' | 'message', unknown>>;
    return {
      code: typeof code === 'string' ? code : null,
      name: typeof name === 'string' ? name : typeof thrown,
      message: (typeof message === 'string' ? message : String(thrown)).slice(0, MAX_MESSAGE),
    };
  } catch {
    return { code: null, name: 'unknown', message: 'The thrown value cannot be read' };
  }
}
