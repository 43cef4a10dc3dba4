// The one thing `onDead` promises on every engine: what it announces is stored.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type InboxDeadLetter, openInbox } from '../src/index.js';
import { settled, until } from './waiting.js';

/**
 * Lets a delivery fail for good while the store takes no writes: `onDead` must be called when the store takes them again,
 * not before, once, and with a record that is in the list of dead letters.
 *
 * @param block ends all writes to the store until the function it resolves with is called
 */
export async function expectOnDeadAfterCommit(url: string, name: string, block: () => Promise<() => Promise<void>>) {
  let blocked = false;
  const calls: { record: InboxDeadLetter; whileBlocked: boolean }[] = [];
  const inbox = await openInbox(url, {
    name,
    maxAttempts: 1,
    pollInterval: 25,
    // Writes are tried again for as long as the lease lasts.
    lease: 60_000,
    onError: () => {},
    onDead: (record) => calls.push({ record, whileBlocked: blocked }),
  });
  let failed = 0;
  inbox.process(async () => {
    const unblock = await block();
    blocked = true;
    failed++;
    // Longer than an engine takes to try its write; on a slow machine the test only sees less.
    sleep(500).then(() => {
      blocked = false;
      return unblock();
    });
    throw new Error('for good');
  });
  await inbox.accept({ rawBody: Buffer.from('{"event":"video.deleted"}') });
  await until(() => calls.length > 0, 60_000);
  expect(calls).toEqual([
    { record: expect.objectContaining({ reason: 'handler_failed', attempts: 1 }), whileBlocked: false },
  ]);
  expect(await inbox.deadLetters()).toMatchObject([{ id: calls[0]?.record.id }]);
  await settled(inbox, { dead: 1, waiting: 0, running: 0 });
  await inbox.close();
  expect([calls.length, failed]).toEqual([1, 1]);
}
