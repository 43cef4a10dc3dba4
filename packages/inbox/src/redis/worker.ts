import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { type Attempt, DIED, type Ending } from '../engine.js';
import { type InboxSettings, retryDelayAfter } from '../options.js';
import type { Processing } from '../types.js';
import { type Bull, beginAttempt, isSuspect, type JobData } from './jobs.js';
import { FAREWELL_MS, Reconnection } from './reconnection.js';

/** Starts a BullMQ worker: it holds the locks, notices workers that died, and waits between attempts. */
export function startWorker(
  bull: Bull,
  url: string,
  attempt: Attempt,
  concurrency: number,
  settings: InboxSettings,
): Processing {
  const reconnection = new Reconnection();
  const running = new Set<Promise<Ending>>();
  let suspects = 0;

  async function run(job: Job<JobData>): Promise<void> {
    const { key, body, secretIndex } = job.data;
    const number = await beginAttempt(worker, job);
    const died = number > settings.maxAttempts;
    const trying = died
      ? Promise.resolve(DIED)
      : attempt({ key, body: Buffer.from(body, 'base64'), secretIndex, attempt: number });
    running.add(trying);
    const ending = await trying.finally(() => running.delete(trying));
    if (ending.state === 'handled') return;
    const last = ending.final || number >= settings.maxAttempts;
    throw last ? new bull.UnrecoverableError(ending.error) : new Error(ending.error);
  }

  const worker = new bull.Worker<JobData>(
    settings.name,
    async (job, token) => {
      if (!isSuspect(job)) return run(job);
      suspects++;
      try {
        if (suspects === 1) return await run(job);
        // Put back before it can be taken down by the one that runs; at another moment, so that they spread out.
        await job.moveToDelayed(Date.now() + retryDelayAfter(job.stalledCounter, settings.retryDelay), token);
        throw new bull.DelayedError();
      } finally {
        suspects--;
      }
    },
    {
      connection: { url, retryStrategy: reconnection.strategy },
      concurrency,
      lockDuration: settings.lease,
      stalledInterval: Math.max(500, Math.ceil(settings.lease / 2)),
      // Attempts that died are counted above, together with those that failed.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      skipVersionCheck: true,
    },
  );
  worker.on('error', (error) => settings.report(error, 'take'));
  // One connection carries commands, the other waits for arrivals; each may be lost without the other.
  let commands: Connection | undefined;
  let arrivals: Connection | undefined;
  async function connect(): Promise<void> {
    commands = await worker.client;
    arrivals = await worker.waitUntilReady();
  }
  connect().catch((error: unknown) => {
    if (worker.closing === undefined) settings.report(error, 'connection');
  });

  /** Ends a worker whose server is away: BullMQ's own close would wait for it, for ever. */
  function abandon(): Promise<void> {
    reconnection.end();
    if (commands !== undefined) giveUp(commands);
    if (arrivals !== undefined) giveUp(arrivals);
    return worker.close(true);
  }

  async function closeOrAbandon(): Promise<void> {
    if (commands?.status !== 'ready') {
      worker.pause(true).catch((error: unknown) => settings.report(error, 'connection'));
      await Promise.all(running);
      for (let waited = 0; commands?.status !== 'ready'; waited += 50) {
        if (waited >= FAREWELL_MS) return abandon();
        await sleep(50);
      }
    }
    const closed = worker.close();
    await Promise.all(running);
    // The server may go away while the last results are written down.
    const check = setInterval(() => {
      if (commands?.status !== 'ready') abandon().catch((error: unknown) => settings.report(error, 'connection'));
      else if (arrivals?.status === 'reconnecting') giveUp(arrivals);
    }, FAREWELL_MS);
    await closed.finally(() => clearInterval(check));
  }

  return { stop: () => closeOrAbandon().finally(() => reconnection.end()) };
}

type Connection = Awaited<Bull['Worker']['prototype']['client']>;

/** Ends a connection, and whatever BullMQ awaits of it. */
function giveUp(connection: Connection): void {
  // BullMQ repeats what fails with a lost connection, and when closing without a pause: another error ends that.
  // The deliveries concerned are another worker's once their locks end.
  const sendCommand = () => Promise.reject(new Error('The inbox was closed while Redis was away'));
  Object.assign(connection, { sendCommand });
  // Between two tries there is no socket whose end could be told, and BullMQ waits for that: one more try, broken off.
  if (connection.status === 'reconnecting') connection.connect().catch(() => undefined);
  connection.disconnect();
}
