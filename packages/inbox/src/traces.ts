import {
  type AcceptTrace,
  CHANNELS,
  type HandlerTrace,
  type ProcessTrace,
  type TraceCarrier,
  traceChannel,
} from '@videocloud/webhooks/channels';
import { carrierOf, textOf } from './carrier.js';
import type { NewRecord, RunHandlers, Taken } from './engine.js';

// Published to `node:diagnostics_channel`. Without a subscriber each function below only calls the work.
const accepts = /* @__PURE__ */ traceChannel<AcceptTrace>(CHANNELS.inboxAccept);
const processes = /* @__PURE__ */ traceChannel<ProcessTrace>(CHANNELS.inboxProcess);
const handlers = /* @__PURE__ */ traceChannel<HandlerTrace>(CHANNELS.handler);

/** An inbox as traces and metrics show it. */
export interface InboxIdentity {
  /** Its name, or the base name of its file; never a URL or a path. */
  readonly name: string;
  readonly engine: AcceptTrace['engine'];
  /** A copy of an engine's error without the password of the inbox's URL. */
  readonly safe: (error: unknown) => unknown;
}

/** Traces the storing of a record, with the carrier a subscriber has set. `store` resolves with true for a known key. */
export async function traceAccept(
  { name: inbox, engine, safe }: InboxIdentity,
  record: Omit<NewRecord, 'carrier'>,
  store: (record: NewRecord) => Promise<boolean>,
): Promise<boolean> {
  if (!accepts.active) return store({ ...record, carrier: null });
  const { key: id, event, secretIndex, body } = record;
  const context: AcceptTrace = { inbox, engine, id, event, secretIndex, bytes: body.byteLength, carrier: null };
  let failure: { readonly error: unknown } | undefined;
  try {
    return await accepts.trace(context, async () => {
      const carrier = textOf(context.carrier);
      // What is published from here on is what is stored.
      context.carrier = carrierOf(carrier);
      try {
        const duplicate = await store({ ...record, carrier });
        context.result = duplicate ? 'duplicate' : 'accepted';
        return duplicate;
      } catch (error) {
        failure = { error };
        context.result = 'failed';
        throw safe(error);
      }
    });
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  }
}

/** Traces each run of a record; a run that failed is published as an error. */
export function traceProcess({ name: inbox, engine }: InboxIdentity, run: RunHandlers): RunHandlers {
  return async (taken) => {
    if (!processes.active) return run(taken);
    const { key: id, event, attempt } = taken;
    const context: ProcessTrace = { inbox, engine, id, event, attempt, carrier: carrierOf(taken.carrier) };
    let ended: Awaited<ReturnType<RunHandlers>> | undefined;
    try {
      return await processes.trace(context, async () => {
        ended = await run(taken);
        context.result = ended.state;
        if (ended.state === 'handled') return ended;
        context.code = ended.reason;
        throw Object.assign(new Error(ended.error), { code: ended.reason });
      });
    } catch (error) {
      if (ended === undefined) throw error;
      return ended;
    }
  };
}

/** Traces a plain function like the handlers of a receiver. The trace ends at the latest when `controller` aborts. */
export async function traceFunction(
  { key: deliveryKey, event, attempt, secretIndex }: Taken,
  carrier: TraceCarrier | null,
  controller: AbortController,
  work: () => Promise<void>,
): Promise<void> {
  if (!handlers.active) return work();
  const { signal } = controller;
  const context: HandlerTrace = { event, deliveryKey, attempt, secretIndex, dispatched: true, carrier };
  let working: Promise<void> | undefined;
  try {
    await handlers.trace(context, async () => {
      working = work();
      try {
        await Promise.race([working, aborted(signal)]);
        context.result = 'processed';
      } catch (error) {
        context.result = 'failed';
        context.code = signal.aborted ? 'handler_timeout' : 'handler_failed';
        throw error;
      }
    });
  } catch (error) {
    if (working === undefined) throw error;
  }
  return working;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
