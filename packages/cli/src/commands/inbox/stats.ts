import type { InboxStats } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { EXIT } from '../../failure.js';
import { describeDuration } from '../../input/time.js';
import { type Io, type Paint, painter, print, printJson, table } from '../../io.js';
import { conditionsOf } from './fail-if.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';

interface StatsOptions extends InboxCommandOptions {
  readonly failIf?: string;
}

/** `inbox stats`: the figures, and for cron an exit code. */
export function addStats(group: Command, io: Io, exit: (code: number) => void): void {
  withInbox(group.command('stats').description('show how many records wait, run, are dead and were handled'))
    .option('--fail-if <conditions>', 'exit 1 when one of them holds, such as dead>0,oldest>5m')
    .addHelpText('after', "\nFor cron:\n  videocloud-webhooks inbox stats --fail-if 'dead>0,oldest>5m'")
    .action(async (options: StatsOptions) => {
      const conditions = options.failIf === undefined ? [] : conditionsOf(options.failIf);
      await callInbox(io, options, async (inbox) => {
        const stats = await inbox.stats();
        const failed = conditions.filter(({ holds }) => holds(stats)).map(({ text }) => text);
        exit(failed.length > 0 ? EXIT.failed : EXIT.done);
        if (options.json) printJson(io, options.failIf === undefined ? stats : { ...stats, failed });
        else print(io, describeStats(stats, failed, painter(io)));
      });
    });
}

function describeStats(stats: InboxStats, failed: readonly string[], paint: Paint): string {
  const { accepted, handled, dead } = stats.lastMinute;
  const rows = [
    ['waiting', String(stats.waiting), stats.retrying > 0 ? `${stats.retrying} of them after a failed attempt` : ''],
    ['running', String(stats.running), ''],
    ['dead', String(stats.dead), stats.dead > 0 ? 'see `inbox list --state dead`' : ''],
    ['handled', String(stats.handled), ''],
    ['oldest', stats.waiting > 0 ? describeDuration(stats.oldestWaitingMs) : '-', ''],
    ['last minute', String(accepted), `accepted, ${handled} handled, ${dead} dead`],
  ];
  return [
    table(rows),
    ...(stats.paused ? [paint('paused: no handler starts until `inbox resume`', 'bad')] : []),
    ...failed.map((condition) => paint(`failed: ${condition}`, 'bad')),
  ].join('\n');
}
