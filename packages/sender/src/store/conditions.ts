import type { DeliveryStatus } from '../types.js';
import type { SqlValue } from './database.js';
import { SEARCHABLE_BYTES } from './search-index.js';

/** A condition of SQL on a delivery `d`, with its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A webhook's row number and what a search finds it by, in lower case. */
export interface SearchableWebhook {
  readonly seq: number;
  readonly id: string;
  readonly url: string;
}

const STATUSES: readonly DeliveryStatus[] = ['pending', 'success', 'failed'];
// The index holds trigrams: shorter words need a scan, which reads payloads of the latest deliveries only.
const TRIGRAM = 3;
/** Deliveries, the latest, whose payload is searched for a word of one or two characters. */
const SHORT_WORD_DELIVERIES = 5_000;

/** The words of a search, in lower case. */
export const wordsOf = (search: string): string[] => [
  ...new Set(search.replaceAll('\0', ' ').toLowerCase().split(/\s+/u).filter(Boolean)),
];

/** Deliveries that hold a word in any of the searchable fields. */
export function holds(word: string, webhooks: readonly SearchableWebhook[]): Condition {
  const pattern = `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const like = (expression: string): Condition => ({ sql: `${expression} LIKE ? ESCAPE '\\'`, values: [pattern] });
  const short = [...word].length < TRIGRAM;
  const either: Condition[] = short ? [like('d.name'), like(LATEST_PAYLOADS)] : [inIndex(word)];
  either.push(like('d.error'));
  if (/^\d{1,3}$/.test(word)) either.push(like('d.response_code'));
  for (const status of STATUSES) if (status.includes(word)) either.push({ sql: 'd.status = ?', values: [status] });
  const to = webhooks
    .filter(({ id, url }) => url.includes(word) || (!short && id.includes(word)))
    .map(({ seq }) => seq);
  if (to.length > 0)
    either.push({ sql: 'd.webhook IN (SELECT value FROM json_each(?))', values: [JSON.stringify(to)] });
  return join(either, ' OR ');
}

const LATEST_PAYLOADS = `CASE WHEN d.seq > (SELECT max(seq) FROM deliveries) - ${SHORT_WORD_DELIVERIES} THEN
  (SELECT CAST(substr(e.body, 1, ${SEARCHABLE_BYTES}) AS TEXT) FROM events e WHERE e.seq = d.event) END`;

function inIndex(word: string): Condition {
  return {
    sql: 'd.seq IN (SELECT rowid FROM search WHERE search MATCH ?)',
    values: [`"${word.replaceAll('"', '""')}"`],
  };
}

/** Conditions as one. */
export const join = (conditions: readonly Condition[], by: ' AND ' | ' OR '): Condition => ({
  sql: `(${conditions.map(({ sql }) => sql).join(by)})`,
  values: conditions.flatMap(({ values }) => values),
});
