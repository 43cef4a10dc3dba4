import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { constructEventSync } from '../../src/adapters/node.js';
import { SECRET } from '../support.js';
import { eventBody } from './support.js';

const genuine = new TextEncoder().encode(eventBody('video.deleted', { videoId: 'genuine' }));
const forged = new TextEncoder().encode(eventBody('video.deleted', { videoId: 'forgery' }));
const signature = createHmac('sha256', SECRET).update(genuine).digest('hex');

/** A buffer that its owner reuses: after every turn of the microtask queue, then of the event loop, it holds other bytes. */
function reusedBuffer() {
  const buffer = genuine.slice();
  const stop = { now: false };
  const rewrite = async () => {
    for (let n = 0; n < 200 && !stop.now; n++) {
      await (n < 20 ? undefined : new Promise((resolve) => setImmediate(resolve)));
      buffer.set(n % 2 === 0 ? forged : genuine);
    }
  };
  void rewrite();
  return { buffer, stop };
}

describe.each(['node', 'web'])('bytes that change between verification and parsing (%s build)', (build) => {
  beforeEach(() => {
    vi.resetModules();
    if (build === 'web') vi.doMock('#runtime', () => import('../../src/runtime/web.js'));
  });
  afterEach(() => void vi.doUnmock('#runtime'));

  it.each(['bytes', 'ArrayBuffer'])('never reach a handler (%s)', async (kind) => {
    const { constructEvent, createReceiver, memoryStore } = await import('../../src/index.js');
    const accepted: Uint8Array[] = [];
    const videoIds: unknown[] = [];
    const plain = createReceiver({ secrets: async () => SECRET, idempotency: memoryStore() });
    const queued = createReceiver({
      secrets: async () => SECRET,
      inbox: {
        accept: async ({ rawBody }) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          accepted.push(rawBody);
          return { duplicate: false };
        },
      },
    });
    plain.on('video.deleted', (event, { rawBody }) => {
      videoIds.push(event.data.videoId, JSON.parse(new TextDecoder().decode(rawBody)).data.videoId);
    });
    for (const use of [
      (body: Uint8Array | ArrayBuffer) => constructEvent(body, signature, SECRET),
      (body: Uint8Array | ArrayBuffer) => plain.receive({ body, signature }),
      (body: Uint8Array | ArrayBuffer) => plain.dispatch(body),
      (body: Uint8Array | ArrayBuffer) => queued.receive({ body, signature }),
    ]) {
      const { buffer, stop } = reusedBuffer();
      const given = await use(kind === 'bytes' ? buffer : buffer.buffer);
      stop.now = true;
      expect(JSON.stringify('event' in given ? given.event : given)).not.toContain('forgery');
    }
    expect(videoIds).not.toContain('forgery');
    expect(accepted).toEqual([genuine]);
  });

  it('are signed as they were when sign() was called', async () => {
    const { sign } = await import('../../src/index.js');
    const buffer = genuine.slice();
    // A secret of its own, whose key has to be made first.
    const signing = sign(buffer, `${SECRET} ${build}`);
    buffer.set(forged);
    expect(await signing).toBe(createHmac('sha256', `${SECRET} ${build}`).update(genuine).digest('hex'));
  });

  it('in shared memory are copied before they are verified', async () => {
    const { constructEvent } = await import('../../src/index.js');
    const shared = new Uint8Array(new SharedArrayBuffer(genuine.length));
    shared.set(genuine);
    const event = { event: 'video.deleted' };
    expect(await constructEvent(shared, signature, SECRET)).toMatchObject(event);
    if (build === 'node') expect(constructEventSync(shared, signature, SECRET)).toMatchObject(event);
  });
});
