import type { Command } from 'commander';
import type { Io } from '../../io.js';
import { type ApiOptions, callApi, withApi } from './api.js';
import { showWebhook } from './tables.js';

export function addReactivate(group: Command, io: Io): void {
  withApi(group.command('reactivate <id>').description('switch a failed webhook on again')).action(
    (id: string, options: ApiOptions) =>
      callApi(io, options, async (webhooks) =>
        showWebhook(io, await webhooks.reactivate(id, { signal: io.signal }), options.json),
      ),
  );
}
