// A deployment step that makes the webhooks of the account match subscriptions.ts.
//
//   npm run apply      (`npm run plan` only shows what would change)
//
// Environment: VIDEOCLOUD_API_URL, VIDEOCLOUD_API_TOKEN, VIDEOCLOUD_WEBHOOK_SECRET, PUBLIC_URL.
// Exit code 0: all is as desired. 1: VideoCloud or the network failed. 2: a setting is missing or wrong.
import { parseArgs } from 'node:util';
import { type EnsurePlan, VideoCloud, VideoCloudError } from '@videocloud/webhooks-client';
import { subscriptions } from './subscriptions.js';

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new TypeError(`set ${name}`);
  return value;
}

function report(plan: EnsurePlan): string[] {
  return [
    ...plan.create.map(({ id, url, events }) => `+ ${id ?? '(new)'} ${url} ${events.join(' ')}`),
    ...plan.update.map(({ id, url, changes }) => `~ ${id} ${url} ${Object.keys(changes).join(' ')}`),
    ...plan.delete.map(({ id, url }) => `- ${id} ${url}`),
    ...plan.unchanged.map(({ id, url }) => `= ${id} ${url}`),
  ];
}

try {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, prune: { type: 'boolean' } } });
  const publicUrl = setting('PUBLIC_URL');
  const videocloud = new VideoCloud({ baseUrl: setting('VIDEOCLOUD_API_URL'), token: setting('VIDEOCLOUD_API_TOKEN') });
  const plan = await videocloud.webhooks.ensure(
    subscriptions(publicUrl, process.env.VIDEOCLOUD_WEBHOOK_SECRET || undefined),
    {
      dryRun: values['dry-run'],
      // Only webhooks of this service: others may share the account.
      prune: values.prune ? (webhook) => new URL(webhook.url).origin === new URL(publicUrl).origin : false,
    },
  );
  for (const line of report(plan)) console.log(line);
  if (plan.dryRun) console.log('dry run: nothing was changed');
} catch (error) {
  if (error instanceof VideoCloudError) {
    console.error(String(error));
    process.exitCode = 1;
  } else if (error instanceof TypeError) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
