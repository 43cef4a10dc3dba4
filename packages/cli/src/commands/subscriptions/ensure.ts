import type { EnsurePlan } from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { EXIT, usage } from '../../failure.js';
import { readSecrets, type SecretOptions } from '../../input/secrets.js';
import { harmless, type Io, note, print, printJson } from '../../io.js';
import { withSecret } from '../options.js';
import { type ApiOptions, callApi, withApi } from './api.js';
import { readDesired } from './file.js';

interface EnsureOptions extends ApiOptions, SecretOptions {
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly prune?: boolean;
  readonly updateSecret?: boolean;
}

const HELP = `
The file:
  webhooks:
    - url: https://example.com/webhooks
      events: [video.uploaded, video.processed]
      secret: $OTHER_SECRET        # optional: the name of an environment variable

Secrets without such a name come from --secret-file or VIDEOCLOUD_WEBHOOK_SECRET.`;

/** `subscriptions ensure`: makes the account match a file. */
export function addEnsure(group: Command, io: Io, exit: (code: number) => void): void {
  withSecret(withApi(group.command('ensure <file>').description('make the account match a YAML or JSON file')))
    .option('--dry-run', 'only show what would change')
    .option('--check', 'as --dry-run, and exit with 1 when something would change')
    .option('--prune', 'delete webhooks that are not in the file')
    .option('--update-secret', 'also set the secret of webhooks that exist')
    .addHelpText('after', HELP)
    .action((file: string, options: EnsureOptions) =>
      callApi(io, options, async (webhooks) => {
        const { check, prune, updateSecret } = options;
        const dryRun = options.dryRun === true || check === true;
        const desired = await readDesired(io, file, await sharedSecret(io, options));
        if (desired.length === 0) {
          throw usage(
            prune
              ? `${file} has no webhooks, and --prune would delete every webhook of the account: delete them one by one with \`subscriptions delete\``
              : `${file} has no webhooks: there is nothing to ensure`,
          );
        }
        const plan = await webhooks.ensure(desired, { dryRun, prune, updateSecret, signal: io.signal });
        if (options.json) printJson(io, plan);
        else print(io, describe(plan));
        if (updateSecret !== true && plan.update.length + plan.unchanged.length > 0)
          note(io, 'note: secrets cannot be read back and are not compared; --update-secret sets them');
        const drift = plan.create.length + plan.update.length + plan.delete.length > 0;
        exit(check && drift ? EXIT.failed : EXIT.done);
      }),
    );
}

async function sharedSecret(io: Io, options: EnsureOptions): Promise<string | undefined> {
  const given =
    options.secretFile !== undefined || options.secret !== undefined || (io.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '') !== '';
  return given ? (await readSecrets(io, options))[0] : undefined;
}

function describe(plan: EnsurePlan): string {
  const will = plan.dryRun ? 'would ' : '';
  return [
    ...plan.create.map(({ url, events }) => `+ ${will}create ${harmless(url)} (${events.join(', ')})`),
    ...plan.update.flatMap(({ id, url, changes }) => [
      `~ ${will}update ${harmless(id)} ${harmless(url)}`,
      ...changesOf(changes).map((line) => `    ${harmless(line)}`),
    ]),
    ...plan.delete.map(({ id, url }) => `- ${will}delete ${harmless(id)} ${harmless(url)}`),
    ...plan.unchanged.map(({ id, url }) => `= unchanged ${harmless(id)} ${harmless(url)}`),
  ].join('\n');
}

/** What changes, from and to. */
function changesOf({ events, status, secret }: EnsurePlan['update'][number]['changes']): string[] {
  return [
    ...(events?.from.filter((name) => !events.to.includes(name)).map((name) => `- events: ${name}`) ?? []),
    ...(events?.to.filter((name) => !events.from.includes(name)).map((name) => `+ events: ${name}`) ?? []),
    ...(status === undefined ? [] : [`status: ${status.from} → ${status.to}`]),
    ...(secret ? ['secret: set'] : []),
  ];
}
