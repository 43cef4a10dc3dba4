// Runs the snippet SNIPPET as a program and prints `listening on PORT`: what it listens on becomes a free loopback port,
// and what it only exports (a Fetch handler, a Hono app, a receiver, a Node handler) is served.
import { createServer, Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { env } from 'node:process';
import { serve } from '@hono/node-server';

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
const fetcher = shown.default?.fetch ?? shown.receiver?.fetch ?? shown.POST;
if (typeof fetcher === 'function') {
  serve({ fetch: (request) => fetcher(request, shown.default === undefined ? undefined : env), port: 0 });
} else if (typeof shown.default === 'function') {
  createServer(shown.default).listen(0);
}
