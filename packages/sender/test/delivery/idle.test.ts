import { describe, expect, it } from 'vitest';
import { start } from '../support/sender.js';

// No subscription: the events are committed, and nothing is attempted that would wake the engine afterwards.
const nobody = { event: 'video.published', data: { videoId: 'vid_1' } };

describe('waiting for the sender while something else is being committed', () => {
  it('idle() resolves once that is done', async () => {
    const { sender } = start();
    await Promise.all([sender.idle(), sender.emit(nobody)]);
  });

  it('advance() resolves, and so does the next', async () => {
    const { sender } = start();
    const before = sender.clock().now;
    const work: Promise<unknown>[] = [];
    for (let tick = 0; tick < 100; tick++) {
      work.push(sender.advance(1));
      for (let hop = 0; hop < tick % 5; hop++) await Promise.resolve();
      work.push(sender.emit(nobody));
      if (tick % 3 === 0) await new Promise(setImmediate);
    }
    await Promise.all(work);
    expect(sender.clock().now).toBe(before + 100);
  });
});
