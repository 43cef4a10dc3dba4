import { CHANNELS, type ClientRequestTrace, traceChannel } from '@videocloud/webhooks/channels';
import type { Redactor } from '../redaction/redactor.js';
import { safeCause } from '../redaction/safe-cause.js';
import type { Attempt } from './attempt.js';

const requests = /* @__PURE__ */ traceChannel<ClientRequestTrace>(CHANNELS.clientRequest);
const ROUTE = /\/webhooks(\/[^/]+(\/deliveries|\/test)?)?$/;

/** Publishes one attempt to the channel `videocloud-webhooks-client.request`; only calls the work while nobody subscribes. */
export async function traceAttempt(
  request: Request,
  attempt: number,
  redactor: Redactor,
  work: () => Promise<Attempt>,
): Promise<Attempt> {
  if (!requests.active) return work();
  const context: ClientRequestTrace = { method: request.method, route: routeOf(request), status: null, attempt };
  let made: Attempt | undefined;
  try {
    return await requests.trace(context, async () => {
      made = await work();
      context.result = made.kind;
      if (made.kind === 'answered') context.status = made.response.status;
      if (made.kind === 'failed') throw safeCause(made.error, redactor);
      return made;
    });
  } catch (error) {
    if (made === undefined) throw error;
    return made;
  }
}

/** The path's template: ids stay out of traces. */
function routeOf({ url }: Request): string {
  const match = ROUTE.exec(new URL(url).pathname);
  if (match === null) return '_OTHER';
  const [, id, operation = ''] = match;
  return id === undefined ? '/webhooks' : `/webhooks/{id}${operation}`;
}
