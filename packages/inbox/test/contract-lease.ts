// The part of the contract about handlers that take longer than their lease, or nearly so.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReceiver } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { describe, expect, it } from 'vitest';
import type { Inbox, InboxOptions } from '../src/index.js';
import { settled, until } from './waiting.js';

const SECRET = 'inbox-lease-secret';

/** To be called inside the describe of an engine; `opened` gives an inbox on the same empty store, closed by the caller. */
export function leaseContract(opened: (options?: InboxOptions) => Promise<Inbox>): void {
  describe('the lease of a handler', () => {
    it('gives up on a handler that outlives its lease, and aborts its signal', async () => {
      const inbox = await opened({ lease: 1_000, maxAttempts: 1 });
      await inbox.accept({ event: null, rawBody: Buffer.from('{"hangs":true}'), secretIndex: 0 });
      let reason: unknown;
      inbox.process((_, { signal }) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return new Promise(() => undefined);
      });
      await settled(inbox, { dead: 1, running: 0 });
      expect(reason).toMatchObject({ name: 'InboxError', code: 'handler_timeout' });
    });

    it('runs a slow handler of a receiver once, though its handlerTimeout has aborted the signal', async () => {
      const inbox = await opened({ lease: 30_000 });
      const errors: unknown[] = [];
      const receiver = createReceiver({
        secrets: SECRET,
        handlerTimeout: 1_000,
        onError: (error) => errors.push(error),
      });
      const attempts: number[] = [];
      receiver.on('video.deleted', async (_, { attempt, signal }) => {
        attempts.push(attempt);
        await until(() => signal.aborted);
        await sleep(500);
      });
      inbox.process(receiver);
      await inbox.accept({ rawBody: Buffer.from(JSON.stringify(fixture('video.deleted'))) });
      await settled(inbox, { handled: 1, waiting: 0, running: 0, dead: 0 });
      expect([attempts, errors]).toEqual([[1], []]);
    });

    it('is that of the inbox that runs it, whatever those have that accepted it or wait beside it', async () => {
      const short = { lease: 1_000 };
      const [front, back, other] = await Promise.all([opened(short), opened({ lease: 30_000 }), opened(short)]);
      let runs = 0;
      let done = false;
      back.process(async () => {
        runs++;
        other.process(() => void runs++);
        // Twice as long as another worker takes to give up a lease of a second.
        await sleep(2_500);
        done = true;
      });
      await front.accept({ rawBody: Buffer.from('{"slow":true}') });
      await until(() => done);
      await settled(front, { handled: 1, waiting: 0, running: 0 });
      expect(runs).toBe(1);
    });

    it('counts a success after the signal has aborted, before the lease ends', async () => {
      const inbox = await opened({ lease: 1_000 });
      const attempts: number[] = [];
      inbox.process((_, { attempt, signal }) => {
        attempts.push(attempt);
        return new Promise((resolve) => signal.addEventListener('abort', resolve));
      });
      await inbox.accept({ rawBody: Buffer.from('{"slow":true}') });
      await settled(inbox, { handled: 1, waiting: 0, running: 0, dead: 0 });
      expect(attempts).toEqual([1]);
    });

    it.each(['a function', 'a receiver'])('reports that a handler of %s outlives its lease', async (kind) => {
      const errors: unknown[] = [];
      const inbox = await opened({
        lease: 3_000,
        maxAttempts: 1,
        onDead: () => {},
        onError: (error) => errors.push(error),
      });
      const hang = () => new Promise<void>(() => undefined);
      let ended = kind === 'a function';
      const receiver = createReceiver({
        secrets: SECRET,
        handlerTimeout: 4_000,
        onError: (error) => errors.push(error),
        onOutcome: () => {
          ended = true;
        },
      });
      receiver.on('video.deleted', hang);
      if (kind === 'a receiver') inbox.process(receiver);
      else inbox.process(hang);
      const rawBody = Buffer.from(JSON.stringify(fixture('video.deleted')));
      await inbox.accept({ rawBody });
      await settled(inbox, { dead: 1, running: 0 });
      expect(await inbox.deadLetters()).toMatchObject([{ reason: 'handler_timeout' }]);
      // A receiver ends with the lease, a moment later, and has nothing to add.
      await until(() => ended);
      expect(errors).toMatchObject([
        {
          name: 'InboxError',
          code: 'handler_timeout',
          message: `video.deleted ${sha256(rawBody)} attempt 1: the handler still runs, and its lease of 3000 ms ends: give openInbox a longer lease`,
        },
      ]);
    });
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
