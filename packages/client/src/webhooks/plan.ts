import type { EventType } from '../events.js';
import { assertNone, createIssues } from '../issues.js';
import type { DesiredWebhook, Webhook } from './types.js';

/** What `ensure` changes of a webhook. A secret is never shown, only that it was sent. */
export interface WebhookChanges {
  events?: { from: readonly EventType[]; to: readonly EventType[] };
  status?: { from: string; to: 'active' };
  secret?: true;
}

/** What `ensure` did, or with `dryRun` would do. */
export interface EnsurePlan {
  /** Whether nothing was sent but the reading of what is there. */
  dryRun: boolean;
  /** `id` is absent in a dry run. */
  create: { id?: string; url: string; events: readonly EventType[] }[];
  update: { id: string; url: string; changes: WebhookChanges }[];
  delete: { id: string; url: string }[];
  unchanged: { id: string; url: string }[];
}

export type Prune = boolean | ((webhook: Webhook) => boolean);

/** A desired webhook and the one that stands for it now. */
export interface Match {
  wish: DesiredWebhook;
  webhook: Webhook | undefined;
}

/** The desired list, checked. Throws a `TypeError` for what VideoCloud would refuse, and for a URL that is there twice. */
export function checkedWishes(
  desired: DesiredWebhook | readonly DesiredWebhook[],
  updateSecret: boolean,
): DesiredWebhook[] {
  const wishes: readonly DesiredWebhook[] = isList(desired) ? desired : [desired];
  const seen = new Set<string>();
  return wishes.map((wish, i) => {
    const what = isList(desired) ? `ensure: webhook ${i}` : 'ensure';
    const needless = wish?.secret === undefined && !updateSecret;
    assertNone(
      what,
      createIssues(wish).filter((issue) => !(needless && issue.path === 'secret')),
    );
    const url = keyOf(wish.url);
    if (seen.has(url)) throw new TypeError(`${what}: ${wish.url} is in the list twice; give it one list of events`);
    seen.add(url);
    return wish;
  });
}

/** Pairs each wish with a webhook of its URL: one with the same events, else an active one, else the first. */
export function matched(wishes: readonly DesiredWebhook[], existing: readonly Webhook[]): Match[] {
  return wishes.map((wish) => {
    const same = existing.filter((webhook) => keyOf(webhook.url) === keyOf(wish.url));
    const webhook =
      same.find((w) => sameEvents(w.events, wish.events)) ?? same.find((w) => w.status === 'active') ?? same[0];
    return { wish, webhook };
  });
}

/** What to change of a webhook; `undefined` when it is as desired. */
export function changesOf(wish: DesiredWebhook, webhook: Webhook, updateSecret: boolean): WebhookChanges | undefined {
  const changes: WebhookChanges = {
    ...(sameEvents(webhook.events, wish.events) ? {} : { events: { from: webhook.events, to: wish.events } }),
    ...(webhook.status === 'failed' ? { status: { from: webhook.status, to: 'active' as const } } : {}),
    ...(updateSecret ? { secret: true as const } : {}),
  };
  return Object.keys(changes).length === 0 ? undefined : changes;
}

/** URLs that differ only in spelling (case of the host, default port, missing `/`) are one. */
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
