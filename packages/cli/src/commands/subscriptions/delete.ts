import type { Command } from 'commander';
import { harmless, type Io, print, printJson } from '../../io.js';
import { type ApiOptions, callApi, withApi } from './api.js';

export function addDelete(group: Command, io: Io): void {
  withApi(group.command('delete <id>').description('delete a webhook')).action((id: string, options: ApiOptions) =>
    callApi(io, options, async (webhooks) => {
      const deleted = await webhooks.delete(id, { signal: io.signal });
      if (options.json) printJson(io, deleted);
      else print(io, `deleted ${harmless(deleted.id)}`);
    }),
  );
}
