import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** For `createServer`: whoever leaves before the answer, or a server that closes, is no unhandled rejection. */
export function answering(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): RequestListener {
  return (request, response) => {
    handle(request, response).catch(() => response.destroy());
  };
}
