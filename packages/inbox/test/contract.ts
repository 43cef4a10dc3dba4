import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type Inbox, type InboxDeadLetter, type InboxOptions, openInbox as openFromSource } from '../src/index.js';

import { keyContract } from './contract-keys.js';
import { leaseContract } from './contract-lease.js';
import { recordsContract } from './contract-records.js';
import { settled, until } from './waiting.js';

const SECRET = 'inbox-contract-secret';

/** One suite for every engine: `url` names a store that is empty at first and shared by all who open it. */
export function contract(engine: string, url: () => string, openInbox: typeof openFromSource = openFromSource): void {
  describe(`${engine} inbox`, () => {
    const open: Inbox[] = [];
    let name = `c_${randomUUID().slice(0, 8)}`;

    async function opened(options: InboxOptions = {}): Promise<Inbox> {
      const inbox = await openInbox(url(), {
        name,
        lease: 60_000,
        pollInterval: 25,
        retryDelay: 20,
        onError: () => {},
        ...options,
      });
      open.push(inbox);
      return inbox;
    }

    afterEach(async () => {
      await Promise.all(open.splice(0).map((inbox) => inbox.close()));
      name = `c_${randomUUID().slice(0, 8)}`;
    });

    recordsContract(opened);

    it('stores a delivery once, bytes and all', async () => {
      const inbox = await opened();
      const rawBody = Buffer.from('{"event":"video.uploaded", "odd":1.0,"\\u00e9":"\\/"}\n');
      expect(await inbox.accept({ event: null, rawBody, secretIndex: 1 })).toEqual({ duplicate: false });
      expect(await inbox.accept({ event: null, rawBody, secretIndex: 0 })).toEqual({ duplicate: true });
      const seen: unknown[] = [];
      inbox.process((delivery, context) => {
        // The same shape on every engine: whoever calls `rawBody.toString('utf8')` may.
        seen.push([delivery.id, delivery.rawBody, delivery.secretIndex, delivery.event, context.attempt]);
        expect(Buffer.isBuffer(delivery.rawBody) && delivery.rawBody === context.rawBody).toBe(true);
      });
      await until(() => seen.length === 1);
      expect(seen).toEqual([[sha256(rawBody), rawBody, 1, null, 1]]);
      await settled(inbox, { handled: 1, waiting: 0, running: 0, dead: 0 });
      expect(await inbox.accept({ event: null, rawBody, secretIndex: 0 })).toEqual({ duplicate: true });
      await sleep(100);
      expect(seen.length).toBe(1);
    });

    it('stores every byte there is, and nothing else than bytes', async () => {
      const inbox = await opened();
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      const within = new Uint8Array(300).fill(7);
      within.set(bytes, 20);
      await inbox.accept({ event: null, rawBody: within.subarray(20, 276), secretIndex: 0 });
      await inbox.accept({ event: null, rawBody: new Uint8Array(0), secretIndex: 0 });
      await inbox.accept({ event: null, rawBody: Buffer.alloc(1_048_576, 'x'), secretIndex: 0 });
      const seen: Uint8Array[] = [];
      inbox.process(({ rawBody }) => void seen.push(rawBody), { concurrency: 1 });
      await until(() => seen.length === 3);
      expect(seen.map((body) => sha256(body)).sort()).toEqual(
        [bytes, new Uint8Array(0), Buffer.alloc(1_048_576, 'x')].map(sha256).sort(),
      );
      for (const rawBody of ['text', { a: 1 }, null, undefined]) {
        await expect(inbox.accept({ event: null, rawBody: rawBody as never, secretIndex: 0 })).rejects.toThrow(
          TypeError,
        );
      }
    });

    it('stores the bytes it was called with, though the caller reuses its buffer', async () => {
      const inbox = await opened();
      const buffer = Buffer.from('{"a":"first"}');
      const accepted = inbox.accept({ event: null, rawBody: buffer, secretIndex: 0 });
      buffer.fill(32);
      await accepted;
      const seen: string[] = [];
      inbox.process(({ rawBody }) => void seen.push(Buffer.from(rawBody).toString()));
      await until(() => seen.length === 1);
      expect(seen).toEqual(['{"a":"first"}']);
    });

    it('refuses a secretIndex that no database column holds, without harm to those beside it', async () => {
      const inbox = await opened();
      const results = await Promise.allSettled(
        [0, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, 0.5].map((secretIndex, at) =>
          inbox.accept({ event: null, rawBody: Buffer.from(`body ${at}`), secretIndex }),
        ),
      );
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
    });

    it('reports exactly one of many simultaneous copies as new', async () => {
      const [first, second] = await Promise.all([opened(), opened()]);
      const rawBody = Buffer.from('{"copies":40}');
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (index % 2 ? first : second).accept({ event: null, rawBody, secretIndex: 0 }),
        ),
      );
      expect(answers.filter(({ duplicate }) => !duplicate).length).toBe(1);
      expect(await first.stats()).toMatchObject({ waiting: 1, running: 0, handled: 0 });
    });

    it('acknowledges through a receiver and runs its handlers in another process’s inbox', async () => {
      const [front, back] = await Promise.all([opened(), opened()]);
      const receiver = createReceiver({ secrets: SECRET, inbox: front });
      const seen: string[] = [];
      receiver.on('video.processed', (event, { attempt }) => void seen.push(`${event.data.videoId} ${attempt}`));
      const event = fixture('video.processed');
      const { body, signature } = await signedBody(event, SECRET);
      expect((await receiver.receive({ body, signature })).result).toBe('accepted');
      expect((await receiver.receive({ body, signature })).result).toBe('duplicate');
      back.process(receiver);
      await until(() => seen.length > 0);
      expect(seen).toEqual([`${event.data.videoId} 1`]);
      await settled(back, { handled: 1, waiting: 0 });
      expect(await receiver.receive({ body, signature })).toMatchObject({ result: 'duplicate', status: 200 });
    });

    it('retries with a growing wait, then keeps a dead letter that can be tried again', async () => {
      const dead: InboxDeadLetter[] = [];
      const inbox = await opened({ maxAttempts: 3, onDead: (record) => dead.push(record) });
      const rawBody = Buffer.from('{"fails":true}');
      await inbox.accept({ event: null, rawBody, secretIndex: 0 });
      const attempts: number[] = [];
      let broken = true;
      inbox.process((_, { attempt }) => {
        attempts.push(attempt);
        if (broken) throw new Error('downstream is away', { cause: new Error('ECONNREFUSED') });
      });
      await settled(inbox, { dead: 1, waiting: 0, running: 0 });
      expect(attempts).toEqual([1, 2, 3]);
      const [letter, ...others] = await inbox.deadLetters();
      expect(others).toEqual([]);
      expect(letter).toMatchObject({ id: sha256(rawBody), attempts: 3, event: null, secretIndex: 0 });
      expect(letter).toMatchObject({ reason: 'handler_failed' });
      await until(() => dead.length === 1);
      expect(dead).toEqual([{ ...letter, deadAt: expect.any(Number) }]);
      expect(letter?.error).toMatch(/downstream is away.*ECONNREFUSED/);
      expect(letter?.rawBody).toEqual(rawBody);
      expect(Buffer.isBuffer(letter?.rawBody)).toBe(true);
      expect(letter?.deadAt).toBeGreaterThanOrEqual(letter?.acceptedAt ?? Number.NaN);
      expect(await inbox.accept({ event: null, rawBody, secretIndex: 0 })).toEqual({ duplicate: true });

      broken = false;
      expect(await inbox.retry('no such id')).toBe(0);
      expect(await inbox.retry(sha256(rawBody))).toBe(1);
      await settled(inbox, { handled: 1, dead: 0 });
      expect(attempts).toEqual([1, 2, 3, 1]);
      expect(await inbox.retry(sha256(rawBody))).toBe(0);
      expect(await inbox.deadLetters()).toEqual([]);
    });

    it('retries when it said, however seldom it looks for what other processes accept', async () => {
      const inbox = await opened({ pollInterval: 600_000, retryDelay: 100 });
      const attempts: number[] = [];
      inbox.process((_, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 4) throw new Error('not yet');
      });
      await inbox.accept({ rawBody: Buffer.from('{}') });
      await settled(inbox, { handled: 1, waiting: 0, running: 0 });
      expect(attempts).toEqual([1, 2, 3, 4]);
    });

    it('dead-letters at once what the receiver will always refuse', async () => {
      const inbox = await opened();
      await inbox.accept({ event: null, rawBody: Buffer.from('not json'), secretIndex: 0 });
      inbox.process(createReceiver({ secrets: SECRET }));
      await settled(inbox, { dead: 1, waiting: 0, running: 0 });
      expect((await inbox.deadLetters())[0]).toMatchObject({
        attempts: 1,
        reason: 'rejected',
        error: expect.stringContaining('body_not_json'),
      });
    });

    it('stores what a handler of a receiver threw in its own words', async () => {
      const inbox = await opened({ maxAttempts: 1 });
      const receiver = createReceiver({ secrets: SECRET, onError: () => {} });
      receiver.on('video.deleted', () => {
        throw new TypeError('no such table: videos', { cause: new Error('SQLITE_ERROR') });
      });
      inbox.process(receiver);
      await inbox.accept({ rawBody: Buffer.from(JSON.stringify(fixture('video.deleted'))) });
      await settled(inbox, { dead: 1 });
      const { items } = await inbox.list({ state: 'dead', error: 'no such table' });
      expect(items).toMatchObject([{ error: 'TypeError no such table: videos: Error SQLITE_ERROR' }]);
    });

    keyContract(opened);
    leaseContract(opened);

    it('runs as many handlers at a time as `concurrency` allows', async () => {
      const inbox = await opened();
      await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          inbox.accept({ event: null, rawBody: Buffer.from(`{"n":${index}}`), secretIndex: 0 }),
        ),
      );
      let running = 0;
      let most = 0;
      let done = 0;
      const work = async () => {
        most = Math.max(most, ++running);
        await sleep(40);
        running--;
        done++;
      };
      inbox.process(work, { concurrency: 3 });
      await until(() => done === 12);
      expect(most).toBe(3);
    });

    it('waits for running handlers on close, and refuses everything after', async () => {
      const inbox = await opened();
      await inbox.accept({ event: null, rawBody: Buffer.from('{"slow":true}'), secretIndex: 0 });
      let state = 'idle';
      inbox.process(async () => {
        state = 'running';
        await sleep(300);
        state = 'done';
      });
      await until(() => state === 'running');
      await Promise.all([inbox.close(), inbox.close()]);
      expect(state).toBe('done');
      const closed = { name: 'InboxError', code: 'closed' };
      await expect(inbox.accept({ event: null, rawBody: Buffer.from('x'), secretIndex: 0 })).rejects.toMatchObject(
        closed,
      );
      await expect(inbox.stats()).rejects.toMatchObject(closed);
      await expect(inbox.deadLetters()).rejects.toMatchObject(closed);
      await expect(inbox.retry('x')).rejects.toMatchObject(closed);
      expect(() => inbox.process(() => undefined)).toThrow(expect.objectContaining(closed));
      if (url() !== ':memory:')
        expect(await (await opened()).stats()).toMatchObject({ handled: 1, waiting: 0, running: 0 });
    });

    it('makes nothing with create: false, and opens what is there', async () => {
      if (url() === ':memory:') return;
      const options = { name: 'not_here', create: false, onError: () => {} };
      const there = engine === 'SQLite' ? `${url()}-not-here` : url();
      const missing = { name: 'InboxError', code: 'inbox_missing', message: expect.stringMatching(/not.here.*right/) };
      await expect(openInbox(there, options)).rejects.toMatchObject(missing);
      await expect(openInbox(there, options)).rejects.toMatchObject(missing);
      await (await opened()).accept({ rawBody: Buffer.from('x') });
      expect(await (await opened({ create: false })).stats()).toMatchObject({ waiting: 1 });
    });

    it.each([
      ['NUL and a lone surrogate', 'a\0b\ud800c', /^Error a\ufffdb\ufffdc$/],
      ['a megabyte', 'x'.repeat(1_048_576), /^Error x{3000,}$/],
    ])('stores the error text with %s, bounded, and holds nobody up', async (_, message, stored) => {
      const inbox = await opened({ maxAttempts: 1, lease: 60_000 });
      const bodies = ['bad', 'good', 'better'].map((text) => Buffer.from(text));
      for (const rawBody of bodies) await inbox.accept({ rawBody });
      inbox.process(
        ({ rawBody }) => {
          if (rawBody[0] === 98 && rawBody[1] === 97) throw new Error(message);
        },
        { concurrency: 1 },
      );
      await settled(inbox, { handled: 2, dead: 1, waiting: 0, running: 0 });
      expect((await inbox.deadLetters())[0]?.error).toMatch(stored);
    });

    it('stores events of any name', async () => {
      const inbox = await opened();
      for (const name of ['a\0b', '\ud800', 'x'.repeat(100_000), 'имя']) {
        const event = { event: name, timestamp: '2024-03-31T12:00:00Z', data: {} };
        await inbox.accept({ event: event as never, rawBody: Buffer.from(JSON.stringify(event)) });
      }
      expect(await inbox.stats()).toMatchObject({ waiting: 4 });
    });

    it('makes a payload that no handler may get a dead letter, not a handled delivery', async () => {
      const dead: string[] = [];
      const inbox = await opened({ onDead: ({ reason }) => dead.push(reason) });
      const rawBody = Buffer.from(JSON.stringify({ ...fixture('video.processed'), data: {} }));
      await inbox.accept({ rawBody });
      const receiver = createReceiver({ secrets: SECRET, onError: () => {} });
      let runs = 0;
      receiver.on('video.processed', () => runs++);
      inbox.process(receiver);
      await settled(inbox, { dead: 1, handled: 0, waiting: 0, running: 0 });
      expect(await inbox.deadLetters()).toMatchObject([
        { reason: 'payload_invalid', attempts: 1, error: expect.stringMatching(/^payload_invalid .*videoId/) },
      ]);
      await until(() => dead.length === 1);
      expect([dead, runs]).toEqual([['payload_invalid'], 0]);
    });

    it('makes a payload that onDeadLetter has taken no dead letter as well', async () => {
      const dead: string[] = [];
      const inbox = await opened({ onDead: ({ reason }) => dead.push(reason) });
      await inbox.accept({ rawBody: Buffer.from(JSON.stringify({ ...fixture('video.processed'), data: {} })) });
      const letters: string[] = [];
      const receiver = createReceiver({
        secrets: SECRET,
        idempotency: memoryStore(),
        onDeadLetter: ({ error }) => letters.push(error.code),
      });
      receiver.on('video.processed', () => expect.unreachable());
      inbox.process(receiver);
      await settled(inbox, { handled: 1, dead: 0, waiting: 0, running: 0 });
      expect([dead, letters]).toEqual([[], ['payload_invalid']]);
    });

    it('reports what a function threw and each dead letter, when nobody observes it', async () => {
      const reported: [string, string][] = [];
      const inbox = await opened({
        maxAttempts: 1,
        onError: (error, { during }) => reported.push([String((error as Error).message), during]),
      });
      await inbox.accept({ rawBody: Buffer.from('{"n":1}') });
      inbox.process(() => Promise.reject(new Error('no such table')));
      await until(() => reported.length === 2);
      expect(reported[0]).toEqual(['no such table', 'handle']);
      expect(reported[1]?.[0]).toMatch(/^Dead letter [0-9a-f]{64} \(not an event\) after 1 attempts, handler_failed: /);
      const event = { event: 'x\n[info] all fine', timestamp: '2024-03-31T12:00:00Z', data: {} };
      await inbox.accept({ rawBody: Buffer.from(JSON.stringify(event)) });
      await until(() => reported.length === 4);
      expect(reported[3]?.[0]).toMatch(/^Dead letter [0-9a-f]{64} \(x \[info\] all fine\) after 1 attempts/);
    });

    it('hands env to the receiver', async () => {
      const inbox = await opened();
      const seen: unknown[] = [];
      const receiver = createReceiver<{ BUCKET: string }>({ secrets: SECRET });
      receiver.on('video.deleted', (_, { env }) => seen.push(env.BUCKET));
      // @ts-expect-error: a receiver with an Env of its own needs it
      expect(() => inbox.process(receiver, {}).stop()).not.toThrow();
      inbox.process(receiver, { env: { BUCKET: 'x' } });
      await inbox.accept({ rawBody: Buffer.from(JSON.stringify(fixture('video.deleted'))) });
      await settled(inbox, { handled: 1 });
      expect(seen).toEqual(['x']);
    });

    it('stores 300 deliveries of 1 MiB accepted together, and small ones beside them', async () => {
      const inbox = await opened({ lease: 60_000 });
      const large = Array.from({ length: 300 }, (_, index) => {
        const body = Buffer.alloc(1_048_576, 'x');
        body.writeUInt32BE(index);
        return body;
      });
      const order: string[] = [];
      const accept = async (rawBody: Buffer, name: string) => {
        await inbox.accept({ event: null, rawBody });
        order.push(name);
      };
      await Promise.all([
        ...large.map((rawBody) => accept(rawBody, 'large')),
        ...Array.from({ length: 20 }, (_, index) => accept(Buffer.from(`{"n":${index}}`), 'small')),
      ]);
      expect(order.lastIndexOf('small')).toBeLessThan(60);
      expect(await inbox.stats()).toMatchObject({ waiting: 320 });
      // Not more of them are held in memory than a few handlers' worth.
      let bytes = 0;
      let most = 0;
      inbox.process(
        async ({ rawBody }) => {
          bytes += rawBody.byteLength;
          most = Math.max(most, bytes);
          await sleep(5);
          bytes -= rawBody.byteLength;
        },
        { concurrency: 1_000 },
      );
      await settled(inbox, { handled: 320, waiting: 0, running: 0 }, 180_000);
      expect(most).toBeLessThan(100 * 1_048_576);
    }, 300_000);

    it('handles 1 000 deliveries once each when 10 000 copies go through two receivers and two workers', async () => {
      const inboxes = await Promise.all([opened(), opened(), opened(), opened()]);
      const [one, two, three, four] = inboxes as [Inbox, Inbox, Inbox, Inbox];
      const receivers = [one, two].map((inbox) => createReceiver({ secrets: SECRET, inbox }));
      const effects = new Map<string, number>();
      for (const worker of [three, four]) {
        const receiver = createReceiver({ secrets: SECRET });
        receiver.on('*', async (event) => {
          const { id } = event as unknown as { id: string };
          await sleep(Math.random() * 3);
          effects.set(id, (effects.get(id) ?? 0) + 1);
        });
        worker.process(receiver, { concurrency: 16 });
      }
      const signed = await Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          signedBody({ ...fixture('video.uploaded'), id: `event-${index}` } as never, SECRET),
        ),
      );
      const copies = signed.flatMap((delivery) => Array.from({ length: 10 }, () => delivery));
      for (let i = copies.length - 1; i > 0; i--) {
        const j = Math.floor(Math.random() * (i + 1));
        [copies[i], copies[j]] = [copies[j] as never, copies[i] as never];
      }
      const results = { accepted: 0, duplicate: 0, failed: 0 };
      let next = 0;
      const lane = async (receiver: (typeof receivers)[number]) => {
        for (let copy = copies[next++]; copy !== undefined; copy = copies[next++]) {
          const { result } = await receiver.receive({ body: copy.body, signature: copy.signature });
          results[result as keyof typeof results]++;
        }
      };
      await Promise.all(receivers.flatMap((receiver) => Array.from({ length: 32 }, () => lane(receiver))));
      expect(results).toEqual({ accepted: 1_000, duplicate: 9_000, failed: 0 });
      await settled(one, { handled: 1_000, waiting: 0, running: 0, dead: 0 });
      expect(effects.size).toBe(1_000);
      expect([...effects.values()].every((times) => times === 1)).toBe(true);
    }, 60_000);
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
