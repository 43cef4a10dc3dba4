// A middleware in front gives the body again, in pieces that are no bytes, or bytes of another realm.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import express from 'express';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { verifyWebhook as verifyExpress } from '../../src/adapters/express.js';
import { verifyWebhook as verifyHono } from '../../src/adapters/hono.js';
import { verifyWebhook as verifyNext } from '../../src/adapters/next.js';
import { webhookHandler } from '../../src/adapters/node.js';
import { createReceiver } from '../../src/index.js';
import { SECRET } from './behavior.js';
import { bytesOf, GUIDE, signedHeaders } from './cases.js';
import { closer } from './servers.js';

const options = { secrets: SECRET, onError: () => undefined };
const handled: string[] = [];
const receiver = () => createReceiver(options).on('*', () => void handled.push('receiver'));

/** The answer to a request whose body stream gives these pieces. */
type Entry = (pieces: readonly unknown[], headers: Record<string, string>) => Promise<{ status: number; text: string }>;

const onExpress =
  (use: (app: express.Express, again: (req: IncomingMessage) => express.Request) => void) =>
  async (pieces: readonly unknown[], headers: Record<string, string>) => {
    const app = express();
    use(app, ({ method, url, headers }) => Object.assign(Readable.from(pieces), { method, url, headers }) as never);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const response = await fetch(url, { method: 'POST', body: 'sent', headers });
      return { status: response.status, text: await response.text() };
    } finally {
      await closer(server)();
    }
  };

const onFetch =
  (answer: (request: Request) => Response | Promise<Response>): Entry =>
  async (pieces, headers) => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    const given = new Request('http://receiver.test/', { method: 'POST', body, headers, duplex: 'half' });
    const response = await answer(given);
    return { status: response.status, text: await response.text() };
  };

const hono = new Hono().post('/', verifyHono(options), (c) => {
  handled.push('Hono');
  return c.body(null, 204);
});
const next = verifyNext(options, () => {
  handled.push('Next');
  return new Response(null, { status: 204 });
});
const ENTRIES: [string, Entry][] = [
  [
    'verifyWebhook of Express',
    onExpress((app, again) => {
      const verify = verifyExpress(options);
      app.use((req, res, go) => void verify(again(req), res, go));
      app.use((_req, res) => {
        handled.push('Express');
        res.sendStatus(204);
      });
    }),
  ],
  [
    'webhookHandler on Node',
    onExpress((app, again) => {
      const handler = webhookHandler(receiver());
      app.use((req, res) => void handler(again(req), res));
    }),
  ],
  ['verifyWebhook of Hono', onFetch((request) => hono.request(request))],
  ['verifyWebhook of Next', onFetch((request) => next(request, undefined))],
  ['receiver.fetch', onFetch((request) => receiver().fetch(request))],
];

type Pieces = (body: Uint8Array) => unknown[];
const NO_BYTES: [string, Pieces][] = [
  ['text', (body) => [new TextDecoder().decode(body)]],
  ['an object with the members of bytes', (body) => [{ ...body, length: body.length, byteLength: body.length }]],
  ['a parsed Buffer', (body) => [JSON.parse(JSON.stringify(Buffer.from(body)))]],
  ['a DataView', (body) => [new DataView(new Uint8Array(body).buffer)]],
  ['text after bytes', (body) => [body, ' ']],
];

describe.each(ENTRIES)('%s', (_, answer) => {
  it.each(NO_BYTES)('refuses %s, signed or forged', async (_title, pieces) => {
    for (const signed of [GUIDE, bytesOf('other')]) {
      const { status, text } = await answer(pieces(GUIDE), signedHeaders(signed));
      expect({ status, text }).toEqual({ status: 500, text: expect.stringContaining('"body_already_parsed"') });
    }
    expect(handled.splice(0)).toEqual([]);
  });

  it('judges the bytes of another realm by their signature', async () => {
    const foreign: unknown = runInNewContext(`Uint8Array.from(${JSON.stringify([...GUIDE])})`);
    expect(await answer([foreign], signedHeaders(bytesOf('other')))).toMatchObject({ status: 401 });
    expect(handled.splice(0)).toEqual([]);
    expect((await answer([foreign], signedHeaders(GUIDE))).status).toBeLessThan(300);
    expect(handled.splice(0)).toHaveLength(1);
  });
});
