import type { Inbox } from '@videocloud/webhooks-inbox';
import type { Io } from '../../io.js';

const PROGRESS_MS = 1_000;

/** While the work runs, a terminal shows how many dead letters are left, at most once a second. */
export async function withProgress<T>(
  { stderr }: Pick<Io, 'stderr'>,
  inbox: Pick<Inbox, 'stats'>,
  work: () => Promise<T>,
): Promise<T> {
  if (stderr.isTTY !== true) return work();
  let running = true;
  const show = async () => {
    const { dead } = await inbox.stats();
    if (running) stderr.write(`\r\u001b[K${dead} dead letters left`);
  };
  let showing: Promise<void> | undefined;
  const timer = setInterval(() => {
    // One at a time: counting rows may take longer than a second. A failure is the work's to report.
    showing ??= show()
      .catch(() => undefined)
      .finally(() => {
        showing = undefined;
      });
  }, PROGRESS_MS);
  try {
    return await work();
  } finally {
    running = false;
    clearInterval(timer);
    await showing;
    stderr.write('\r\u001b[K');
  }
}
