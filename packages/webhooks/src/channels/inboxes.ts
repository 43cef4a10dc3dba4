/** One open inbox, as metrics read it. */
export interface OpenInbox {
  readonly name: string;
  /** How many messages are in each state, and how long the oldest waiting one has waited, in milliseconds. */
  observe(): Promise<{ readonly messages: Readonly<Record<string, number>>; readonly oldestMs: number }>;
}

// Registered, so that two copies of this package (ESM beside CommonJS) see the same inboxes.
const KEY = /* @__PURE__ */ Symbol.for('videocloud.webhooks.inboxes');

/** The inboxes this process has open. An inbox adds itself when it opens and removes itself when it closes. */
export function openInboxes(): Set<OpenInbox> {
  const shared = globalThis as { [KEY]?: Set<OpenInbox> };
  shared[KEY] ??= new Set();
  return shared[KEY];
}
