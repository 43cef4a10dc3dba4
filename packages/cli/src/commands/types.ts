import {
  DELIVERED_EVENT_TYPES,
  type DeliveredEventType,
  EVENT_SUMMARIES,
  EVENT_TYPES,
} from '@videocloud/webhooks/protocol';
import { fixture } from '@videocloud/webhooks/testing';
import type { Command } from 'commander';
import { deliveredName } from '../choices.js';
import { type Io, print, printJson, table } from '../io.js';
import { withJson } from './options.js';

/** What is known of an event name. */
export function describeEvent(event: DeliveredEventType) {
  return { event, meaning: EVENT_SUMMARIES[event], subscribable: EVENT_TYPES.some((known) => known === event) };
}

/** `types`: the 15 names. */
export function addTypesCommand(program: Command, io: Io): void {
  withJson(program.command('types [event]').description('the event names, what they mean, which can be subscribed to'))
    .option('--sample', 'with a sample payload')
    .addHelpText('after', '\nExample:\n  videocloud-webhooks types video.processed --sample')
    .action((event: string | undefined, options: { json?: boolean; sample?: boolean }) => {
      const names = event === undefined ? DELIVERED_EVENT_TYPES : [deliveredName(event)];
      const rows = names.map((name) => ({
        ...describeEvent(name),
        ...(options.sample ? { sample: fixture(name) } : {}),
      }));
      if (options.json) printJson(io, event === undefined ? rows : rows[0]);
      else if (options.sample) print(io, rows.map(({ sample }) => JSON.stringify(sample, null, 2)).join('\n'));
      else
        print(
          io,
          table(rows.map((row) => [row.event, row.subscribable ? 'subscribable' : 'delivered only', row.meaning])),
        );
    });
}
