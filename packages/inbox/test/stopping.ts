// The one thing `stop()` promises on every engine: no handler starts any more.
import { expect } from 'vitest';
import { openInbox } from '../src/index.js';
import { settled } from './waiting.js';

/**
 * Stops a worker that waits for the store to hand a delivery out. `stop()` resolves though it still waits; the delivery must
 * not run then, and its next worker must find it with all its attempts.
 *
 * @param block keeps the store from handing anything out until the function it resolves with is called
 */
export async function expectNoStartAfterStop(url: string, name: string, block: () => Promise<() => Promise<void>>) {
  const errors: unknown[] = [];
  const inbox = await openInbox(url, {
    name,
    pollInterval: 25,
    busyTimeout: 60_000,
    onError: (error) => errors.push(error),
  });
  await inbox.accept({ rawBody: Buffer.from('{"event":"video.deleted"}') });
  const unblock = await block();
  let started = 0;
  const worker = inbox.process(() => void started++);
  await worker.stop();
  await unblock();
  const attempts: number[] = [];
  inbox.process((_, { attempt }) => void attempts.push(attempt));
  await settled(inbox, { handled: 1, waiting: 0, running: 0 });
  await inbox.close();
  expect([started, attempts, errors]).toEqual([0, [1], []]);
}
