import type { Attempt } from '../engine.js';
import type { InboxSettings } from '../options.js';
import type { Processing } from '../types.js';
import type { Bull, JobData } from './jobs.js';

/** Starts a BullMQ worker: it holds the locks, notices workers that died, and counts attempts and waits. */
export function startWorker(
  bull: Bull,
  connection: { url: string; retryStrategy: (times: number) => number },
  attempt: Attempt,
  concurrency: number,
  settings: InboxSettings,
): Processing {
  const worker = new bull.Worker<JobData>(
    settings.name,
    async ({ data, attemptsStarted }) => {
      // Starts count, not failures: a delivery that takes its process down each time must come to an end too.
      if (attemptsStarted > settings.maxAttempts) {
        throw new bull.UnrecoverableError('The process ended during the last attempt');
      }
      const { key, secretIndex } = data;
      const ending = await attempt({
        key,
        body: Buffer.from(data.body, 'base64'),
        secretIndex,
        attempt: attemptsStarted,
      });
      if (ending.state === 'handled') return;
      throw ending.final ? new bull.UnrecoverableError(ending.error) : new Error(ending.error);
    },
    {
      connection,
      concurrency,
      lockDuration: settings.lease,
      stalledInterval: Math.max(500, Math.ceil(settings.lease / 2)),
      maxStalledCount: settings.maxAttempts,
      skipVersionCheck: true,
    },
  );
  worker.on('error', (error) => settings.report(error, 'take'));
  return { stop: () => worker.close() };
}
