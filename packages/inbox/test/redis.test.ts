import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startRedis } from '../../../test-support/services.js';
import { openInbox } from '../src/index.js';
import { contract } from './contract.js';

describe.skipIf(!isAvailable('redis'))('on a real server', () => {
  let server: Service | undefined;
  beforeAll(async () => {
    server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] });
  });
  afterAll(() => server?.stop());

  contract('Redis', () => server?.url ?? '', 20);

  // As behind a proxy that is full, or at `maxclients`: what is connected stays, what was lost does not come back.
  it('closes in time, and loses no result, though its waiting connection is lost for good', {
    timeout: 30_000,
  }, async () => {
    const door = await openDoor(server?.port ?? 0);
    const inbox = await openInbox(door.url, { name: 'lost-connection' });
    const running = new Promise<void>((resolve) => {
      inbox.process(
        async () => {
          resolve();
          await sleep(500);
        },
        { concurrency: 2 },
      );
    });
    await inbox.accept({ rawBody: Buffer.from('{"event":"video.deleted"}') });
    await running;
    await expect.poll(() => door.waiting.size).toBe(1);
    door.shut();
    await sleep(50);
    const began = performance.now();
    await inbox.close();
    expect(performance.now() - began).toBeLessThan(8_000);
    door.close();

    const again = await openInbox(server?.url ?? '', { name: 'lost-connection' });
    expect(await again.stats()).toMatchObject({ handled: 1, waiting: 0, running: 0 });
    await again.close();
  });
});

/** A TCP proxy before a Redis that tells apart the connection in which a worker waits for arrivals. */
async function openDoor(port: number) {
  const sockets: Socket[] = [];
  const waiting = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.on('close', () => far.destroy()).on('data', (data) => data.includes('bzpopmin') && waiting.add(near));
    near.pipe(far).on('close', () => near.destroy());
    far.pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    waiting,
    /** Cuts the connection that waits, and lets no other in. */
    shut() {
      proxy.close();
      for (const socket of waiting) socket.destroy();
    },
    close() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
