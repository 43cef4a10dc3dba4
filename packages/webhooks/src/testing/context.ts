import type { Context } from '../receiver/context.js';
import { uniqueHex } from './unique.js';

/**
 * A context for calling a handler directly in a unit test, without a receiver.
 *
 * It is the context of a first attempt: an empty body, a signal that is not aborted, and a `deliveryKey` of its own. Give
 * the members that the handler under test reads.
 *
 * @param overrides members that replace the defaults; undefined keeps the default
 * @example
 * ```ts
 * import { fixture, testContext } from '@videocloud/webhooks/testing';
 *
 * const retried = testContext({ attempt: 3 });
 * console.log(retried.attempt, retried.signal.aborted, fixture('video.uploaded').event); // 3 false video.uploaded
 * ```
 */
export function testContext<Env = unknown>(overrides: Partial<Context<Env>> = {}): Context<Env> {
  const context = {
    rawBody: new Uint8Array(),
    signal: new AbortController().signal,
    deliveryKey: uniqueHex(),
    attempt: 1,
    secretIndex: 0,
    headers: null,
    requestId: null,
    env: undefined as Env,
  };
  const given = overrides as Readonly<Record<string, unknown>>;
  // By name too: those of a class may be getters, which are inherited.
  const names = new Set([...Object.keys(given), ...Object.keys(context)]);
  const members = [...names].map((name) => [name, given[name]] as const).filter(([, value]) => value !== undefined);
  return Object.assign(context, Object.fromEntries(members));
}
