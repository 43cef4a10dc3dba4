import { describe, expect, it } from 'vitest';
import { namesMatching, nearestPattern } from '../../src/events/catalog.js';
import { EXAMPLES } from '../../src/generated/examples.js';
import {
  DELIVERED_EVENT_TYPES,
  isEvent,
  isKnownEvent,
  isWebhookError,
  parseEvent,
  validateEvent,
  type WebhookError,
} from '../../src/index.js';
import { fixtureBytes } from '../support.js';

const at = '2024-03-31T12:00:00Z';
const issuesOf = (value: unknown) => {
  const result = validateEvent(value);
  return result.ok ? [] : result.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('patterns', () => {
  it('stand for their names, aliases included, and for nothing else', () => {
    expect(namesMatching('*')).toEqual(DELIVERED_EVENT_TYPES);
    expect(namesMatching('system.*')).toEqual(['system.error', 'system.warning']);
    expect(namesMatching('user.*')).toEqual(['user.created', 'user.registered', 'user.updated', 'user.deleted']);
    expect(namesMatching('video.deleted')).toEqual(['video.deleted']);
    expect(namesMatching('user.created')).toEqual(['user.created', 'user.registered']);
    expect(namesMatching('engagement.comment')).toEqual(['engagement.comment', 'comment.created']);
    expect(namesMatching('comment.created')).toEqual(['comment.created']);
    for (const odd of [
      '',
      '.*',
      'video.',
      'video',
      '.*video',
      'comment.*',
      'constructor.*',
      'toString',
      '**',
      'video.x',
    ]) {
      expect(namesMatching(odd)).toBeUndefined();
    }
  });

  it.each([
    ['video.proccessed', 'video.processed'],
    ['video.procesed', 'video.processed'],
    ['user.create', 'user.created'],
    ['User.created', 'user.created'],
    ['users.updated', 'user.updated'],
    ['engagement.likes', 'engagement.like'],
    ['system.warn', 'system.warning'],
    ['ystem.error', 'system.error'],
    ['comment.created ', 'comment.created'],
    ['videos.*', 'video.*'],
    ['sytem.*', 'system.*'],
    ['user.*.', 'user.*'],
    ['engagement', 'engagement.*'],
    ['xuser.created', 'user.created'],
    ['created', 'user.created'],
    ['', 'user.*'],
  ])('the nearest to %j is %s', (misspelled, nearest) => {
    expect(nearestPattern(misspelled)).toBe(nearest);
  });

  it('of a long one its beginning counts', () => {
    const began = process.cpuUsage();
    expect(nearestPattern(`video.deleted${'x'.repeat(300_000)}`)).toBe('video.deleted');
    const { user, system } = process.cpuUsage(began);
    // 10 ms here; the edit distance of the whole name takes minutes.
    expect(user + system).toBeLessThan(10_000_000);
  });

  it('every name and group is the nearest to itself', () => {
    for (const name of [...DELIVERED_EVENT_TYPES, 'video.*', 'user.*', 'engagement.*', 'system.*']) {
      expect(nearestPattern(name)).toBe(name);
      expect(nearestPattern(`${name}x`)).toBe(name);
      expect(nearestPattern(`x${name}`)).toBe(name);
    }
  });
});

describe('what parseEvent says', () => {
  const errorOf = (body: Uint8Array | string): WebhookError => {
    try {
      parseEvent(body);
    } catch (error) {
      if (isWebhookError(error)) return error;
      throw error;
    }
    throw new Error('nothing was wrong');
  };

  it.each([
    [fixtureBytes('invalid-utf8.json'), 'body_not_utf8', 'The signed body is not UTF-8'],
    ['{', 'body_not_json', 'The signed body is not JSON'],
    ['7', 'envelope_invalid', 'The signed body is not an event: must be an object'],
    ['{"event":""}', 'envelope_invalid', 'The signed body is not an event: event must be a non-empty string'],
    [
      '{"event":"a","timestamp":"today","data":{}}',
      'envelope_invalid',
      'The signed body is not an event: timestamp must be an RFC 3339 timestamp with a zone',
    ],
    [
      `{"event":"a","timestamp":"${at}","data":[]}`,
      'envelope_invalid',
      'The signed body is not an event: data must be an object',
    ],
  ])('%# %s', (body, code, message) => {
    expect(errorOf(body)).toMatchObject({ code, message, status: 400 });
  });

  it('has a cause only where something was thrown', () => {
    expect(errorOf('{').cause).toBeInstanceOf(SyntaxError);
    expect(errorOf('7')).not.toHaveProperty('cause');
    expect(errorOf(fixtureBytes('invalid-utf8.json'))).not.toHaveProperty('cause');
  });
});

describe('what validateEvent says', () => {
  it('of the envelope', () => {
    for (const value of [null, undefined, 7, 'x', [], () => 0])
      expect(issuesOf(value)).toEqual([': must be an object']);
    const all = [
      'event: must be a non-empty string',
      'timestamp: must be an RFC 3339 timestamp with a zone',
      'data: must be an object',
    ];
    expect(issuesOf({})).toEqual(all);
    // An empty name is told once: it is not looked for in the catalog too.
    expect(issuesOf({ event: '', timestamp: '', data: null })).toEqual(all);
    expect(issuesOf({ event: 7, timestamp: 7, data: [] })).toEqual(all);
  });

  it('of the payload only where there is one', () => {
    expect(issuesOf({ event: 'video.uploaded', timestamp: at, data: 'x' })).toEqual(['data: must be an object']);
    expect(issuesOf({ event: 'video.uploaded', timestamp: 'x', data: {} })).toEqual([
      'timestamp: must be an RFC 3339 timestamp with a zone',
      ...['videoId', 'title', 'size', 'duration', 'format', 'userId', 'status'].map(
        (name) => `data.${name}: is required`,
      ),
    ]);
    expect(issuesOf({ event: 'video.renamed', timestamp: at, data: 1 })).toEqual([
      'data: must be an object',
      'event: is not a known event name; the nearest is video.updated',
    ]);
  });

  it('of every kind of wrong payload', () => {
    const good = EXAMPLES['video.processed'].data;
    const told = (data: unknown) => issuesOf({ event: 'video.processed', timestamp: at, data });
    expect(told(good)).toEqual([]);
    expect(told({ ...good, formats: {} })).toEqual(['data.formats: must be array']);
    expect(told({ ...good, formats: null })).toEqual(['data.formats: must be array']);
    expect(told({ ...good, formats: [null, 7, []] })).toEqual([
      'data.formats.0: must be object',
      'data.formats.1: must be object',
      'data.formats.2: must be object',
    ]);
    expect(told({ ...good, formats: [{ quality: 1, url: null, size: '1' }] })).toEqual([
      'data.formats.0.quality: must be string',
      'data.formats.0.url: must be string',
      'data.formats.0.size: must be number',
    ]);
    expect(told({ ...good, processingTime: null })).toEqual(['data.processingTime: must be number']);
    expect(told({ ...good, status: 'x', thumbnailUrl: 1 })).toEqual(['data.thumbnailUrl: must be string']);
    const comment = { ...EXAMPLES['comment.created'].data, parentId: 7 };
    expect(issuesOf({ event: 'comment.created', timestamp: at, data: comment })).toEqual([
      'data.parentId: must be string,null',
    ]);
    expect(
      isEvent({ event: 'comment.created', timestamp: at, data: { ...comment, parentId: null } }, 'comment.created'),
    ).toBe(true);
    expect(
      isEvent({ event: 'comment.created', timestamp: at, data: { ...comment, parentId: 'c' } }, 'comment.created'),
    ).toBe(true);
  });

  it('stops at exactly a hundred, however the faults are spread', () => {
    const good = EXAMPLES['video.processed'].data;
    const count = (data: unknown) => issuesOf({ event: 'video.processed', timestamp: at, data }).length;
    expect(count({ ...good, formats: Array.from({ length: 99 }, () => null) })).toBe(99);
    expect(count({ ...good, formats: Array.from({ length: 100 }, () => null) })).toBe(100);
    expect(count({ ...good, formats: Array.from({ length: 101 }, () => null) })).toBe(100);
    expect(count({ ...good, formats: Array.from({ length: 33 }, () => ({})) })).toBe(99);
    expect(count({ ...good, formats: Array.from({ length: 34 }, () => ({})) })).toBe(100);
    expect(count({ status: 'x', formats: Array.from({ length: 99 }, () => null) })).toBe(100);
    const mixed = Array.from({ length: 60 }, () => ({ quality: 1, url: 'u' }));
    expect(count({ ...good, formats: mixed })).toBe(100);
  });

  it('and what is not an object is no payload', () => {
    for (const data of [null, [], 'x', 7]) {
      expect(isKnownEvent({ event: 'video.uploaded', timestamp: at, data })).toBe(false);
      expect(isKnownEvent({ event: 'user.created', timestamp: at, data })).toBe(false);
    }
    for (const formats of [{}, 'x', null, { length: 0 }, [null], [[]], ['x'], [undefined]]) {
      expect(
        isKnownEvent({
          event: 'video.processed',
          timestamp: at,
          data: { ...EXAMPLES['video.processed'].data, formats },
        }),
      ).toBe(false);
    }
  });
});
