import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { runInNewContext } from 'node:vm';
import { createReceiver } from '@videocloud/webhooks';
import { expect, it } from 'vitest';
import { checkReceiver, formatReport, REPORTERS } from '../src/index.js';
import { GENEROUS } from './support/mutants.js';
import { SECRET as RECEIVER_SECRET, receiver } from './support/reference-receiver.js';
import { serve } from './support/serve.js';

const SECRET = 'whk_hostile_endpoint_1b7d';
const GENUINE = { secret: SECRET, fast: true, ...GENEROUS, only: ['signature.genuine', 'http.keep-alive'] };

/** A raw server that answers with `head` and then bytes for as long as somebody takes them, up to 1 GB. */
async function flooding(head: string, chunk: Buffer) {
  let sent = 0;
  const server = createTcpServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', () => {
        socket.write(head);
        const flood = () => {
          while (sent < 1e9 && !socket.destroyed) {
            sent += chunk.length;
            if (!socket.write(chunk)) return void socket.once('drain', flood);
          }
        };
        flood();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sent: () => sent,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

const MEBIBYTE = Buffer.alloc(1_048_576, 0x61);

it.each([
  ['by its length', 'HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n', MEBIBYTE],
  ['in one huge chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3b9aca00\r\n', MEBIBYTE],
  [
    'in chunks',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    Buffer.concat([Buffer.from('100000\r\n'), MEBIBYTE, Buffer.from('\r\n')]),
  ],
  ['until it closes', 'HTTP/1.1 200 OK\r\n\r\n', MEBIBYTE],
  ['before it is asked', 'HTTP/1.1 100 Continue\r\n\r\n', Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'.repeat(40_000))],
  ['as a head without an end', 'HTTP/1.1 200 OK\r\nX-A: ', MEBIBYTE],
])('an endpoint that answers with 1 GB %s is cut off', { timeout: 120_000 }, async (_, head, chunk) => {
  const endpoint = await flooding(head, chunk);
  try {
    await checkReceiver(endpoint.url, GENUINE);
    // What the kit does not take stays in the buffers of the two sockets.
    expect(endpoint.sent()).toBeLessThan(200e6);
  } finally {
    await endpoint.close();
  }
});

it('the shortest path is as good as any: no receiver is accused for it', async () => {
  const served = await receiver();
  try {
    const only = ['http.cut-head', 'signature.genuine'];
    const report = await checkReceiver(new URL('/', served.url), {
      secret: RECEIVER_SECRET,
      fast: true,
      ...GENEROUS,
      only,
    });
    expect(report.results.map(({ id, status, detail }) => [id, status, detail])).toEqual([
      ['signature.genuine', 'passed', undefined],
      ['http.cut-head', 'passed', undefined],
    ]);
  } finally {
    await served.close();
  }
});

it('a function that answers without end is canceled', { timeout: 120_000 }, async () => {
  let given = 0;
  let canceled = 0;
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        given += MEBIBYTE.length;
        controller.enqueue(MEBIBYTE.slice());
      },
      cancel() {
        canceled++;
      },
    });
  const report = await checkReceiver(() => new Response(endless()), { ...GENUINE, only: ['signature.genuine'] });
  expect(report).toMatchObject({ passed: 1, failed: 0 });
  expect(canceled).toBe(report.requests);
  expect(given).toBeLessThan(10e6 * report.requests);
});

it('a function that answers with pieces of nothing, without end, ends with the deadline', {
  timeout: 60_000,
}, async () => {
  const nothing = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array()) });
  const report = await checkReceiver(() => new Response(nothing()), {
    secret: SECRET,
    fast: true,
    deadline: 500,
    only: ['signature.genuine'],
  });
  expect(report).toMatchObject({ passed: 0, failed: 1 });
});

it('takes the Response of another realm, or of a library', async () => {
  const receiver = createReceiver({ secrets: SECRET, onError: () => undefined });
  const shaped = async (request: Request) => {
    const { status, headers, body } = await receiver.fetch(request);
    return runInNewContext('({ status, headers, body })', { status, headers: new Map(headers), body }) as Response;
  };
  expect(await checkReceiver(shaped, { secret: SECRET, fast: true, only: ['signature'] })).toMatchObject({ failed: 0 });
  for (const wrong of [undefined, null, 'ok', { status: '200' }, {}]) {
    const report = await checkReceiver(() => wrong as unknown as Response, { ...GENUINE, only: ['signature.genuine'] });
    expect(report.results).toMatchObject([{ status: 'failed', detail: expect.stringContaining('the function threw') }]);
  }
});

it('no report holds the secret or a signature, whatever the endpoint answers', { timeout: 300_000 }, async () => {
  const seen = new Set<string>();
  const served = await serve(
    createServer((request, response) => {
      const given = String(request.headers['x-videocloud-signature']);
      if (/^[0-9a-f]{64}$/.test(given)) seen.add(given);
      request.resume().on('end', () => {
        response.writeHead(500, { 'x-echo': `${SECRET} ${given.slice(0, 64).replace(/[^\x20-\x7e]/g, '')}` });
        response.end(`${SECRET} ${given}`);
      });
    }),
  );
  const report = await checkReceiver(served.url, { secret: SECRET, fast: true, ...GENEROUS, effects: () => 2 }).finally(
    served.close,
  );
  expect(report.failed).toBeGreaterThan(50);
  for (const reporter of REPORTERS) {
    const text = formatReport(report, reporter);
    expect(text).not.toContain(SECRET);
    expect([...seen].filter((signature) => text.includes(signature) && !/^(.)\1+$/.test(signature))).toEqual([]);
  }
});

it.each([
  ['its head is cut off by a reset', 'HTTP/1.1 413 Content Too La', true],
  ['its body is cut off by a reset', 'HTTP/1.1 413 Content Too Large\r\nContent-Length: 100\r\n\r\nto', true],
  ['it is no HTTP', 'Too large', false],
])('an answer to a body without end, where %s, counts as it is', async (_, answer, isReset) => {
  const server = createTcpServer((socket) => {
    socket
      .on('error', () => undefined)
      .once('data', (head: Buffer) => {
        if (head.includes('f'.repeat(64)))
          socket.write(answer, () => (isReset ? socket.resetAndDestroy() : socket.end()));
        else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const report = await checkReceiver(url, { ...GENUINE, only: ['http.endless-body'] });
    expect(report.results).toMatchObject([{ id: 'http.endless-body', status: isReset ? 'passed' : 'failed' }]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
