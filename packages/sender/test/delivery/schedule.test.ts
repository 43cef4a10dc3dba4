import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MINUTE, published, receiver, start } from '../support/sender.js';

/** How many of them the process holds. */
const buffers = (): number => queryObjects(Buffer, { format: 'count' });

type Behavior = Parameters<typeof receiver>[0];

const failing: Record<string, { answer: Behavior; error: RegExp; code?: number }> = {
  'answers 500': { answer: 500, error: /^http_status: Server responded with 500 status code$/, code: 500 },
  'redirects with 301': {
    answer: (_q, response) => void response.writeHead(301, { location: '/elsewhere' }).end(),
    error: /^http_status/,
    code: 301,
  },
  'redirects with 307': {
    answer: (_q, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
    error: /^http_status/,
    code: 307,
  },
  'answers 304': { answer: 304, error: /^http_status/, code: 304 },
  'answers 410': { answer: 410, error: /^http_status/, code: 410 },
  'answers 429': { answer: 429, error: /^http_status/, code: 429 },
  hangs: { answer: (_q, _r) => undefined, error: /^timeout/ },
  'drips its body': {
    answer: (_q, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    },
    error: /^timeout/,
    code: 200,
  },
  'drips its head': {
    answer: (request) => {
      const head = Buffer.from(`HTTP/1.1 200 OK\r\nx-long: ${'y'.repeat(200)}`);
      let at = 0;
      const timer = setInterval(() => request.socket.write(head.subarray(at, ++at)), 20);
      request.socket.on('close', () => clearInterval(timer));
    },
    error: /^timeout/,
  },
  'sends 1 GB with a 500': {
    answer: (_q, response) => {
      response.writeHead(500, { 'content-length': String(1e9) });
      const chunk = Buffer.alloc(256 * 1024);
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    },
    error: /^http_status/,
    code: 500,
  },
  'resets the connection': { answer: (request) => void request.socket.resetAndDestroy(), error: /^connection_reset/ },
  'closes without an answer': { answer: (request) => void request.socket.destroy(), error: /^connection_reset/ },
  'closes mid-body': {
    answer: (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => request.socket.destroy(), 5);
    },
    error: /^connection_reset/,
    code: 200,
  },
};

describe('the documented schedule', () => {
  for (const [title, { answer, error, code }] of Object.entries(failing)) {
    it(`gives a receiver that ${title} six attempts, switches off, and starts again by hand`, async () => {
      const target = await receiver(answer);
      // Short only where it is waited for: on a busy machine it must not end an attempt before the endpoint was reached.
      const { sender, call, create } = start({ timeout: error.source === '^timeout' ? 1_000 : 60_000 });
      const id = await create(target.url);
      const at = [0];
      let time = 0;
      await sender.emit(published());
      await sender.idle();
      expect(target.hits).toHaveLength(1);
      for (const delay of [1, 5, 15, 30, 60]) {
        await sender.advance(delay * MINUTE - 1);
        expect(target.hits).toHaveLength(at.length);
        await sender.advance(1);
        time += delay;
        at.push(time);
        expect(target.hits).toHaveLength(at.length);
      }
      expect(at).toEqual([0, 1, 6, 21, 51, 111]);
      await sender.advance(10_000 * MINUTE);
      expect(target.hits).toHaveLength(6);
      expect(new Set(target.hits.map(({ body }) => body.toString('hex'))).size).toBe(1);
      const history = (await call('GET', `/webhooks/${id}/deliveries`)).json.data;
      expect(history.items).toHaveLength(1);
      expect(history.items[0]).toMatchObject({ status: 'failed', retries: 5, error: expect.stringMatching(error) });
      expect(history.items[0]?.responseCode).toBe(code);
      expect((await call('GET', '/webhooks')).json.data.items[0]).toMatchObject({
        status: 'failed',
        lastDelivery: { success: false },
      });
      expect((await sender.emit(published())).deliveryIds).toEqual([]);
      await call('PUT', `/webhooks/${id}`, { status: 'active' });
      await sender.advance(1000 * MINUTE);
      expect(target.hits).toHaveLength(6);
      expect((await sender.emit(published())).deliveryIds).toHaveLength(1);
      await sender.idle();
      expect(target.hits).toHaveLength(7);
    });
  }

  it('runs the whole of it in one advance', async () => {
    const target = await receiver(500);
    const { sender, create } = start();
    await create(target.url);
    await sender.emit(published());
    await sender.advance(111 * MINUTE);
    expect(target.hits).toHaveLength(6);
    const [delivery] = sender.deliveries().items;
    const attempts = sender.delivery(delivery?.id ?? '')?.attempts ?? [];
    const first = Date.parse(attempts[0]?.startedAt ?? '');
    expect(attempts.map(({ startedAt }) => (Date.parse(startedAt) - first) / MINUTE)).toEqual([0, 1, 6, 21, 51, 111]);
    expect(attempts.map(({ trigger }) => trigger)).toEqual(['event', 'retry', 'retry', 'retry', 'retry', 'retry']);
  });

  it('takes any 2xx for success, a long answer included, of which it reads 64 KiB', async () => {
    for (const status of [200, 201, 202, 204, 299]) {
      const target = await receiver(
        (_q, response) => void response.writeHead(status).end(status === 204 ? '' : Buffer.alloc(200_000)),
      );
      const { sender, create } = start();
      await create(target.url);
      const { deliveryIds } = await sender.emit(published());
      await sender.advance(200 * MINUTE);
      expect(target.hits).toHaveLength(1);
      const detail = sender.delivery(deliveryIds[0] ?? '');
      expect(detail).toMatchObject({ status: 'success', responseCode: status, retries: 0 });
      expect(detail?.attempts[0]?.response?.body.byteLength).toBe(status === 204 ? 0 : 65_536);
    }
  });

  it('keeps an answer that comes in pieces of one byte as one buffer', async () => {
    const bytes = 20_000;
    const target = await receiver((_q, response) => {
      response.writeHead(200);
      for (let at = 1; at < bytes; at++) response.write('a');
      // Time to look at what the sender holds.
      response.write('a', () => setTimeout(() => response.end(), 500));
    });
    const { sender, create } = start();
    await create(target.url);
    const before = buffers();
    let most = 0;
    const { deliveryIds } = await sender.emit(published());
    const answer = () => sender.delivery(deliveryIds[0] ?? '')?.attempts[0]?.response;
    const ended = () => {
      most = Math.max(most, buffers() - before);
      return answer()?.body.toString() ?? '';
    };
    await expect.poll(ended, { timeout: 30_000, interval: 100 }).toBe('a'.repeat(bytes));
    expect(most).toBeLessThan(bytes / 4);
  });

  it('does not inflate what a receiver says is compressed', async () => {
    const bomb = Buffer.from('1f8b0800000000000003', 'hex');
    const target = await receiver(
      (_q, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const { sender, create } = start();
    await create(target.url);
    const { deliveryIds } = await sender.emit(published());
    await sender.idle();
    expect(Buffer.from(sender.delivery(deliveryIds[0] ?? '')?.attempts[0]?.response?.body ?? [])).toEqual(bomb);
    expect(target.hits[0]?.headers['accept-encoding']).toBeUndefined();
  });

  it('distinguishes refused connections, TLS failures and non-HTTP', async () => {
    const garbage = createServer((socket: Socket) => socket.on('error', () => undefined).end('SSH-2.0-OpenSSH\r\n'));
    await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void garbage.close());
    const { port } = garbage.address() as AddressInfo;
    const { sender, create } = start();
    const errors = new Map<string, RegExp>([
      ['http://127.0.0.1:2/', /^connection_refused/],
      [`https://127.0.0.1:${port}/`, /^tls_error/],
      [`http://127.0.0.1:${port}/`, /^connection_reset/],
    ]);
    const ids = new Map<string, string>();
    for (const url of errors.keys()) ids.set(await create(url), url);
    await sender.emit(published());
    await sender.idle();
    for (const { webhookId, error } of sender.deliveries().items) {
      expect(error).toMatch(errors.get(ids.get(webhookId) ?? '') ?? /never/);
    }
  });

  it('adds jitter only when asked', async () => {
    const target = await receiver(500);
    const { sender, create } = start({ jitter: 0.5, random: () => 0.5 });
    await create(target.url);
    await sender.emit(published());
    await sender.idle();
    await sender.advance(1.25 * MINUTE - 1);
    expect(target.hits).toHaveLength(1);
    await sender.advance(1);
    expect(target.hits).toHaveLength(2);
  });
});
