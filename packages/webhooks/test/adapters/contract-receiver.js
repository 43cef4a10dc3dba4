// What the pages' code imports in place of the package when it runs the contract.
import { createReceiver as create } from '@videocloud/webhooks';
import { makeReceiver, makeTolerantReceiver } from './behavior.js';

export { memoryStore } from '@videocloud/webhooks';

export function createReceiver() {
  /** @type {unknown[]} */
  const calls = [];
  const log = (/** @type {unknown} */ call) => calls.push(call);
  const receivers = {
    strict: makeReceiver(create, '/webhooks', log),
    tolerant: makeTolerantReceiver(create, '/webhooks', log),
  };
  return {
    calls,
    receivers,
    on() {},
    /**
     * @param {Request} request
     * @param {[unknown?, ({ waitUntil(promise: Promise<unknown>): void })?]} platform
     */
    fetch(request, ...platform) {
      const { search } = new URL(request.url);
      return search === '?calls'
        ? Response.json(calls)
        : receivers[search === '' ? 'strict' : 'tolerant'].fetch(request, ...platform);
    },
  };
}
