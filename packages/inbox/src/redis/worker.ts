import type { Job } from 'bullmq';
import { type Attempt, DIED, type Ending, isSuspect } from '../engine.js';
import { type InboxSettings, retryDelayAfter } from '../options.js';
import type { Processing } from '../types.js';
import type { Bull, JobData } from './jobs.js';

/** Starts a BullMQ worker: it holds the locks, notices workers that died, and waits between attempts. */
export function startWorker(
  bull: Bull,
  connection: { url: string; retryStrategy: (times: number) => number },
  attempt: Attempt,
  concurrency: number,
  settings: InboxSettings,
): Processing {
  let suspects = 0;

  async function run(job: Job<JobData>, number: number): Promise<void> {
    const { key, body, secretIndex } = job.data;
    const died = number > settings.maxAttempts;
    const ending: Ending = died
      ? DIED
      : await attempt({ key, body: Buffer.from(body, 'base64'), secretIndex, attempt: number });
    if (ending.state === 'handled') return;
    const last = ending.final || number >= settings.maxAttempts;
    throw last ? new bull.UnrecoverableError(ending.error) : new Error(ending.error);
  }

  const worker = new bull.Worker<JobData>(
    settings.name,
    async (job, token) => {
      const number = attemptOfJob(job);
      if (!isSuspect(job.stalledCounter)) return run(job, number);
      suspects++;
      try {
        if (suspects === 1) return await run(job, number);
        // Put back before it can be taken down by the one that runs; at another moment, so that they spread out.
        await job.moveToDelayed(Date.now() + retryDelayAfter(job.stalledCounter, settings.retryDelay), token);
        throw new bull.DelayedError();
      } finally {
        suspects--;
      }
    },
    {
      connection,
      concurrency,
      lockDuration: settings.lease,
      stalledInterval: Math.max(500, Math.ceil(settings.lease / 2)),
      // Attempts that died are counted above, together with those that failed.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      skipVersionCheck: true,
    },
  );
  worker.on('error', (error) => settings.report(error, 'take'));
  return { stop: () => worker.close() };
}

/** The number of the attempt under way. BullMQ's count of starts would count deliveries that were put back, too. */
function attemptOfJob({ attemptsMade, stalledCounter }: Job<JobData>): number {
  return attemptsMade + stalledCounter + 1;
}
