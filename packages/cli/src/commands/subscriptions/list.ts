import type { Webhook } from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { type Io, print, printJson } from '../../io.js';
import { type ApiOptions, callApi, withApi } from './api.js';
import { webhookTable } from './tables.js';

export function addList(group: Command, io: Io): void {
  withApi(group.command('list').description('list all webhooks')).action((options: ApiOptions) =>
    callApi(io, options, async (webhooks) => {
      const items: Webhook[] = [];
      for await (const webhook of webhooks.listAll({ signal: io.signal })) items.push(webhook);
      if (options.json) printJson(io, items);
      else print(io, items.length === 0 ? 'no webhooks' : webhookTable(items));
    }),
  );
}
