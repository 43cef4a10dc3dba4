/** One open inbox, as metrics read it. */
export interface OpenInbox {
  /** The name of its table, stream or file. */
  readonly name: string;
  /** How many messages are in each state, and how long the oldest waiting one has waited, in milliseconds. */
  observe(): Promise<{ readonly messages: Readonly<Record<string, number>>; readonly oldestMs: number }>;
}

// Registered, so that two copies of this package (ESM beside CommonJS) see the same inboxes.
const KEY = /* @__PURE__ */ Symbol.for('videocloud.webhooks.inboxes');

/**
 * The inboxes this process has open.
 *
 * An inbox adds itself when it opens and removes itself when it closes. `instrument()` reads them for its metrics.
 *
 * @example
 * ```ts
 * import { openInboxes } from '@videocloud/webhooks/channels';
 *
 * export async function oldestMs(): Promise<number> {
 *   const read = await Promise.all([...openInboxes()].map((inbox) => inbox.observe()));
 *   return Math.max(0, ...read.map((inbox) => inbox.oldestMs));
 * }
 * ```
 */
export function openInboxes(): Set<OpenInbox> {
  const shared = globalThis as { [KEY]?: Set<OpenInbox> };
  shared[KEY] ??= new Set();
  return shared[KEY];
}
