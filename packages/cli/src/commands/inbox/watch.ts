import { setTimeout as sleep } from 'node:timers/promises';
import type { InboxStats } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { integer } from '../../input/read.js';
import { describeDuration } from '../../input/time.js';
import { type Io, print, printJsonLine } from '../../io.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';

const COLUMNS = ['TIME', 'WAITING', 'RETRYING', 'RUNNING', 'DEAD', 'HANDLED', 'OLDEST', 'IN/MIN', 'OUT/MIN'];
const WIDTH = 9;
/** How many lines until the heads of the columns are shown again. */
const LINES = 20;

interface WatchOptions extends InboxCommandOptions {
  readonly interval: string;
}

/** `inbox watch`: the figures, a line at a time, until Ctrl-C. */
export function addWatch(group: Command, io: Io): void {
  withInbox(group.command('watch').description('show the figures every few seconds until Ctrl-C (with --json: NDJSON)'))
    .option('--interval <seconds>', 'how often', '2')
    .action(async (options: WatchOptions) => {
      const interval = integer('--interval', options.interval, 1, 86_400) * 1_000;
      await callInbox(io, options, async (inbox) => {
        for (let line = 0; ; line++) {
          const stats = await inbox.stats();
          const time = new Date().toISOString();
          if (options.json) printJsonLine(io, { time, ...stats });
          else {
            if (line % LINES === 0) print(io, row(COLUMNS));
            print(io, row(cellsOf(time, stats)));
          }
          await sleep(interval, undefined, { signal: io.signal });
        }
      });
    });
}

function cellsOf(time: string, stats: InboxStats): string[] {
  const { waiting, retrying, running, dead, handled, lastMinute } = stats;
  return [
    time.slice(11, 19),
    ...[waiting, retrying, running, dead, handled].map(String),
    waiting > 0 ? describeDuration(stats.oldestWaitingMs) : '-',
    String(lastMinute.accepted),
    String(lastMinute.handled),
    ...(stats.paused ? ['paused'] : []),
  ];
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, column) => (column === 0 ? cell.padEnd(WIDTH) : cell.padStart(WIDTH)))
    .join(' ')
    .trimEnd();
}
