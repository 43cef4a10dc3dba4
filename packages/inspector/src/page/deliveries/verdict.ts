import { span, type Values } from '@videocloud/local-web/page';
import { rejectsDelivery } from '@videocloud/local-web/rejection';
import type { Item } from '../../protocol.js';
import type { en } from '../i18n/en.js';

export type Tone = 'good' | 'bad' | 'warn' | 'note';

export interface Verdict {
  readonly tone: Tone;
  readonly key: keyof typeof en;
  readonly values?: Values;
}

const FORGED: ReadonlySet<string | undefined> = new Set(['unsigned', 'wrong_secret', 'tampered', 'reserialized']);

/** Whether a manual request is one that every receiver must reject. */
export const isForgery = (probe: Item['probe']): boolean => FORGED.has(probe);

/** What the outcome means: of a forgery, a refusal is the good one. */
export function verdictOf(item: Item, now: number, underWay: boolean): Verdict {
  const { probe, status, responseCode = 0, retries, nextAttemptAt } = item;
  if (probe !== undefined) {
    if (responseCode === 0) return { tone: 'bad', key: 'verdict_unreachable' };
    const refused = rejectsDelivery(responseCode);
    if (isForgery(probe)) {
      if (status === 'success') return { tone: 'bad', key: 'verdict_forgery' };
      if (refused) return { tone: 'good', key: 'verdict_refused' };
      if (responseCode >= 500) return { tone: 'warn', key: 'verdict_fault' };
      return { tone: 'warn', key: 'verdict_unproven', values: { status: responseCode } };
    }
    if (probe === 'stale' && status === 'success') return { tone: 'note', key: 'verdict_stale_ok' };
    if (probe === 'stale' && refused) return { tone: 'good', key: 'verdict_refused' };
    return status === 'success'
      ? { tone: 'good', key: 'verdict_accepted' }
      : { tone: 'bad', key: 'verdict_not_accepted' };
  }
  if (underWay) return { tone: 'note', key: 'verdict_sending' };
  if (status === 'success') {
    return retries > 0
      ? { tone: 'good', key: 'verdict_delivered_late', values: { n: retries + 1 } }
      : { tone: 'good', key: 'verdict_delivered' };
  }
  if (status === 'failed') return { tone: 'bad', key: 'verdict_failed' };
  const left = nextAttemptAt === undefined ? 0 : Date.parse(nextAttemptAt) - now;
  if (item.error === undefined || left <= 0) return { tone: 'note', key: 'verdict_sending' };
  return { tone: 'warn', key: 'verdict_retry', values: { time: span(left) } };
}
