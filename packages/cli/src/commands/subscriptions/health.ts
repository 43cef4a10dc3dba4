import { type StdioOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookHealth } from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { EXIT, reasonOf, usage } from '../../failure.js';
import { integer } from '../../input/read.js';
import { harmless, type Io, note, painter, print, printJson, printJsonLine, table } from '../../io.js';
import { type ApiOptions, callApi, failureOf, withApi } from './api.js';
import { deliveryTable } from './tables.js';

interface HealthOptions extends ApiOptions {
  readonly maxFailureRate?: string;
  readonly watch?: boolean;
  readonly interval: string;
  readonly onFailed?: string;
}

/** `subscriptions health`: for a cron line, or watching. */
export function addHealth(group: Command, io: Io, exit: (code: number) => void): void {
  withApi(
    group.command('health [id]').description('show which webhooks are off, and what failed; exits 1 for one that is'),
  )
    .option('--max-failure-rate <percent>', 'also exit 1 when more of the last 100 deliveries failed')
    .option('--watch', 'look again and again until Ctrl-C (with --json: NDJSON)')
    .option('--interval <seconds>', 'how often to look with --watch', '60')
    .option(
      '--on-failed <command>',
      'with --watch: run this when a webhook fails; $WEBHOOK_ID, $WEBHOOK_URL and $WEBHOOK_STATUS describe it',
    )
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks subscriptions health --watch --on-failed \'notify "$WEBHOOK_URL is off"\'',
    )
    .action((id: string | undefined, options: HealthOptions) =>
      callApi(io, options, async (webhooks) => {
        const limit =
          options.maxFailureRate === undefined ? 100 : integer('--max-failure-rate', options.maxFailureRate, 0, 100);
        const interval = integer('--interval', options.interval, 1, 86_400) * 1_000;
        if (options.onFailed !== undefined && options.watch !== true) throw usage('--on-failed needs --watch');
        const isBad = (health: WebhookHealth) => health.status !== 'active' || health.failureRate * 100 > limit;
        const look = async (known: ReadonlySet<string>): Promise<ReadonlySet<string>> => {
          const all = await webhooks.health(id, { signal: io.signal });
          show(io, all, isBad, options);
          const bad = all.filter(isBad);
          exit(bad.length > 0 ? EXIT.failed : EXIT.done);
          const alerted = new Set<string>();
          for (const health of bad)
            if (known.has(health.id) || (await alert(io, health, options))) alerted.add(health.id);
          return alerted;
        };
        let alerted = await look(new Set());
        while (options.watch) {
          await sleep(interval, undefined, { signal: io.signal });
          alerted = await look(alerted).catch((error: unknown) => {
            if (io.signal.aborted) throw error;
            note(io, `note: ${harmless(failureOf(error).message)}`);
            return alerted;
          });
        }
      }),
    );
}

function show(
  io: Io,
  all: readonly WebhookHealth[],
  isBad: (health: WebhookHealth) => boolean,
  options: HealthOptions,
): void {
  if (options.json) {
    if (options.watch) printJsonLine(io, all);
    else printJson(io, all);
    return;
  }
  if (all.length === 0) {
    print(io, 'no webhooks');
    return;
  }
  const paint = painter(io);
  const rows = all.map(({ id, status, url, failed, pending, failureRate, lastDelivery }) => [
    id,
    status,
    `${Math.round(failureRate * 100)} %`,
    String(failed.length),
    String(pending),
    typeof lastDelivery !== 'object' || lastDelivery === null
      ? '-'
      : `${lastDelivery.timestamp} ${lastDelivery.success ? 'success' : 'failed'}`,
    url,
  ]);
  print(io, table([['ID', 'STATUS', 'FAILED', 'SINCE SUCCESS', 'PENDING', 'LAST DELIVERY', 'URL'], ...rows]));
  for (const health of all.filter(isBad)) {
    print(io, '');
    const title = health.status === 'active' ? 'fails too often' : 'is off: `subscriptions reactivate` switches it on';
    print(io, paint(`${table([[health.id]])} ${title}`, 'bad'));
    if (health.failed.length > 0) print(io, deliveryTable(health.failed.slice(0, 20)));
  }
}

/**
 * Runs the command of `--on-failed` and waits for it, so that two never run at once. False where it failed: the next look
 * runs it again, since nobody heard it.
 */
async function alert(io: Io, { id, url, status }: WebhookHealth, { onFailed, json }: HealthOptions): Promise<boolean> {
  if (onFailed === undefined) return true;
  // Handed over in variables: a URL in the command itself could be a command, too.
  const env = { ...io.env, WEBHOOK_ID: harmless(id), WEBHOOK_URL: harmless(url), WEBHOOK_STATUS: harmless(status) };
  // Of our own output with --json, every line is a document: what the command says goes to standard error.
  const stdio: StdioOptions = ['ignore', json === true ? 2 : 'inherit', 'inherit'];
  const child = spawn(onFailed, { shell: true, env, stdio, signal: io.signal });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      note(io, `note: --on-failed could not run: ${reasonOf(error)}`);
      resolve(false);
    });
    child.once('close', (code) => {
      if (code !== 0) note(io, `note: --on-failed ended with ${code}`);
      resolve(code === 0);
    });
  });
}
