// What an inbox does while its database is away. OUTAGE_MS sets how long (2 s in the gate, 30 s in `npm run long -- outage:inbox`).
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { isAvailable, type Service, startPostgres, startRedis } from '../../../tests/support/services.js';
import { Load } from './load.js';

const OUTAGE_MS = Number(process.env.OUTAGE_MS ?? 2_000);

const SERVERS = [
  { name: 'postgres', start: () => startPostgres() },
  { name: 'redis', start: () => startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] }) },
] as const;

describe.each(SERVERS)('while $name is away', ({ name, start }) => {
  describe.skipIf(!isAvailable(name))('a real server', () => {
    let server: Service | undefined;
    let load: Load | undefined;
    afterEach(async () => {
      await load?.close();
      await server?.stop();
    });

    it(`${OUTAGE_MS} ms after SIGKILL: 503 meanwhile, then everything acknowledged is handled once`, {
      timeout: 90_000 + OUTAGE_MS * 2,
    }, async () => {
      server = await start();
      // Longer than the outage: what ran as the server went away is still its worker's. A claim whose answer died with the
      // server is nobody's until its lease ends.
      load = await Load.on(server.url, { lease: OUTAGE_MS + 10_000 });
      load.start();
      await load.acknowledgedAgain();
      await server.kill();
      const from = performance.now();
      await sleep(OUTAGE_MS);
      const to = performance.now();
      await server.restart();
      await load.acknowledgedAgain();
      await load.finish();
      expect(load.statuses(from, to)).toEqual(new Set([503]));
      const slowest = Math.max(...load.answers.map(({ asked, given }) => given - asked));
      process.stdout.write(
        `${name}: ${load.acknowledged.size} acknowledged, ${load.answers.length} answers, slowest ${Math.round(slowest)} ms\n`,
      );
    });

    it('an inbox closes in time though its server is gone', { timeout: 180_000 }, async () => {
      server = await start();
      load = await Load.on(server.url, { lease: 4_000 });
      load.start(2);
      await load.acknowledgedAgain();
      await server.kill();
      await load.close();
    });
  });
});
