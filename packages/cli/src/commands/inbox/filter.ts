import type { InboxFilter, InboxState } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { choice } from '../../choices.js';
import { momentOf } from '../../input/time.js';

export interface FilterOptions {
  readonly state?: string;
  readonly event?: string;
  readonly error?: string;
  readonly since?: string;
  readonly until?: string;
}

/** Which records. */
export function withFilter(command: Command, states: readonly InboxState[]): Command {
  return command
    .option('--state <state>', states.join(', '))
    .option('--event <name>', 'the exact name of the event')
    .option('--error <text>', 'a part of the error')
    .option('--since <time>', 'from this time on: 2026-03-01T03:00Z, or how long ago: 30m, 2h, 1d')
    .option('--until <time>', 'before this time');
}

export function filterOf(options: FilterOptions, states: readonly InboxState[]): InboxFilter {
  const { state, event, error, since, until } = options;
  return {
    state: state === undefined ? undefined : choice('--state', state, states),
    event,
    error,
    since: since === undefined ? undefined : momentOf('--since', since),
    until: until === undefined ? undefined : momentOf('--until', until),
  };
}
