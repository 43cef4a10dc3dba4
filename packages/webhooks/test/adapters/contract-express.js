// What the pages' code imports in place of the entry for Express when it runs the contract.
import { webhookHandler as handlerOf } from '@videocloud/webhooks/express';

/** @param {ReturnType<typeof import('./contract-receiver.js').createReceiver>} made */
export function webhookHandler({ calls, receivers }) {
  const strict = handlerOf(receivers.strict);
  const tolerant = handlerOf(receivers.tolerant);
  /** @type {typeof strict} */
  return async (request, response, next) => {
    const { search } = new URL(request.url ?? '', 'http://localhost');
    if (search === '?calls') response.end(JSON.stringify(calls));
    else await (search === '' ? strict : tolerant)(request, response, next);
  };
}
