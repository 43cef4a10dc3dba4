import type { Command } from 'commander';
import { httpUrl } from '../../input/read.js';
import { readSecrets, type SecretOptions } from '../../input/secrets.js';
import type { Io } from '../../io.js';
import { collect, withSecret } from '../options.js';
import { type ApiOptions, callApi, withApi } from './api.js';
import { subscribable } from './file.js';
import { showWebhook } from './tables.js';

export function addCreate(group: Command, io: Io): void {
  withSecret(withApi(group.command('create <url>').description('register an endpoint')))
    .requiredOption('--events <names>', 'event names, separated by commas', collect)
    .action((url: string, options: ApiOptions & SecretOptions & { events: string[] }) =>
      callApi(io, options, async (webhooks) => {
        const events = subscribable(options.events);
        httpUrl(url);
        const secret = (await readSecrets(io, options))[0] ?? '';
        showWebhook(io, await webhooks.create({ url, events, secret }, { signal: io.signal }), options.json);
      }),
    );
}
