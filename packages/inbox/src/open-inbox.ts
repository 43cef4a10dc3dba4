import { basename } from 'node:path';
import { withoutPassword } from './errors.js';
import { EngineInbox } from './inbox.js';
import { type Location, locationOf } from './inbox-url.js';
import { type InboxOptions, settingsOf } from './options.js';
import { openPostgres } from './postgres/engine.js';
import { openRedis } from './redis/engine.js';
import { openSqlite } from './sqlite/engine.js';
import type { InboxIdentity } from './traces.js';
import type { Inbox } from './types.js';

/**
 * Opens a durable inbox. What `accept` resolved for is on disk, once, and is handled even if every process dies.
 *
 * @param url `file:…` or `:memory:` (SQLite), `postgres://…` (pg-boss 12), `redis://…` (BullMQ 5 or 6)
 * @param options all durations are milliseconds
 * @throws TypeError (as a rejection) for an unknown scheme or a wrong option
 * @throws InboxError (as a rejection) `engine_missing` or `engine_unsupported` with the install line, or `open_failed`
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { openInbox } from '@videocloud/webhooks-inbox';
 *
 * const inbox = await openInbox('file:inbox.db');
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, inbox });
 * inbox.process(receiver);
 * ```
 * @see the guide, "Обработка ошибок и повторные попытки"
 */
export async function openInbox(url: string, options: InboxOptions = {}): Promise<Inbox> {
  const location = locationOf(url);
  const settings = settingsOf(options);
  const engine =
    location.engine === 'sqlite'
      ? await openSqlite(location.path, settings)
      : location.engine === 'postgres'
        ? await openPostgres(location.url, settings)
        : await openRedis(location.url, settings);
  return new EngineInbox(engine, settings, identityOf(location, settings.name, options.name));
}

/** A SQLite inbox is named after its file unless the caller named it. */
function identityOf(location: Location, name: string, given: string | undefined): InboxIdentity {
  if (location.engine === 'sqlite') {
    return { name: given ?? basename(location.path), engine: 'sqlite', safe: (error) => error };
  }
  const { engine, url } = location;
  return { name, engine, safe: (error) => withoutPassword(error, url) };
}
