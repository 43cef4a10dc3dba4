import type { EventType } from '@videocloud/webhooks/protocol';
import { assertNone, createIssues } from '../input-issues.js';
import type { DesiredWebhook, Webhook } from './types.js';

/** What `ensure` changes of a webhook. A secret is never shown, only that it was sent. */
export interface WebhookChanges {
  events?: { from: readonly EventType[]; to: readonly EventType[] };
  status?: { from: string; to: 'active' };
  secret?: true;
}

/** What `ensure` did, or with `dryRun` would do. */
export interface EnsurePlan {
  /** Whether the list was only read and nothing changed. */
  dryRun: boolean;
  /** `id` is absent in a dry run. */
  create: { id?: string; url: string; events: readonly EventType[] }[];
  update: { id: string; url: string; changes: WebhookChanges }[];
  delete: { id: string; url: string }[];
  unchanged: { id: string; url: string }[];
}

/** Whether to delete webhooks that are not desired, or which of them. */
export type Prune = boolean | ((webhook: Webhook) => boolean);

/** A desired webhook and the one that stands for it now. */
export interface Match {
  desired: DesiredWebhook;
  webhook: Webhook | undefined;
}

/** The desired list, checked. Throws a `TypeError` for what VideoCloud would reject, and for a URL that is there twice. */
export function checkedDesired(
  desired: DesiredWebhook | readonly DesiredWebhook[],
  updateSecret: boolean,
): DesiredWebhook[] {
  const list: readonly DesiredWebhook[] = isList(desired) ? desired : [desired];
  const seen = new Set<string>();
  return list.map((item, i) => {
    const what = isList(desired) ? `ensure: webhook ${i}` : 'ensure';
    const secretOptional = item?.secret === undefined && !updateSecret;
    assertNone(
      what,
      createIssues(item).filter((issue) => !(secretOptional && issue.path === 'secret')),
    );
    const url = keyOf(item.url);
    if (seen.has(url)) throw new TypeError(`${what}: ${item.url} is in the list twice; give it one list of events`);
    seen.add(url);
    return item;
  });
}

/** Pairs each desired webhook with a webhook of its URL: one with the same events, else an active one, else the first. */
export function matched(desired: readonly DesiredWebhook[], existing: readonly Webhook[]): Match[] {
  return desired.map((item) => {
    const same = existing.filter((webhook) => keyOf(webhook.url) === keyOf(item.url));
    const webhook =
      same.find((w) => sameEvents(w.events, item.events)) ?? same.find((w) => w.status === 'active') ?? same[0];
    return { desired: item, webhook };
  });
}

/** What to change of a webhook; `undefined` when it is as desired. */
export function changesOf(
  desired: DesiredWebhook,
  webhook: Webhook,
  updateSecret: boolean,
): WebhookChanges | undefined {
  const changes: WebhookChanges = {
    ...(sameEvents(webhook.events, desired.events) ? {} : { events: { from: webhook.events, to: desired.events } }),
    ...(webhook.status === 'failed' ? { status: { from: webhook.status, to: 'active' as const } } : {}),
    ...(updateSecret ? { secret: true as const } : {}),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** One key for URLs that differ only in spelling: case of the host, default port, missing `/`. */
export function keyOf(url: string): string {
  try {
    return new URL(url).href;
  } catch {
    return url;
  }
}

function sameEvents(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return set.size === new Set(b).size && b.every((event) => set.has(event));
}

function isList(desired: DesiredWebhook | readonly DesiredWebhook[]): desired is readonly DesiredWebhook[] {
  return Array.isArray(desired);
}
