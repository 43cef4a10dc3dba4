import type { Command } from 'commander';
import { usage } from '../../failure.js';
import { httpUrl } from '../../input/read.js';
import { readSecrets, type SecretOptions } from '../../input/secrets.js';
import type { Io } from '../../io.js';
import { collect, withSecret } from '../options.js';
import { type ApiOptions, callApi, withApi } from './api.js';
import { subscribable } from './file.js';
import { showWebhook } from './tables.js';

interface UpdateOptions extends ApiOptions, SecretOptions {
  readonly url?: string;
  readonly events?: string[];
  readonly activate?: boolean;
}

export function addUpdate(group: Command, io: Io): void {
  withSecret(withApi(group.command('update <id>').description('change URL, events, secret or status')))
    .option('--url <url>', 'the new endpoint')
    .option('--events <names>', 'the new event names, separated by commas', collect)
    .option('--activate', 'switch it on again after it failed; the same as `reactivate`')
    .action((id: string, options: UpdateOptions) =>
      callApi(io, options, async (webhooks) => {
        if (options.url !== undefined) httpUrl(options.url, '--url');
        // Not from the environment: whoever changes a URL did not ask for another secret.
        const newSecret = options.secretFile !== undefined || options.secret !== undefined;
        const changes = {
          ...(options.url === undefined ? {} : { url: options.url }),
          ...(options.events === undefined ? {} : { events: subscribable(options.events) }),
          ...(options.activate ? { status: 'active' as const } : {}),
          ...(newSecret ? { secret: (await readSecrets(io, options))[0] ?? '' } : {}),
        };
        if (Object.keys(changes).length === 0) {
          throw usage('nothing to change: give --url, --events, --activate or --secret-file');
        }
        showWebhook(io, await webhooks.update(id, changes, { signal: io.signal }), options.json);
      }),
    );
}
