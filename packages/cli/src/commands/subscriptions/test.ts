import type { Command } from 'commander';
import { deliveredName } from '../../choices.js';
import { harmless, type Io, note, print, printJson } from '../../io.js';
import { type ApiOptions, callApi, withApi } from './api.js';

export function addTest(group: Command, io: Io): void {
  withApi(group.command('test <id> <event>').description('send a test delivery')).action(
    (id: string, event: string, options: ApiOptions) =>
      callApi(io, options, async (webhooks) => {
        const result = await webhooks.sendTest(id, { event: deliveredName(event) }, { signal: io.signal });
        if (options.json) printJson(io, result);
        else print(io, `${harmless(result.status ?? 'sent')} ${harmless(result.deliveryId)}`);
        // The API answers before it delivers: the history shows what became of it.
        if (result.status !== 'success' && result.status !== 'failed') {
          note(io, `note: \`subscriptions deliveries ${harmless(id)}\` shows whether it was delivered`);
        }
      }),
  );
}
