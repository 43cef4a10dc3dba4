import { writeFile } from 'node:fs/promises';
import { generateSecret } from '@videocloud/webhooks';
import type { Delivery, Webhook, Webhooks } from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { deliveredName } from '../catalog.js';
import { reasonOf, usage } from '../failure.js';
import { httpUrl, integer } from '../input/read.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { harmless, type Io, note, print, printJson, table } from '../io.js';
import { type ApiOptions, failureOf, webhooksOf, withApi } from '../subscriptions/client.js';
import { readDesired, subscribable } from '../subscriptions/desired.js';
import { addEnsure } from './ensure.js';
import { collect, withSecret } from './options.js';

const MAX_LISTED = 10_000;

/** `subscriptions …`: the management API on the typed client. */
export function addSubscriptionsCommand(program: Command, io: Io): void {
  const group = program.command('subscriptions').description('manage the webhooks of an account');
  const call = callerOf(io);

  withApi(group.command('list').description('all webhooks')).action((options: ApiOptions) =>
    call(options, async (webhooks) => {
      const items: Webhook[] = [];
      for await (const webhook of webhooks.listAll({ signal: io.signal })) {
        if (items.push(webhook) >= MAX_LISTED) break;
      }
      if (options.json) printJson(io, items);
      else print(io, items.length === 0 ? 'no webhooks' : webhookTable(items));
    }),
  );

  withSecret(withApi(group.command('create <url>').description('register an endpoint')))
    .requiredOption('--events <names>', 'event names, separated by commas', collect)
    .action((url: string, options: ApiOptions & SecretOptions & { events: string[] }) =>
      call(options, async (webhooks) => {
        const events = subscribable(options.events);
        httpUrl(url);
        const secret = (await readSecrets(io, options))[0] ?? '';
        show(await webhooks.create({ url, events, secret }, { signal: io.signal }), options);
      }),
    );

  withSecret(withApi(group.command('update <id>').description('change URL, events, secret or status')))
    .option('--url <url>', 'the new endpoint')
    .option('--events <names>', 'the new event names, separated by commas', collect)
    .option('--activate', 'switch it on again after it failed')
    .action(
      (id: string, options: ApiOptions & SecretOptions & { url?: string; events?: string[]; activate?: boolean }) =>
        call(options, async (webhooks) => {
          if (options.url !== undefined) httpUrl(options.url, '--url');
          const changes = {
            ...(options.url === undefined ? {} : { url: options.url }),
            ...(options.events === undefined ? {} : { events: subscribable(options.events) }),
            ...(options.activate ? { status: 'active' as const } : {}),
            ...(options.secretFile === undefined ? {} : { secret: (await readSecrets(io, options))[0] ?? '' }),
          };
          if (Object.keys(changes).length === 0)
            throw usage('nothing to change: give --url, --events, --activate or --secret-file');
          show(await webhooks.update(id, changes, { signal: io.signal }), options);
        }),
    );

  withApi(group.command('delete <id>').description('delete a webhook')).action((id: string, options: ApiOptions) =>
    call(options, async (webhooks) => {
      const deleted = await webhooks.delete(id, { signal: io.signal });
      if (options.json) printJson(io, deleted);
      else print(io, `deleted ${harmless(deleted.id)}`);
    }),
  );

  withApi(group.command('deliveries <id>').description('the latest deliveries of a webhook'))
    .option('--limit <n>', 'how many', '20')
    .action((id: string, options: ApiOptions & { limit: string }) =>
      call(options, async (webhooks) => {
        const limit = integer('--limit', options.limit, 1, 100);
        const { items } = await webhooks.listDeliveries(id, { limit, signal: io.signal });
        if (options.json) printJson(io, items);
        else print(io, items.length === 0 ? 'no deliveries' : deliveryTable(items));
      }),
    );

  withApi(group.command('test <id> <event>').description('have a test delivery sent')).action(
    (id: string, event: string, options: ApiOptions) =>
      call(options, async (webhooks) => {
        const result = await webhooks.sendTest(id, { event: deliveredName(event) }, { signal: io.signal });
        if (options.json) printJson(io, result);
        else print(io, `${harmless(result.status)} ${harmless(result.deliveryId)}`);
      }),
  );

  addEnsure(group, io, call, readDesired);

  withApi(group.command('rotate <id>').description('change the secret without losing a delivery'))
    .requiredOption(
      '--new-secret-file <file>',
      'where the new secret is written (must not exist) before it is put in force',
    )
    .option('--confirm', 'the receivers accept the new secret beside the old one: put it in force')
    .action((id: string, options: ApiOptions & { newSecretFile: string; confirm?: boolean }) =>
      call(options, (webhooks) => rotate(io, webhooks, id, options)),
    );

  function show(webhook: Webhook, options: ApiOptions): void {
    if (options.json) printJson(io, webhook);
    else print(io, webhookTable([webhook]));
  }
}

export type Call = (options: ApiOptions, work: (webhooks: Webhooks) => Promise<void>) => Promise<void>;

function callerOf(io: Io): Call {
  return async (options, work) => {
    try {
      await work(await webhooksOf(io, options));
    } catch (error) {
      throw error instanceof Error && error.name === 'Failure' ? error : failureOf(error);
    }
  };
}

const PROCEDURE = `1. run this without --confirm: the new secret is written to the file, nothing else happens
2. give the receivers both secrets, the new one first, and deploy them
3. run it again with --confirm: VideoCloud signs with the new secret from then on
4. after 111 minutes (the last retry signed before) take the old secret out of the receivers`;

async function rotate(
  io: Io,
  webhooks: Webhooks,
  id: string,
  options: ApiOptions & { newSecretFile: string; confirm?: boolean },
): Promise<void> {
  if (options.confirm !== true) {
    try {
      await writeFile(options.newSecretFile, generateSecret(), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      throw usage(`cannot write ${options.newSecretFile}: ${reasonOf(error)}`);
    }
    if (options.json) printJson(io, { id, written: options.newSecretFile, inForce: false });
    else print(io, `the new secret is in ${options.newSecretFile}; VideoCloud does not use it yet\n${PROCEDURE}`);
    return;
  }
  const newSecret = (await readSecrets({ ...io, env: {} }, { secretFile: [options.newSecretFile] }))[0];
  const { webhook, dropOldAfter } = await webhooks.rotateSecret(id, { newSecret, signal: io.signal });
  if (options.json) printJson(io, { id: webhook.id, inForce: true, dropOldAfter: dropOldAfter.toISOString() });
  else print(io, `rotated ${harmless(webhook.id)}; take the old secret out after ${dropOldAfter.toISOString()}`);
  note(io, 'note: keep the file with the new secret, it cannot be read back from VideoCloud');
}

function webhookTable(items: readonly Webhook[]): string {
  const rows = items.map(({ id, status, url, events }) =>
    [id, status, url, events.join(',')].map((cell) => harmless(cell, 300)),
  );
  return table([['ID', 'STATUS', 'URL', 'EVENTS'], ...rows]);
}

function deliveryTable(items: readonly Delivery[]): string {
  const rows = items.map((delivery) => [
    delivery.id,
    delivery.event,
    delivery.status,
    String(delivery.responseCode ?? '-'),
    String(delivery.retries),
    delivery.timestamp,
    delivery.error ?? '',
  ]);
  return table([
    ['ID', 'EVENT', 'STATUS', 'CODE', 'RETRIES', 'TIME', 'ERROR'],
    ...rows.map((row) => row.map((cell) => harmless(cell, 200))),
  ]);
}
