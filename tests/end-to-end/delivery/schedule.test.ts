// The platform's whole retry schedule, from the reference sender over HTTP, against the real receiver.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type DeadLetter, memoryStore, type ReceiverOptions } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { createSender, type Sender } from '@videocloud/webhooks-sender';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { startListener } from '../../support/processes.js';
import { isAvailable, startRedis } from '../../support/services.js';

const SECRET = 'secret of the schedule tests';
const MINUTE = 60_000;
const ATTEMPTS_AT = [0, 1, 6, 21, 51, 111];

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function senderTo(url: string): Promise<{ sender: Sender; emit: () => Promise<string>; status: () => string }> {
  const sender = createSender({ clock: 'virtual', allowPrivateAddresses: true });
  cleanups.push(() => sender.close());
  const response = await sender.fetch(
    new Request('http://sender.test/webhooks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url, events: ['video.deleted'], secret: SECRET }),
    }),
  );
  expect(response.ok).toBe(true);
  return {
    sender,
    async emit() {
      const { deliveryIds } = await sender.emit({ event: 'video.deleted', data: { videoId: 'vid_1' } });
      await sender.idle();
      return deliveryIds[0] ?? '';
    },
    status: () => sender.webhooks()[0]?.status ?? 'none',
  };
}

/** A receiver whose clock is moved with the sender's, a minute at a time. */
async function receiverWith(options: Partial<ReceiverOptions>, handle: (attempt: number) => void) {
  let now = Date.now();
  const receiver = createReceiver({
    secrets: SECRET,
    idempotency: memoryStore({ now: () => now }),
    now: () => now,
    onError: () => undefined,
    ...options,
  });
  receiver.on('video.deleted', (_event, { attempt }) => handle(attempt));
  const server: Server = createServer(webhookHandler(receiver));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const pass = async (sender: Sender, minutes: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      now += MINUTE;
      await sender.advance(MINUTE);
    }
  };
  return { url, pass, minutes: (since: number) => Math.round((now - since) / MINUTE), now: () => now };
}

describe('the 111-minute schedule', () => {
  it.each([
    ['without an age limit', {}],
    ['with the smallest age limit', { maxAge: 6_960_000 }],
  ])('five failures, then success on the sixth attempt: one effect, %s', async (_, options) => {
    const tries: { attempt: number; minute: number }[] = [];
    let effects = 0;
    let start = 0;
    const receiver = await receiverWith(options, (attempt) => {
      tries.push({ attempt, minute: receiver.minutes(start) });
      if (tries.length <= 5) throw new Error('the database is down');
      effects++;
    });
    start = receiver.now();
    const { sender, emit, status } = await senderTo(receiver.url);
    const id = await emit();
    await receiver.pass(sender, 111);
    expect(tries).toEqual(ATTEMPTS_AT.map((minute, index) => ({ attempt: index + 1, minute })));
    expect(sender.delivery(id)).toMatchObject({ status: 'success', retries: 5, responseCode: 200 });
    expect(sender.delivery(id)?.attempts.map(({ response }) => response?.status)).toEqual([
      500, 500, 500, 500, 500, 200,
    ]);
    expect(status()).toBe('active');
    await sender.resend(id);
    expect(sender.delivery(id)?.attempts.at(-1)?.response?.status).toBe(200);
    expect(effects).toBe(1);
  });

  it('switches the subscription off where nothing takes the poison', async () => {
    const receiver = await receiverWith({}, () => {
      throw new Error('poison');
    });
    const { sender, emit, status } = await senderTo(receiver.url);
    await emit();
    await receiver.pass(sender, 111);
    expect(status()).toBe('failed');
  });

  it('a poison event is dead-lettered on the fifth attempt, and the subscription stays on', async () => {
    const letters: DeadLetter[] = [];
    let runs = 0;
    const onDeadLetter = (letter: DeadLetter) => letters.push(letter);
    const receiver = await receiverWith({ maxAttempts: 5, onDeadLetter }, () => {
      runs++;
      throw new Error('poison');
    });
    const { sender, emit, status } = await senderTo(receiver.url);
    const id = await emit();
    await receiver.pass(sender, 200);
    expect(sender.delivery(id)?.attempts.map(({ response }) => response?.status)).toEqual([500, 500, 500, 500, 200]);
    expect(status()).toBe('active');
    expect(runs).toBe(5);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ attempt: 5, event: { event: 'video.deleted', data: { videoId: 'vid_1' } } });
    expect(letters[0]?.error.cause).toEqual(new Error('poison'));
  });

  it.skipIf(!isAvailable('redis'))(
    'so it is when the process dies in every attempt',
    { timeout: 300_000 },
    async () => {
      const redis = await startRedis();
      cleanups.push(() => redis.stop());
      const journal = new Redis(redis.url);
      cleanups.push(() => journal.quit());
      const env = { STORE_URL: redis.url, SECRET, DIE_IN_HANDLER: 'yes', LEASE_MS: '3000' };
      const receiver = new URL('./crash-receiver.js', import.meta.url);
      let process = await startListener(receiver, env);
      const { port, url } = process;
      const { sender, emit, status } = await senderTo(url);
      const id = await emit();
      for (const minutes of [1, 5, 15, 30, 60]) {
        // Leases are real time; the minutes between the attempts are not.
        await process.ended;
        await new Promise((resolve) => setTimeout(resolve, 3_020));
        process = await startListener(receiver, { ...env, PORT: String(port) });
        await sender.advance(minutes * MINUTE);
      }
      await process.kill();
      const attempts = sender.delivery(id)?.attempts ?? [];
      expect(attempts.map(({ response }) => response?.status ?? 'none')).toEqual([...Array(5).fill('none'), 200]);
      expect(status()).toBe('active');
      const notes = await journal.lrange('notes', 0, -1);
      expect(notes).toEqual([1, 2, 3, 4, 5].map((n) => `start vid_1 ${n}`).concat('dead letter 6'));
    },
  );
});
