import type { Inbox, InboxFilter, InboxState } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { EXIT, usage } from '../../failure.js';
import { harmless, type Io, note, print, printJson } from '../../io.js';
import { type FilterOptions, filterOf, withFilter } from './filter.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';
import { withProgress } from './progress.js';

interface ChangeOptions extends InboxCommandOptions, FilterOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly perSecond?: string;
}

const PAGE = 1_000;
const VERBS = {
  retry: {
    states: ['dead', 'retrying'],
    done: 'retried',
    what: 'make dead letters due again, with all their attempts',
  },
  discard: { states: ['dead', 'retrying', 'waiting'], done: 'discarded', what: 'delete dead letters, bytes and all' },
} as const satisfies Record<string, { states: readonly InboxState[]; done: string; what: string }>;

/** `inbox retry` and `inbox discard`: some records, or all that a filter matches. */
export function addChange(group: Command, io: Io, exit: (code: number) => void, verb: 'retry' | 'discard'): void {
  const { states, what } = VERBS[verb];
  const command = withFilter(withInbox(group.command(`${verb} [ids...]`).description(what)), states)
    .option('--all', 'every dead letter, or every record the other options match; shows how many, without --yes')
    .option('--yes', 'do it');
  if (verb === 'retry') command.option('--per-second <n>', 'the most that become due in a second');
  command
    .addHelpText(
      'after',
      `\nExample:\n  videocloud-webhooks inbox ${verb} --all --event video.processed --since 2h --yes`,
    )
    .action(async (ids: string[], options: ChangeOptions) => {
      const filter = filterOf(options, states);
      const filtered = Object.values(filter).some((member) => member !== undefined);
      if (ids.length > 0 && (options.all || filtered)) throw usage('give ids, or --all with what to match, not both');
      if (ids.length === 0 && !options.all) throw usage('give ids, or --all (it shows how many it would change)');
      const perSecond = options.perSecond === undefined ? undefined : rateOf(options.perSecond);
      await callInbox(io, options, async (inbox) => {
        if (ids.length > 0) await changeSome(io, exit, inbox, verb, ids, options);
        else if (options.yes) await changeAll(io, inbox, verb, filter, perSecond, options);
        else await showDryRun(io, inbox, verb, filter, options);
      });
    });
}

function rateOf(text: string): number {
  const rate = /^\d{1,6}(\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw usage('--per-second takes a number above 0, such as 200 or 0.5');
}

async function changeSome(
  io: Io,
  exit: (code: number) => void,
  inbox: Inbox,
  verb: 'retry' | 'discard',
  ids: readonly string[],
  { json }: ChangeOptions,
): Promise<void> {
  const unchanged: string[] = [];
  for (const id of ids) if ((await inbox[verb](id)) === 0) unchanged.push(id);
  exit(unchanged.length > 0 ? EXIT.failed : EXIT.done);
  const changed = ids.length - unchanged.length;
  if (json) printJson(io, { [VERBS[verb].done]: changed, unchanged });
  else print(io, `${VERBS[verb].done} ${changed} of ${ids.length}`);
  const states = VERBS[verb].states.join(' or ');
  for (const id of unchanged) note(io, `note: ${harmless(id, 80)} is not ${states}`);
}

async function changeAll(
  io: Io,
  inbox: Inbox,
  verb: 'retry' | 'discard',
  filter: InboxFilter,
  perSecond: number | undefined,
  { json }: ChangeOptions,
): Promise<void> {
  const changed = await withProgress(io, inbox, () =>
    verb === 'retry' ? inbox.retry(filter, { perSecond }) : inbox.discard(filter),
  );
  if (json) printJson(io, { [VERBS[verb].done]: changed, dryRun: false });
  else print(io, `${VERBS[verb].done} ${changed}`);
}

/** How many records match, by event: what `--yes` would change. */
async function showDryRun(
  io: Io,
  inbox: Inbox,
  verb: 'retry' | 'discard',
  filter: InboxFilter,
  { json }: ChangeOptions,
): Promise<void> {
  const byEvent = new Map<string, number>();
  let matching = 0;
  let cursor: string | undefined;
  do {
    const page = await inbox.list({ ...filter, state: filter.state ?? 'dead', cursor, limit: PAGE });
    for (const { event } of page.items) {
      const name = event ?? 'not an event';
      byEvent.set(name, (byEvent.get(name) ?? 0) + 1);
    }
    matching += page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  if (json) {
    printJson(io, { [VERBS[verb].done]: 0, matching, events: Object.fromEntries(byEvent), dryRun: true });
    return;
  }
  const events = [...byEvent].map(([name, count]) => `${count} ${harmless(name)}`).join(', ');
  print(io, `would ${verb} ${matching}${matching > 0 ? ` (${events}): add --yes to do it` : ''}`);
}
