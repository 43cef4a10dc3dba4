import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type BoardOptions, createBoard } from '../../../src/board/index.js';
import { type Inbox, type InboxOptions, openInbox } from '../../../src/index.js';
import { waitFor } from './wait.js';

interface RunningBoard {
  readonly inbox: Inbox;
  /** Of the page, with a slash at the end. */
  readonly url: string;
}

/** A board over an inbox in memory, on a free loopback port; closed with the test. */
export async function startBoard(
  options: Partial<BoardOptions> = {},
  inboxOptions: InboxOptions = {},
): Promise<RunningBoard> {
  const inbox = await openInbox(':memory:', { onError: () => undefined, ...inboxOptions });
  return { inbox, url: await serveBoard(inbox, options) };
}

/** Serves a board over an inbox; both are closed with the test. */
export async function serveBoard(inbox: Inbox, options: Partial<BoardOptions> = {}): Promise<string> {
  const server = createServer(createBoard(inbox, { authorize: false, ...options }).node);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await inbox.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}${options.basePath ?? ''}/`;
}

/** The body of a delivery. */
export const bodyOf = (event: string, data: object): Buffer =>
  Buffer.from(JSON.stringify({ event, timestamp: '2024-03-31T12:00:00Z', data }));

/** Accepts deliveries of one event, each with its own number. */
export async function accept(inbox: Inbox, count: number, event = 'video.deleted', first = 0): Promise<void> {
  for (let at = 0; at < count; at += 500) {
    const some = Array.from({ length: Math.min(500, count - at) }, (_, index) =>
      inbox.accept({ rawBody: bodyOf(event, { videoId: `vid_${first + at + index}` }) }),
    );
    await Promise.all(some);
  }
}

/** Makes everything that waits a dead letter. The inbox must give up after one attempt. */
export async function makeDead(inbox: Inbox, errorOf: (rawBody: Uint8Array) => string): Promise<void> {
  const processing = inbox.process(
    ({ rawBody }) => {
      throw new Error(errorOf(rawBody));
    },
    { concurrency: 64 },
  );
  await waitFor(async () => {
    const { waiting, running } = await inbox.stats();
    return waiting + running === 0;
  });
  await processing.stop();
}
