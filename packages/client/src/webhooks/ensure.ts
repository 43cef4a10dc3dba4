import { VideoCloudApiError } from '../errors.js';
import { checkFlag, checkOptions } from './check-arguments.js';
import { requireUsableId } from './check-responses.js';
import { changesOf, checkedDesired, type EnsurePlan, keyOf, type Match, matched, type Prune } from './ensure-plan.js';
import type { CallOptions, DesiredWebhook, Webhook, WebhookCalls } from './types.js';

/** Options of `ensure`. */
export interface EnsureOptions extends CallOptions {
  /** Only gives the plan and changes nothing. */
  dryRun?: boolean | undefined;
  /**
   * Deletes webhooks that are not desired, spare ones of a desired URL included: all of them, or those for which the
   * function returns `true`. None by default.
   */
  prune?: Prune | undefined;
  /** Also sends the secrets of the list to webhooks that exist: every run is a change then. */
  updateSecret?: boolean | undefined;
}

export type { EnsurePlan, Prune, WebhookChanges } from './ensure-plan.js';

/** Creates and changes first, deletes last: no event is missed in between. */
export async function ensure(
  webhooks: WebhookCalls,
  desired: DesiredWebhook | readonly DesiredWebhook[],
  options: EnsureOptions,
): Promise<EnsurePlan> {
  checkOptions('ensure', options, ['dryRun', 'prune', 'updateSecret', 'signal']);
  const { dryRun = false, prune = false, updateSecret = false, signal } = options;
  checkFlag('ensure', 'dryRun', dryRun);
  checkFlag('ensure', 'updateSecret', updateSecret);
  if (typeof prune !== 'function') checkFlag('ensure', 'prune', prune);
  const list = checkedDesired(desired, updateSecret);
  const existing = await listAll(webhooks, signal);
  const matches = matched(list, existing);
  const plan: EnsurePlan = { dryRun, create: [], update: [], delete: [], unchanged: [] };

  const missing = matches.filter(({ webhook }) => webhook === undefined).map((match) => withSecret(match.desired));
  const kept = new Set(matches.map(({ webhook }) => webhook?.id));
  const toDelete = existing.filter((w) => !kept.has(w.id) && isPruned(w, prune));

  const created: Created[] = [];
  for (const item of missing) {
    const { url, events, secret } = item;
    if (dryRun) plan.create.push({ url, events });
    else created.push({ desired: item, webhook: await webhooks.create({ url, events, secret }, { signal }) });
  }
  for (const match of matches) await apply(webhooks, match, updateSecret, plan, signal);
  if (created.length > 0) await keepOldest(webhooks, created, plan, signal);

  for (const { id, url } of toDelete) {
    if (!dryRun) await remove(webhooks, id, signal);
    plan.delete.push({ id, url });
  }
  return plan;
}

/** A promise, which an async function gives, must not count as yes for every webhook. */
function isPruned(webhook: Webhook, prune: Prune): boolean {
  if (typeof prune !== 'function') return prune;
  const answer: unknown = prune(webhook);
  checkFlag('ensure', 'the result of prune', answer);
  return answer === true;
}

interface Created {
  readonly desired: DesiredWebhook;
  readonly webhook: Webhook;
}

/** Changes one existing webhook as far as it differs, and records that in the plan. */
async function apply(
  webhooks: WebhookCalls,
  { desired, webhook }: Match,
  updateSecret: boolean,
  plan: EnsurePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (webhook === undefined) return;
  const { id, url } = webhook;
  const changes = changesOf(desired, webhook, updateSecret);
  if (changes === undefined) {
    plan.unchanged.push({ id, url });
    return;
  }
  if (!plan.dryRun) {
    const update = {
      events: changes.events?.to,
      status: changes.status?.to,
      secret: changes.secret ? desired.secret : undefined,
    };
    await webhooks.update(id, update, { signal });
  }
  plan.update.push({ id, url, changes });
}

/**
 * Another run may have created the same webhook at the same time. Each run looks again after it created: the oldest webhook
 * stays, and only the run that created a younger one deletes that.
 */
async function keepOldest(
  webhooks: WebhookCalls,
  created: readonly Created[],
  plan: EnsurePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const existing = await listAll(webhooks, signal);
  for (const { desired, webhook: own } of created) {
    const { id, url } = own;
    const same = existing.filter((webhook) => keyOf(webhook.url) === keyOf(url));
    const oldest = same.reduce((a, b) => (Date.parse(b.createdAt) < Date.parse(a.createdAt) ? b : a), same[0] ?? own);
    if (oldest.id === id || !same.some((webhook) => webhook.id === id)) {
      plan.create.push({ id, url, events: desired.events });
      continue;
    }
    await remove(webhooks, id, signal);
    await apply(webhooks, { desired, webhook: oldest }, false, plan, signal);
  }
}

async function remove(webhooks: WebhookCalls, id: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await webhooks.delete(id, { signal });
  } catch (error) {
    // Another run deleted it first.
    if (!(error instanceof VideoCloudApiError && error.code === 'not_found')) throw error;
  }
}

function withSecret(desired: DesiredWebhook): DesiredWebhook & { secret: string } {
  const { url, events, secret } = desired;
  if (secret === undefined) {
    throw new TypeError(`ensure: there is no webhook for ${url} yet, so its secret is needed to create it`);
  }
  return { url, events, secret };
}

async function listAll(webhooks: WebhookCalls, signal: AbortSignal | undefined): Promise<Webhook[]> {
  const all: Webhook[] = [];
  for await (const webhook of webhooks.listAll({ signal })) {
    requireUsableId('ensure', webhook);
    all.push(webhook);
  }
  return all;
}
