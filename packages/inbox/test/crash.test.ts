// SIGKILL of receivers and workers under load. CRASHES sets how many (10 in the gate, 100 in `npm run long -- crash:inbox`).
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, type TestContext } from 'vitest';
import { type InboxOptions, openInbox } from '../src/index.js';
import { ENGINES } from './engines.js';
import { InboxProcesses, type Signed, signed } from './inbox-processes.js';
import { settled } from './waiting.js';

const CRASHES = Number(process.env.CRASHES ?? 10);

const DELIVERIES = Number(process.env.DELIVERIES ?? 100);
const OPTIONS = { name: 'crash', lease: 1_000, pollInterval: 25, retryDelay: 20, maxAttempts: 1_000 };

/** An inbox on a server of its own, with processes that use it; all of it ends with the test. */
async function processesOn(
  { start }: (typeof ENGINES)[number],
  { onTestFinished }: TestContext,
  options: InboxOptions,
  more: Readonly<Record<string, string>>,
) {
  const store = await start();
  onTestFinished(() => store.stop());
  const processes = new InboxProcesses(store.url, { ...OPTIONS, ...options }, more);
  onTestFinished(() => processes.stop());
  const inbox = await openInbox(store.url, { ...OPTIONS, ...options });
  onTestFinished(() => inbox.close());
  return { processes, inbox };
}

describe.each(ENGINES)('$name in processes', (engine) => {
  const { name, available } = engine;
  describe.skipIf(!available())('of their own', () => {
    it(`${CRASHES} times SIGKILL under load: what got a 200 is handled, again only where the kill hit it, nothing is stuck`, {
      timeout: 60_000 + CRASHES * 5_000,
    }, async (context) => {
      const { processes, inbox } = await processesOn(engine, context, {}, { HANDLER_MS: '100' });
      const [first, ...workers] = await Promise.all([processes.receiver(), processes.worker(), processes.worker()]);
      let receiver = first;
      const acknowledged: Signed[] = [];
      let loading = true;
      const senders = Array.from({ length: 8 }, async () => {
        for (; loading; await sleep(Math.random() * 20)) {
          const what = await signed();
          await processes.deliver(() => receiver.url, what);
          acknowledged.push(what);
        }
      });
      const killReceivers = async () => {
        for (let crash = 0; crash < CRASHES; crash += 2) {
          await sleep(Math.random() * 800);
          await processes.kill(receiver);
          receiver = await processes.receiver();
        }
      };
      const killWorkers = async () => {
        for (let crash = 1; crash < CRASHES; crash += 2) {
          await sleep(Math.random() * 800);
          const victim = workers.shift();
          if (victim !== undefined) await processes.kill(victim);
          workers.push(await processes.worker());
        }
      };
      await Promise.all([killReceivers(), killWorkers()]);
      loading = false;
      await Promise.all(senders);
      await settled(inbox, { handled: acknowledged.length, waiting: 0, running: 0, dead: 0 });

      const runs = processes.runs();
      const figures = { deliveries: acknowledged.length, hitInHandler: 0, hitBeforeSettled: 0, longestBeforeMs: 0 };
      for (const { id } of acknowledged) {
        const all = runs.get(id) ?? [];
        expect(all.at(-1)?.ended, `${id} was handled`).toBeDefined();
        for (const run of all.slice(0, -1)) {
          const diedAt = processes.killed.get(run.pid) ?? Number.NaN;
          expect(diedAt, `${id} ran again though its worker lived: ${JSON.stringify(all)}`).toBeGreaterThan(0);
          if (run.ended === undefined) figures.hitInHandler++;
          else {
            // The handler had returned and the inbox was about to write that down.
            figures.hitBeforeSettled++;
            figures.longestBeforeMs = Math.max(figures.longestBeforeMs, diedAt - run.ended);
          }
        }
      }
      process.stdout.write(`${name}, ${CRASHES} kills: ${JSON.stringify(figures)}\n`);
      expect(runs.size).toBe(acknowledged.length);
    });

    it(`${DELIVERIES * 10} copies of ${DELIVERIES} deliveries in random order, two receivers, two workers: each handled once`, {
      timeout: 180_000,
    }, async (context) => {
      const { processes, inbox } = await processesOn(engine, context, { lease: 30_000 }, { HANDLER_MS: '5' });
      const [one, two] = await Promise.all([
        processes.receiver(),
        processes.receiver(),
        processes.worker(),
        processes.worker(),
      ]);
      const deliveries = await Promise.all(Array.from({ length: DELIVERIES }, () => signed()));
      const copies = shuffled(deliveries.flatMap((delivery) => Array.from({ length: 10 }, () => delivery)));
      const refused: number[] = [];
      const began = performance.now();
      const senders = Array.from({ length: 64 }, async (_, sender) => {
        for (let copy = copies.pop(); copy !== undefined; copy = copies.pop()) {
          const status = await processes.send((sender % 2 ? one : two).url, copy);
          if (status !== 200) refused.push(status);
        }
      });
      await Promise.all(senders);
      const acknowledged = performance.now();
      await settled(inbox, { handled: DELIVERIES, waiting: 0, running: 0, dead: 0 });
      const took = [acknowledged - began, performance.now() - began].map(Math.round);
      process.stdout.write(
        `${name}, ${DELIVERIES * 10} copies: answered after ${took[0]} ms, handled after ${took[1]} ms\n`,
      );
      expect(refused).toEqual([]);
      const runs = processes.runs();
      expect(deliveries.map(({ id }) => runs.get(id)?.map(({ ended }) => ended !== undefined))).toEqual(
        deliveries.map(() => [true]),
      );
    });

    it('a delivery that kills its worker every time becomes a dead letter, and those beside it do not', {
      timeout: 90_000,
    }, async (context) => {
      const { processes, inbox } = await processesOn(engine, context, { maxAttempts: 4 }, { HANDLER_MS: '50' });
      const poison = await signed('poison');
      const others = await Promise.all(Array.from({ length: 30 }, () => signed()));
      for (const { body } of [...others.slice(0, 8), poison, ...others.slice(8)]) {
        await inbox.accept({ rawBody: body });
      }
      let guarding = true;
      const guard = async () => {
        while (guarding) await (await processes.worker()).ended;
      };
      const guarded = guard();
      // Four leases have to end, and each time those who died with it too.
      await settled(inbox, { handled: 30, dead: 1, waiting: 0, running: 0 }, 60_000);
      expect(await inbox.deadLetters()).toMatchObject([
        { event: { data: { videoId: poison.id } }, attempts: 4, error: expect.stringContaining('process ended') },
      ]);
      const runs = processes.runs();
      expect(runs.get(poison.id)?.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
      expect(others.every(({ id }) => runs.get(id)?.at(-1)?.ended !== undefined)).toBe(true);
      guarding = false;
      await processes.stop();
      await guarded;
    });
  });
});

function shuffled<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
