// Runs the snippet SNIPPET as a program and prints `listening on PORT`: what it listens on becomes a free loopback port,
// and what it only exports (a Fetch handler, a Hono app, a receiver, a Node handler) is served; SNIPPET_AS names a host that
// calls its exports in a way of its own.
import { createServer, Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { env } from 'node:process';
import { serve } from '@hono/node-server';
import { createApp, toWebHandler } from 'h3';

const listen = Server.prototype.listen;
/** @type {any} */ (Server.prototype).listen = function (/** @type {unknown[]} */ ...args) {
  // Only the snippet's HTTP server: a library's own sockets (a worker, an IPC channel) are left as they are.
  if (!(this instanceof HttpServer)) return listen.apply(this, /** @type {any} */ (args));
  this.once('listening', () => {
    const address = this.address();
    console.log(`listening on ${typeof address === 'object' ? address?.port : address}`);
  });
  const callback = /** @type {() => void} */ (args.find((arg) => typeof arg === 'function') ?? (() => undefined));
  return /** @type {any} */ (listen).call(this, 0, '127.0.0.1', callback);
};

const shown = await import(env.SNIPPET ?? '');
/** @type {Record<string, () => (request: Request) => Promise<Response>>} */
const HOSTS = {
  // A function URL: text is handed over as it is, anything else in base64.
  lambda: () => async (request) => {
    const isBase64Encoded = !/^(text\/|application\/json)/.test(request.headers.get('content-type') ?? '');
    const body = Buffer.from(await request.arrayBuffer()).toString(isBase64Encoded ? 'base64' : 'utf8');
    const headers = Object.fromEntries(request.headers);
    const requestContext = { http: { method: request.method } };
    const answer = await shown.handler({ version: '2.0', headers, body, isBase64Encoded, requestContext });
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers });
  },
  sveltekit: () => (request) => shown.POST({ request }),
  nuxt: () => toWebHandler(createApp().use('/webhooks', shown.default)),
};
const fetcher = HOSTS[env.SNIPPET_AS ?? '']?.() ?? shown.default?.fetch ?? shown.receiver?.fetch ?? shown.POST;
if (typeof fetcher === 'function') {
  serve({ fetch: (request) => fetcher(request, shown.default === undefined ? undefined : env), port: 0 });
} else if (typeof shown.default === 'function') {
  createServer(shown.default).listen(0);
}
