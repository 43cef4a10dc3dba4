import { decodeUtf8 } from '@videocloud/local-web/captures';
import { EVENT_TYPES, type EventType, subscribedName } from '@videocloud/webhooks/protocol';
import type { DesiredWebhook } from '@videocloud/webhooks-client';
import { nearestHint, quoted } from '../../choices.js';
import { reasonOf, usage } from '../../failure.js';
import { readBytes } from '../../input/read.js';
import type { Io } from '../../io.js';

/** Names that can be subscribed to, from texts with commas; anything else ends the command. */
export function subscribable(texts: readonly string[]): EventType[] {
  const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim());
  return names
    .filter((name) => name !== '')
    .map((name) => {
      const known = EVENT_TYPES.find((type) => type === name);
      if (known !== undefined) return known;
      const alias = subscribedName(name);
      const hint = alias === undefined ? nearestHint(name, EVENT_TYPES) : `, it is delivered for ${alias}`;
      throw usage(`${quoted(name)} cannot be subscribed to${hint}`);
    });
}

/** The webhooks of a YAML or JSON file: a list, or `webhooks:` with one. */
export async function readDesired(io: Io, file: string, secret: string | undefined): Promise<DesiredWebhook[]> {
  const text = decodeUtf8(await readBytes(io, file));
  if (text === undefined) throw usage(`${file} is not UTF-8 text`);
  const value = await parsed(file, text.replace(/^\ufeff/, ''));
  const list: unknown = typeof value === 'object' && value !== null && 'webhooks' in value ? value.webhooks : value;
  if (!Array.isArray(list)) throw usage(`${file} must hold a list of webhooks, each with url and events`);
  return list.map((item: unknown, at) => desired(io, item, `${file}, webhook ${at + 1}`, secret));
}

async function parsed(file: string, text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 20, logLevel: 'error' });
  } catch (error) {
    // The first line only: the others show the file.
    throw usage(`${file} is neither YAML nor JSON: ${reasonOf(error).split('\n')[0]}`);
  }
}

function desired(io: Io, item: unknown, where: string, shared: string | undefined): DesiredWebhook {
  if (typeof item !== 'object' || item === null) throw usage(`${where}: must have url and events`);
  const { url, events, secret, ...others } = item as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw usage(`${where}: unknown member ${quoted(other)}: there are url, events and secret`);
  if (typeof url !== 'string' || !URL.canParse(url)) throw usage(`${where}: url must be a URL`);
  if (!Array.isArray(events) || events.length === 0 || !events.every((name) => typeof name === 'string')) {
    throw usage(`${where}: events must be a list of names`);
  }
  return {
    url,
    events: subscribable(events),
    secret: secret === undefined ? shared : fromEnvironment(io, secret, where),
  };
}

/** `$NAME`: the secret stays out of the file, which is kept in a repository. */
function fromEnvironment({ env }: Io, secret: unknown, where: string): string {
  const [, name] = (typeof secret === 'string' ? /^\$\{?([A-Za-z_]\w*)\}?$/.exec(secret) : null) ?? [];
  if (name === undefined)
    throw usage(`${where}: keep secrets out of the file: write secret: $NAME of an environment variable`);
  const value = env[name];
  if (value === undefined || value.trim() === '') throw usage(`${where}: the environment variable ${name} is not set`);
  return value;
}
