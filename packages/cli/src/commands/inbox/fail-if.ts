import type { InboxStats } from '@videocloud/webhooks-inbox';
import { quoted } from '../../choices.js';
import { usage } from '../../failure.js';
import { durationOf } from '../../input/time.js';

const COUNTS = ['waiting', 'retrying', 'running', 'handled', 'dead'] as const;
const COMPARE = {
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
  '=': (value: number, limit: number) => value === limit,
} as const;

/** One condition of `--fail-if`. */
export interface Condition {
  readonly text: string;
  readonly holds: (stats: InboxStats) => boolean;
}

/** The conditions in a text such as `dead>0,oldest>5m,paused`. */
export function conditionsOf(text: string): Condition[] {
  return text.split(',').map((part) => conditionOf(part.trim()));
}

function conditionOf(text: string): Condition {
  if (text === 'paused') return { text, holds: ({ paused }) => paused };
  const [, name = '', sign = '', value = ''] = /^([a-z]{1,20})\s?(>=|<=|>|<|=)\s?(\S{1,20})$/.exec(text) ?? [];
  const compare = COMPARE[sign as keyof typeof COMPARE];
  const count = COUNTS.find((known) => known === name);
  if (compare !== undefined && count !== undefined && /^\d{1,12}$/.test(value)) {
    return { text, holds: (stats) => compare(stats[count], Number(value)) };
  }
  const duration = durationOf(value);
  if (compare !== undefined && name === 'oldest' && duration !== undefined) {
    return { text, holds: (stats) => compare(stats.oldestWaitingMs, duration) };
  }
  throw usage(
    `--fail-if takes conditions such as 'dead>0,waiting>=1000,oldest>5m,paused', not ${quoted(text)}: ` +
      `${COUNTS.join(', ')} are compared with a number, oldest with a duration (90s, 5m, 2h, 1d)`,
  );
}
