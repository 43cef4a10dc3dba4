// For Node, Bun and Deno: real servers of the entries, each framework on the runtime's own server where it has one.
// Prints one line of JSON with their ports; each answers GET /calls with what happened since the last look.
import { createServer } from 'node:http';
import { serve } from '@hono/node-server';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler as onExpress, verifyWebhook as verifyExpress } from '@videocloud/webhooks/express';
import { webhookHandler as onHono, verifyWebhook as verifyHono } from '@videocloud/webhooks/hono';
import { webhookHandler as onNode } from '@videocloud/webhooks/node';
import express5 from 'express';
import express4 from 'express4';
import { Hono } from 'hono';
import { makeReceiver, makeVerify, seen } from '../../../packages/webhooks/test/adapters/behavior.js';

function log() {
  const calls = [];
  return {
    add: ({ what, event, sha256 }) => calls.push([what, event, sha256].filter((part) => part !== undefined).join(' ')),
    take: () => JSON.stringify(calls.splice(0)),
  };
}

/** @param {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} listener */
function listen(listener) {
  const server = createServer({ maxHeaderSize: 65_536 }, listener);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

function node() {
  const calls = log();
  const handle = onNode(makeReceiver(createReceiver, '', calls.add));
  return listen((request, response) =>
    request.url === '/calls' ? response.end(calls.take()) : handle(request, response),
  );
}

function express(framework) {
  const calls = log();
  const app = framework();
  app.get('/calls', (_, response) => void response.end(calls.take()));
  app.all('/hooks', onExpress(makeReceiver(createReceiver, '', calls.add)));
  app.all(
    '/verify',
    verifyExpress(makeVerify('', calls.add)),
    (request, response) => void response.json(seen(request.webhook)),
  );
  app.use('/parsed', framework.json(), onExpress(makeReceiver(createReceiver, '', calls.add)));
  return listen(app);
}

async function hono() {
  const calls = log();
  const app = new Hono();
  app.get('/calls', (c) => c.text(calls.take()));
  app.all('/hooks', onHono(makeReceiver(createReceiver, '', calls.add)));
  app.all('/verify', verifyHono(makeVerify('', calls.add)), (c) => c.json(seen(c.var.webhook)));
  app.use('/parsed', async (c, next) => {
    await c.req.json();
    await next();
  });
  app.all('/parsed', onHono(makeReceiver(createReceiver, '', calls.add)));
  const { fetch } = app;
  if (globalThis.Bun) return globalThis.Bun.serve({ port: 0, hostname: '127.0.0.1', fetch }).port;
  if (globalThis.Deno) {
    return new Promise((resolve) => {
      globalThis.Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => resolve(port) }, (r) => fetch(r));
    });
  }
  return new Promise((resolve) => {
    serve({ fetch, port: 0, hostname: '127.0.0.1', serverOptions: { maxHeaderSize: 65_536 } }, ({ port }) =>
      resolve(port),
    );
  });
}

const ports = {
  node: await node(),
  express5: await express(express5),
  express4: await express(express4),
  hono: await hono(),
};
console.log(JSON.stringify(ports));
