import type { Command } from 'commander';
import { type Io, print, printJson } from '../../io.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';

/** `inbox pause` and `inbox resume`. */
export function addPause(group: Command, io: Io): void {
  withInbox(
    group.command('pause').description('start no further handler, in any process, until resumed; accept as before'),
  ).action((options: InboxCommandOptions) =>
    callInbox(io, options, async (inbox) => {
      await inbox.pause();
      if (options.json) printJson(io, { paused: true });
      else print(io, 'paused: deliveries are accepted and wait; `inbox resume` starts handlers again');
    }),
  );
  withInbox(group.command('resume').description('end a pause')).action((options: InboxCommandOptions) =>
    callInbox(io, options, async (inbox) => {
      await inbox.resume();
      if (options.json) printJson(io, { paused: false });
      else print(io, 'resumed');
    }),
  );
}
