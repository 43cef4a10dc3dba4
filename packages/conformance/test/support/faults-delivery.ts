import { setTimeout as sleep } from 'node:timers/promises';
import { envelope, header, json } from './fault-parts.js';
import type { Fault } from './faults.js';
import { RIGHT, refusing, reply } from './reference-receiver.js';

/** Copies that are sent at once arrive within this time also on a busy machine. */
const OVERLAP_MS = 200;

/** Faults in retries, copies and delays. */
export const DELIVERY: readonly Fault[] = [
  {
    name: 'handles every copy',
    caughtBy: 'delivery.copy-once',
    also: ['delivery.copies-at-once', 'delivery.copy-signed-otherwise', 'delivery.retry-after-lost-answer'],
    stages: { claim: () => 'new' },
  },
  {
    name: 'refuses copies',
    caughtBy: 'delivery.copy-accepted',
    also: [
      'delivery.copy-once',
      'delivery.copies-at-once',
      'delivery.copies-at-once-accepted',
      'delivery.copy-signed-otherwise',
      'delivery.retry-after-lost-answer',
    ],
    stages: {
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        return answer.body === 'already done' ? reply(400) : answer;
      },
    },
  },
  {
    name: 'looks up, then inserts',
    caughtBy: 'delivery.copies-at-once',
    also: ['delivery.retry-after-lost-answer'],
    stages: {
      claim: async (key, { claims }) => {
        const known = claims.get(key);
        if (known === 'done') return 'done';
        await sleep(OVERLAP_MS);
        claims.set(key, 'busy');
        return 'new';
      },
    },
  },
  {
    name: 'crashes on a unique index',
    caughtBy: 'delivery.copies-at-once-accepted',
    also: ['delivery.copies-at-once', 'delivery.retry-after-lost-answer'],
    stages: {
      work: async (raw, state) => {
        await sleep(OVERLAP_MS);
        return RIGHT.work(raw, state);
      },
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        return answer.status === 409 ? reply(500) : answer;
      },
    },
  },
  {
    name: 'deduplicates by signature',
    caughtBy: 'delivery.copy-signed-otherwise',
    stages: { key: (_raw, incoming) => header(incoming) },
  },
  {
    name: 'remembers a delivery before verifying it',
    caughtBy: 'delivery.retry-after-refusal-once',
    stages: {
      handle: refusing((incoming, stages, state) => state.claims.set(stages.key(incoming.raw, incoming), 'done')),
    },
  },
  {
    name: 'acknowledges a failed handler',
    caughtBy: 'delivery.retry-after-failure',
    stages: {
      settle: (key, _outcome, state) => RIGHT.settle(key, 'done', state),
      screen: (value) => RIGHT.screen(value),
    },
  },
  {
    name: 'remembers a failed handler as done',
    caughtBy: 'delivery.retry-after-failure',
    stages: {
      settle: (key, outcome, state) => {
        const answer = RIGHT.settle(key, outcome, state);
        if (outcome === 'failed') state.claims.set(key, 'done');
        return answer;
      },
    },
  },
  {
    name: 'has a five-minute limit',
    caughtBy: 'delivery.old-retry',
    also: ['delivery.old-retry-once', 'delivery.out-of-order'],
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (Date.now() - Date.parse(envelope(value).timestamp) > 300_000 ? reply(400) : undefined),
    },
  },
  {
    name: 'throws old deliveries away',
    caughtBy: 'delivery.old-retry-once',
    also: ['delivery.out-of-order'],
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (Date.now() - Date.parse(envelope(value).timestamp) > 300_000 ? reply(200) : undefined),
    },
  },
  {
    name: 'allows no clock skew',
    caughtBy: 'delivery.clock-ahead',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (Date.parse(envelope(value).timestamp) - Date.now() > 5_000 &&
        !String(envelope(value).timestamp).endsWith('+03:00')
          ? reply(400)
          : undefined),
    },
  },
  {
    name: 'deduplicates by event and second',
    caughtBy: 'delivery.same-second',
    also: ['broad'],
    stages: {
      key: (raw) => {
        try {
          return `${envelope(json(raw)).event} ${envelope(json(raw)).timestamp}`;
        } catch {
          return raw.toString('hex');
        }
      },
    },
  },
  {
    name: 'deduplicates by video',
    caughtBy: 'delivery.same-video',
    also: ['delivery.out-of-order'],
    stages: {
      key: (raw) => {
        try {
          return String(envelope(json(raw)).data.videoId ?? raw.toString('hex'));
        } catch {
          return raw.toString('hex');
        }
      },
    },
  },
];
