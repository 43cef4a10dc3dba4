import { VideoCloudApiError } from '../errors/api-error.js';
import { changesOf, checkedWishes, type EnsurePlan, keyOf, type Match, matched, type Prune } from './plan.js';
import type { CallOptions, DesiredWebhook, Webhook } from './types.js';
import type { Webhooks } from './webhooks.js';

export interface EnsureOptions extends CallOptions {
  /** Only says what would be done. */
  dryRun?: boolean | undefined;
  /**
   * Deletes webhooks that are not desired, spare ones of a desired URL included: all of them, or those the function
   * answers `true` for. Nothing by default.
   */
  prune?: Prune | undefined;
  /** Sends the secrets of the list to webhooks that exist, too: every run then is a change. */
  updateSecret?: boolean | undefined;
}

export type { EnsurePlan, Prune, WebhookChanges } from './plan.js';

/** Creates and changes first, deletes last: no event goes undelivered in between. */
export async function ensure(
  webhooks: Webhooks,
  desired: DesiredWebhook | readonly DesiredWebhook[],
  { dryRun = false, prune = false, updateSecret = false, signal }: EnsureOptions,
): Promise<EnsurePlan> {
  const wishes = checkedWishes(desired, updateSecret);
  const existing = await everything(webhooks, signal);
  const matches = matched(wishes, existing);
  const plan: EnsurePlan = { dryRun, create: [], update: [], delete: [], unchanged: [] };

  const missing = matches.filter(({ webhook }) => webhook === undefined).map(({ wish }) => withSecret(wish));
  const kept = new Set(matches.map(({ webhook }) => webhook?.id));
  const doomed = existing.filter((w) => !kept.has(w.id) && (typeof prune === 'function' ? prune(w) : prune));

  const created: { wish: DesiredWebhook & { secret: string }; webhook: Webhook }[] = [];
  for (const wish of missing) {
    const { url, events, secret } = wish;
    if (dryRun) plan.create.push({ url, events });
    else created.push({ wish, webhook: await webhooks.create({ url, events, secret }, { signal }) });
  }
  for (const match of matches) await bring(webhooks, match, updateSecret, plan, signal);
  if (created.length > 0) await settle(webhooks, created, plan, signal);

  for (const { id, url } of doomed) {
    if (!dryRun) await remove(webhooks, id, signal);
    plan.delete.push({ id, url });
  }
  return plan;
}

async function bring(
  webhooks: Webhooks,
  { wish, webhook }: Match,
  updateSecret: boolean,
  plan: EnsurePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (webhook === undefined) return;
  const { id, url } = webhook;
  const changes = changesOf(wish, webhook, updateSecret);
  if (changes === undefined) {
    plan.unchanged.push({ id, url });
    return;
  }
  if (!plan.dryRun) {
    const update = {
      events: changes.events?.to,
      status: changes.status?.to,
      secret: changes.secret ? wish.secret : undefined,
    };
    await webhooks.update(id, update, { signal });
  }
  plan.update.push({ id, url, changes });
}

/**
 * Another run may have created the same webhook while this one did. Each looks again after it created; the oldest stays, and
 * only the run that created a younger one deletes that.
 */
async function settle(
  webhooks: Webhooks,
  created: readonly { wish: DesiredWebhook; webhook: Webhook }[],
  plan: EnsurePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const existing = await everything(webhooks, signal);
  for (const { wish, webhook: own } of created) {
    const { id, url } = own;
    const rivals = existing.filter((webhook) => keyOf(webhook.url) === keyOf(url));
    const oldest = rivals.reduce(
      (a, b) => (Date.parse(b.createdAt) < Date.parse(a.createdAt) ? b : a),
      rivals[0] ?? own,
    );
    if (oldest.id === id || !rivals.some((webhook) => webhook.id === id)) {
      plan.create.push({ id, url, events: wish.events });
      continue;
    }
    await remove(webhooks, id, signal);
    await bring(webhooks, { wish, webhook: oldest }, false, plan, signal);
  }
}

async function remove(webhooks: Webhooks, id: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await webhooks.delete(id, { signal });
  } catch (error) {
    // Another run was faster.
    if (!(error instanceof VideoCloudApiError && error.code === 'not_found')) throw error;
  }
}

function withSecret(wish: DesiredWebhook): DesiredWebhook & { secret: string } {
  const { secret } = wish;
  if (secret === undefined) {
    throw new TypeError(`ensure: there is no webhook for ${wish.url} yet, so its secret is needed to create it`);
  }
  return { ...wish, secret };
}

async function everything(webhooks: Webhooks, signal: AbortSignal | undefined): Promise<Webhook[]> {
  const all: Webhook[] = [];
  for await (const webhook of webhooks.listAll({ signal })) all.push(webhook);
  return all;
}
