import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  type ClientHttp2Stream,
  connect,
  createServer as createHttp2Server,
  type ServerHttp2Session,
} from 'node:http2';
import { type AddressInfo, createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { webhookHandler } from '../../src/adapters/node.js';
import { createReceiver } from '../../src/index.js';
import { LIMITS, MAX_BODY_BYTES, makeReceiver, SECRET } from '../adapters/behavior.js';
import { GUIDE, signedHeaders } from '../adapters/cases.js';
import { closer } from '../adapters/servers.js';
import { chunked, head, Wire } from '../adapters/wire.js';

const MIB = 1_048_576;

/** As separate buffers they take more than a hundred megabytes. */
const PIECES = MIB / 4;

describe('over HTTP/2', () => {
  const server = createHttp2Server(webhookHandler(makeReceiver(createReceiver, '/', () => undefined)));
  let session: ServerHttp2Session | undefined;
  let url: string;
  beforeAll(async () => {
    server.on('session', (opened) => {
      session = opened;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    session?.destroy();
    server.close();
  });

  async function post(headers: Record<string, string>, send: (stream: ClientHttp2Stream) => void) {
    const client = connect(url);
    try {
      const stream = client.request({ ':method': 'POST', ':path': '/', ...headers });
      stream.on('error', () => undefined);
      send(stream);
      const ended = once(stream, 'end');
      const [answer] = await once(stream, 'response');
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
      });
      await ended;
      return { status: answer[':status'], text, reset: stream.aborted, received: session?.socket?.bytesRead ?? 0 };
    } finally {
      client.destroy();
    }
  }

  /** Writes for as long as the other side takes it. */
  function flood(stream: ClientHttp2Stream): void {
    const more = () => {
      while (!stream.destroyed && stream.write(Buffer.alloc(65_536, 0x20)));
    };
    stream.on('drain', more);
    more();
  }

  it('handles a signed delivery', async () => {
    const answer = await post(signedHeaders(GUIDE), (stream) => stream.end(GUIDE));
    expect(answer).toMatchObject({ status: 200, text: '{"received":true}' });
  });

  it.each([
    ['with a large declared length', 413, { 'content-length': String(1_024 * MIB) }],
    ['without a declared length', 413, {}],
    ['with another encoding', 415, { 'content-encoding': 'gzip' }],
  ])('answers and resets the stream of a body %s', async (_, status, headers) => {
    const { received, ...answer } = await post({ ...signedHeaders(GUIDE), ...headers }, flood);
    expect(answer).toMatchObject({ status, reset: true });
    // The windows of HTTP/2 and of the socket were filled, and no more was asked for.
    expect(received).toBeLessThan(8 * MAX_BODY_BYTES + MIB);
  });

  it('answers and resets the stream of a body that stalls', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const { received, ...answer } = await post(signedHeaders(GUIDE), (stream) => void stream.write('{'));
    expect(answer).toMatchObject({ status: 408, reset: true, text: expect.stringContaining('body_timeout') });
    expect(received).toBeLessThan(10_000);
    process.off('warning', warned);
    // Node warns of headers that HTTP/2 does not have.
    expect(warned).not.toHaveBeenCalled();
  });
});

describe('over HTTP/1', () => {
  it('closes the connection of a sender that never stops sending a rejected body', async () => {
    const server = createServer(webhookHandler(createReceiver({ secrets: SECRET, ...LIMITS, bodyTimeout: 60_000 })));
    let received = 0;
    server.on('connection', (socket) => socket.on('close', () => (received = socket.bytesRead)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const wire = await Wire.open((server.address() as AddressInfo).port);
    try {
      await wire.write(head('POST', '/', { ...signedHeaders(GUIDE), 'transfer-encoding': 'chunked' }));
      const piece = chunked(Buffer.alloc(65_536, 0x20), 65_536, { open: true });
      for (let sent = 0; sent < 64 * MIB && !wire.ended; sent += piece.length) await wire.write(piece);
      expect(await wire.closed(30_000)).toBe(true);
      await vi.waitFor(() => expect(received).toBeGreaterThan(0), 10_000);
      expect(received).toBeLessThan(8 * MAX_BODY_BYTES + MIB);
    } finally {
      wire.abort();
      await closer(server)();
    }
  });
});

describe('bodies in one-byte pieces', () => {
  /** A server of the built package in a process whose heap is small. */
  async function serve(kind: string) {
    const child = fork(join(import.meta.dirname, 'small-heap-server.js'), [kind], {
      execArgv: ['--max-old-space-size=48', '--max-semi-space-size=2', '--expose-gc'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [{ port }] = await once(child, 'message');
    return { child, port: port as number };
  }

  async function peakOf(child: Awaited<ReturnType<typeof serve>>['child']): Promise<number> {
    child.send('peak');
    const [{ peak }] = await once(child, 'message');
    return peak;
  }

  it('over HTTP/1 take no more memory than their size, three at a time', async () => {
    const { child, port } = await serve('http1');
    try {
      const body = '1\r\n \r\n'.repeat(PIECES);
      const before = await peakOf(child);
      const answers = await Promise.all(
        [1, 2, 3].map(async () => {
          const wire = await Wire.open(port);
          await wire.write(head('POST', '/', { ...signedHeaders(GUIDE), 'transfer-encoding': 'chunked' }));
          await wire.write(`${body}0\r\n\r\n`);
          const answer = await wire.answer({ within: 60_000 });
          wire.abort();
          return answer.code;
        }),
      );
      expect(answers).toEqual(Array(3).fill('signature_mismatch'));
      expect((await peakOf(child)) - before).toBeLessThan(60 * MIB);
    } finally {
      child.kill();
    }
  });

  // By hand: Node's client joins what it writes. As many bytes as a connection takes before the other side asks for more.
  it('over HTTP/2 take no more memory than their size, on twelve connections', async () => {
    const { child, port } = await serve('http2');
    const size = 65_000;
    const frame = (type: number, flags: number, stream: number, payload: Buffer) => {
      const head = Buffer.from([0, 0, 0, type, flags, 0, 0, 0, stream]);
      head.writeUIntBE(payload.length, 0, 3);
      return Buffer.concat([head, payload]);
    };
    const text = (value: string) => Buffer.from([value.length, ...Buffer.from(value)]);
    const fields = { ':method': 'POST', ':scheme': 'http', ':path': '/', ':authority': 'x', ...signedHeaders(GUIDE) };
    const block = Object.entries(fields).map(([name, value]) => Buffer.concat([Buffer.of(0), text(name), text(value)]));
    const request = Buffer.concat([
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      frame(4, 0, 0, Buffer.alloc(0)),
      frame(1, 4, 1, Buffer.concat(block)),
      ...Array(size).fill(frame(0, 0, 1, Buffer.from(' '))),
      // A PING: its answer says that all before it was read.
      frame(6, 0, 0, Buffer.alloc(8)),
    ]);
    try {
      const before = await peakOf(child);
      const sockets = Array.from({ length: 12 }, () => {
        const socket = createConnection(port, '127.0.0.1').setEncoding('latin1');
        const got: string[] = [];
        socket.on('data', (chunk: string) => got.push(chunk)).write(request);
        return Object.assign(socket, { has: (part: string) => got.join('').includes(part) });
      });
      const all = (part: string) =>
        vi.waitFor(() => expect(sockets.every(({ has }) => has(part))).toBe(true), { timeout: 60_000, interval: 50 });
      await all('\0\0\x08\x06\x01');
      expect((await peakOf(child)) - before).toBeLessThan(60 * MIB);
      for (const socket of sockets) socket.write(frame(0, 1, 1, Buffer.alloc(0)));
      await all('signature_mismatch');
      for (const socket of sockets) socket.destroy();
    } finally {
      child.kill();
    }
  });

  it('from a Fetch stream take no more memory than their size', async () => {
    const { child } = await serve('fetch');
    try {
      const before = await peakOf(child);
      child.send('fetch');
      const [{ statuses }] = await once(child, 'message');
      expect(statuses).toEqual([401, 401, 401]);
      expect((await peakOf(child)) - before).toBeLessThan(60 * MIB);
    } finally {
      child.kill();
    }
  });
});
