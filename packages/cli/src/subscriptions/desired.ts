import { EVENT_TYPES, type EventType } from '@videocloud/webhooks';
import type { DesiredWebhook } from '@videocloud/webhooks-client';
import { usage } from '../failure.js';
import { readBytes } from '../input/read.js';
import { decodeUtf8 } from '../input/utf8.js';
import type { Io } from '../io.js';

/** Names one may subscribe to; anything else ends the command. */
export function subscribable(names: readonly string[]): EventType[] {
  const found = names
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return found.map((name) => {
    const known = EVENT_TYPES.find((type) => type === name);
    if (known === undefined)
      throw usage(`${JSON.stringify(name)} cannot be subscribed to: see \`videocloud-webhooks types\``);
    return known;
  });
}

/** The webhooks a YAML or JSON file asks for: a list, or `webhooks:` with one. Secrets are not in it. */
export async function readDesired(io: Io, file: string, secret: string | undefined): Promise<DesiredWebhook[]> {
  const text = decodeUtf8(await readBytes(io, file));
  let value: unknown;
  try {
    const { parse } = await import('yaml');
    value = parse(text ?? '', { maxAliasCount: 20 });
  } catch {
    throw usage(`${file} is neither YAML nor JSON`);
  }
  const list: unknown = typeof value === 'object' && value !== null && 'webhooks' in value ? value.webhooks : value;
  if (!Array.isArray(list) || list.length === 0)
    throw usage(`${file} must hold a list of webhooks, each with url and events`);
  return list.map((item: unknown, at) => desired(item, `${file}, webhook ${at + 1}`, secret));
}

function desired(item: unknown, where: string, secret: string | undefined): DesiredWebhook {
  if (typeof item !== 'object' || item === null) throw usage(`${where}: must have url and events`);
  const { url, events, ...others } = item as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other === 'secret') throw usage(`${where}: keep secrets out of the file, and use --secret-file`);
  if (other !== undefined) throw usage(`${where}: unknown member ${JSON.stringify(other.slice(0, 40))}`);
  if (typeof url !== 'string' || !URL.canParse(url)) throw usage(`${where}: url must be a URL`);
  if (!Array.isArray(events) || events.length === 0 || !events.every((name) => typeof name === 'string')) {
    throw usage(`${where}: events must be a list of names`);
  }
  return { url, events: subscribable(events), secret };
}
