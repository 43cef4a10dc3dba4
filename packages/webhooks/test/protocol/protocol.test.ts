import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ALIASES,
  DELIVERED_EVENT_TYPES,
  EVENT_GROUPS,
  EVENT_SUMMARIES,
  EVENT_TYPES,
  nearestName,
  RETRY_DELAYS_MS,
  RETRY_HORIZON_MS,
  SIGNATURE_HEADER,
  subscribedName,
} from '../../src/protocol/index.js';

describe('the retry schedule', () => {
  it('is 1, 5, 15, 30 and 60 minutes', () => {
    expect(RETRY_DELAYS_MS.map((delay) => delay / 60_000)).toEqual([1, 5, 15, 30, 60]);
  });

  it('ends at the retry horizon', () => {
    expect(RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay, 0)).toBe(RETRY_HORIZON_MS);
  });

  it('cannot be changed by a caller', () => {
    expect(() => (RETRY_DELAYS_MS as number[]).push(1)).toThrow(TypeError);
  });
});

describe('the event names', () => {
  it('are 13 to subscribe to and 15 to receive', () => {
    expect(EVENT_TYPES).toHaveLength(13);
    expect(DELIVERED_EVENT_TYPES).toEqual([...EVENT_TYPES, 'user.registered', 'comment.created']);
    expect(Object.keys(EVENT_SUMMARIES).sort()).toEqual([...DELIVERED_EVENT_TYPES].sort());
    expect(Object.values(EVENT_GROUPS).flat().sort()).toEqual([...DELIVERED_EVENT_TYPES].sort());
  });

  it('map to the name to subscribe to', () => {
    expect(ALIASES).toEqual({ 'user.created': 'user.registered', 'engagement.comment': 'comment.created' });
    expect(subscribedName('user.registered')).toBe('user.created');
    expect(subscribedName('comment.created')).toBe('engagement.comment');
    expect(subscribedName('video.deleted')).toBe('video.deleted');
    for (const name of ['', 'constructor', '__proto__', 'video.Deleted']) expect(subscribedName(name)).toBeUndefined();
  });
});

describe('nearestName', () => {
  it('finds the name with the fewest edits', () => {
    expect(nearestName('video.procesed', EVENT_TYPES)).toBe('video.processed');
    expect(nearestName('onEror', ['onError', 'onOutcome'])).toBe('onError');
  });

  it('finds nothing beyond the limit', () => {
    expect(nearestName('completely different', EVENT_TYPES, 3)).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('looks at no more than 64 characters', () => {
    expect(nearestName(`video.deleted${'x'.repeat(1_000_000)}`, EVENT_TYPES)).toMatch(
      /^(video|user|engagement|system)\./,
    );
  });
});

it('the signature header is the one of the OpenAPI description', () => {
  const description = readFileSync(new URL('../../../../openapi.yaml', import.meta.url), 'utf8');
  expect(description.toLowerCase()).toContain(SIGNATURE_HEADER);
});
