import type { DesiredWebhook, EnsurePlan } from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { harmless, type Io, print, printJson } from '../io.js';
import { type ApiOptions, withApi } from '../subscriptions/client.js';
import { withSecret } from './options.js';
import type { Call } from './subscriptions.js';

interface EnsureCommandOptions extends ApiOptions, SecretOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly updateSecret?: boolean;
}

/** `subscriptions ensure`: a file says what there should be. */
export function addEnsure(
  group: Command,
  io: Io,
  call: Call,
  readDesired: (io: Io, file: string, secret: string | undefined) => Promise<DesiredWebhook[]>,
): void {
  withSecret(withApi(group.command('ensure <file>').description('make the account match a YAML or JSON file')))
    .option('--dry-run', 'only say what would change')
    .option('--prune', 'delete webhooks that are not in the file')
    .option('--update-secret', 'also set the secret of webhooks that exist')
    .addHelpText(
      'after',
      '\nThe file:\n  webhooks:\n    - url: https://example.com/webhooks\n      events: [video.uploaded, video.processed]',
    )
    .action((file: string, options: EnsureCommandOptions) =>
      call(options, async (webhooks) => {
        const given = options.secretFile !== undefined || io.env.VIDEOCLOUD_WEBHOOK_SECRET !== undefined;
        const secret = given ? (await readSecrets(io, options))[0] : undefined;
        const desired = await readDesired(io, file, secret);
        const { dryRun, prune, updateSecret } = options;
        const plan = await webhooks.ensure(desired, { dryRun, prune, updateSecret, signal: io.signal });
        if (options.json) printJson(io, plan);
        else print(io, describe(plan));
      }),
    );
}

function describe(plan: EnsurePlan): string {
  const will = plan.dryRun ? 'would ' : '';
  const lines = [
    ...plan.create.map(({ url, events }) => `+ ${will}create ${url} (${events.join(', ')})`),
    ...plan.update.map(({ id, url, changes }) => `~ ${will}update ${id} ${url}: ${Object.keys(changes).join(', ')}`),
    ...plan.delete.map(({ id, url }) => `- ${will}delete ${id} ${url}`),
    ...plan.unchanged.map(({ id, url }) => `= unchanged ${id} ${url}`),
  ];
  return lines.map((line) => harmless(line, 600)).join('\n');
}
