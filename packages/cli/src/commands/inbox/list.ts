import type { Inbox, InboxFilter, InboxRecordInfo, InboxState } from '@videocloud/webhooks-inbox';
import type { Command } from 'commander';
import { integer } from '../../input/read.js';
import { describeDuration } from '../../input/time.js';
import { type Io, note, print, printJson, table } from '../../io.js';
import { type FilterOptions, filterOf, withFilter } from './filter.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';

const STATES: readonly InboxState[] = ['waiting', 'retrying', 'running', 'dead', 'handled'];
const PAGE = 1_000;
const MAX_ERROR = 60;

interface ListOptions extends InboxCommandOptions, FilterOptions {
  readonly limit: string;
}

/** `inbox list`: records without their bytes. */
export function addList(group: Command, io: Io): void {
  withFilter(withInbox(group.command('list').description('list records, the last settled first')), STATES)
    .option('--limit <n>', 'the most to list', '50')
    .addHelpText('after', '\nExample:\n  videocloud-webhooks inbox list --state dead --since 2h --error timeout')
    .action(async (options: ListOptions) => {
      const limit = integer('--limit', options.limit, 1, 1_000_000);
      const filter = filterOf(options, STATES);
      await callInbox(io, options, async (inbox) => {
        const { items, more } = await listRecords(inbox, filter, limit);
        if (options.json) printJson(io, items);
        else print(io, items.length === 0 ? 'no records' : recordTable(items));
        if (more) note(io, 'note: there may be more: raise --limit');
      });
    });
}

/** Records that match, up to a number, and whether there may be more. */
export async function listRecords(
  inbox: Inbox,
  filter: InboxFilter,
  limit: number,
): Promise<{ items: InboxRecordInfo[]; more: boolean }> {
  const items: InboxRecordInfo[] = [];
  let cursor: string | undefined;
  do {
    const page = await inbox.list({ ...filter, cursor, limit: Math.min(PAGE, limit - items.length) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return { items, more: cursor !== undefined };
}

function recordTable(items: readonly InboxRecordInfo[]): string {
  const now = Date.now();
  const rows = items.map((record) => [
    record.state,
    record.event ?? '-',
    `${record.size} B`,
    String(record.attempts),
    describeDuration(Math.max(0, now - record.acceptedAt)),
    shortened(record.error ?? '-'),
    record.id,
  ]);
  return table([['STATE', 'EVENT', 'SIZE', 'ATTEMPTS', 'AGE', 'ERROR', 'ID'], ...rows]);
}

function shortened(text: string): string {
  return text.length > MAX_ERROR ? `${text.slice(0, MAX_ERROR)}…` : text;
}
