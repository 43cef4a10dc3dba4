import type { Command } from 'commander';
import { integer } from '../../input/read.js';
import { type Io, print, printJson } from '../../io.js';
import { type ApiOptions, callApi, withApi } from './api.js';
import { deliveryTable } from './tables.js';

export function addDeliveries(group: Command, io: Io): void {
  withApi(group.command('deliveries <id>').description('list the latest deliveries to a webhook'))
    .option('--limit <n>', 'how many, 1 to 100', '20')
    .action((id: string, options: ApiOptions & { limit: string }) =>
      callApi(io, options, async (webhooks) => {
        const limit = integer('--limit', options.limit, 1, 100);
        const { items } = await webhooks.listDeliveries(id, { limit, signal: io.signal });
        if (options.json) printJson(io, items);
        else print(io, items.length === 0 ? 'no deliveries' : deliveryTable(items));
      }),
    );
}
