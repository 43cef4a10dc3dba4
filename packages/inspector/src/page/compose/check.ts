import { messageOf } from '@videocloud/local-web/page';
import { validateEvent } from '@videocloud/webhooks';

export interface Departure {
  readonly path: string;
  /** In English. */
  readonly message: string;
  /** The type of what is there, undefined where nothing is. */
  readonly found: string | undefined;
}

export interface Checked {
  /** The payload, when it is a JSON object. */
  readonly data?: object;
  /** Why it is none. */
  readonly syntax?: string;
  /** Where it departs from the event's schema. */
  readonly issues: readonly Departure[];
  /** Whether the guide shows a payload to check against. */
  readonly shown: boolean;
}

const SHOWN = new Set(['video.uploaded', 'video.processed', 'user.registered', 'comment.created']);

/** Checks a payload as receivers do. */
export function checkPayload(event: string, text: string): Checked {
  const shown = SHOWN.has(event);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return { syntax: messageOf(error), issues: [], shown };
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { issues: [], shown };
  const verdict = validateEvent({ event, timestamp: '2024-03-31T12:00:00Z', data });
  const issues = verdict.ok
    ? []
    : verdict.issues.map(({ path, message }) => ({ path: path.join('.'), message, found: typeAt({ data }, path) }));
  return { data, issues, shown };
}

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function typeAt(root: object, path: readonly (string | number)[]): string | undefined {
  let at: unknown = root;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string | number, unknown>>)[name];
  }
  return typeOf(at);
}
