import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../../src/generated/examples.js';
import {
  constructEvent,
  DELIVERED_EVENT_TYPES,
  EVENT_TYPES,
  eventSchema,
  isEngagementEvent,
  isEvent,
  isKnownEvent,
  isSystemEvent,
  isUserEvent,
  isVideoEvent,
  isWebhookError,
  parseEvent,
  sign,
  validateEvent,
  WebhookError,
} from '../../src/index.js';
import { fixtureBytes, SECRET } from '../support.js';

const GUIDE = new URL('../../../../tests/support/fixtures/guide/', import.meta.url);
const guideEvents = readdirSync(GUIDE).filter((name) => name.endsWith('.event.json'));
const at = '2024-03-31T12:00:00Z';
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isWebhookError(error) ? `${error.status} ${error.code}` : String(error);
  }
  return 'ok';
};

describe('the catalog', () => {
  it('has the 13 subscribable and the 15 delivered names', () => {
    expect(EVENT_TYPES).toHaveLength(13);
    expect(DELIVERED_EVENT_TYPES).toEqual([...EVENT_TYPES, 'user.registered', 'comment.created']);
  });
});

describe('parseEvent', () => {
  it.each(guideEvents)("reads the guide's %s", (name) => {
    const event = parseEvent(readFileSync(new URL(name, GUIDE)));
    expect(event.event).toBe(name.replace('.event.json', ''));
    expect(isKnownEvent(event)).toBe(true);
  });

  it.each([
    ['invalid-utf8.json', '400 body_not_utf8'],
    ['overlong-utf8.json', '400 body_not_utf8'],
    ['empty.bin', '400 body_not_json'],
    ['nul.bin', '400 body_not_json'],
    ['not-json.txt', '400 body_not_json'],
    ['scalar.json', '400 envelope_invalid'],
    ['array.json', '400 envelope_invalid'],
    ['bom.json', 'ok'],
    ['trailing-newline.json', 'ok'],
    ['duplicate-keys.json', 'ok'],
    ['lone-surrogate-escape.json', 'ok'],
  ])('judges %s: %s', (name, expected) => {
    expect(codeOf(() => parseEvent(fixtureBytes(name)))).toBe(expected);
  });

  it.each([
    '"text"',
    'null',
    'true',
    '{}',
    `{"event":"","timestamp":"${at}","data":{}}`,
    `{"event":1,"timestamp":"${at}","data":{}}`,
    `{"event":"video.deleted","timestamp":"2024-02-30T12:00:00Z","data":{}}`,
    `{"event":"video.deleted","timestamp":1711886400,"data":{}}`,
    `{"event":"video.deleted","data":{}}`,
    `{"event":"video.deleted","timestamp":"${at}"}`,
    `{"event":"video.deleted","timestamp":"${at}","data":null}`,
    `{"event":"video.deleted","timestamp":"${at}","data":[]}`,
    `{"event":"video.deleted","timestamp":"${at}","data":"x"}`,
  ])('refuses the envelope %s', (body) => {
    expect(codeOf(() => parseEvent(body))).toBe('400 envelope_invalid');
  });

  it('skips one byte order mark, not two', () => {
    const body = `{"event":"video.deleted","timestamp":"${at}","data":{}}`;
    expect(codeOf(() => parseEvent(`\ufeff${body}`))).toBe('ok');
    expect(codeOf(() => parseEvent(`\ufeff\ufeff${body}`))).toBe('400 body_not_json');
  });

  it('keeps further members and survives hostile names', () => {
    const event = parseEvent(
      `{"event":"__proto__","timestamp":"${at}","data":{"__proto__":{"admin":true}},"id":7,"constructor":1}`,
    );
    expect((event as unknown as { id: number }).id).toBe(7);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect(isKnownEvent(event)).toBe(false);
    for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__']) {
      expect(isKnownEvent({ event: name, timestamp: at, data: {} })).toBe(false);
    }
  });

  it('survives a nesting of 100,000', () => {
    const deep = `{"event":"video.deleted","timestamp":"${at}","data":{"d":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    expect(['ok', '400 body_not_json']).toContain(codeOf(() => parseEvent(deep)));
    expect(codeOf(() => parseEvent('['.repeat(100_000)))).toBe('400 body_not_json');
  });

  it('throws nothing untyped on any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.json()), (body) => {
        expect(codeOf(() => parseEvent(body))).toMatch(/^(ok|400 (body_not_utf8|body_not_json|envelope_invalid))$/);
      }),
    );
  });

  it('does not quote the body in its message', () => {
    expect(() => parseEvent('{"password":"hunter2"')).toThrow(expect.not.stringContaining('hunter2'));
  });
});

describe('guards', () => {
  it.each(DELIVERED_EVENT_TYPES)('know the example of %s', (name) => {
    const event = EXAMPLES[name];
    expect(isKnownEvent(event)).toBe(true);
    for (const other of DELIVERED_EVENT_TYPES) expect(isEvent(event, other)).toBe(other === name);
    const groups = [isVideoEvent(event), isUserEvent(event), isEngagementEvent(event), isSystemEvent(event)];
    expect(groups.filter(Boolean)).toHaveLength(1);
    const group = name === 'comment.created' ? 'engagement' : name.split('.')[0];
    expect(['video', 'user', 'engagement', 'system'][groups.indexOf(true)]).toBe(group);
  });

  it('check the payloads the guide shows, and accept what is new in them', () => {
    const event = structuredClone(EXAMPLES['video.processed']);
    expect(isEvent({ ...event, data: { ...event.data, status: 'brand-new', extra: 1 } }, 'video.processed')).toBe(true);
    expect(isEvent({ ...event, data: { ...event.data, processingTime: 1.5 } }, 'video.processed')).toBe(true);
    expect(isEvent({ ...event, data: { ...event.data, processingTime: '300' } }, 'video.processed')).toBe(false);
    expect(isEvent({ ...event, data: { ...event.data, formats: {} } }, 'video.processed')).toBe(false);
    expect(isEvent({ ...event, data: { ...event.data, formats: [] } }, 'video.processed')).toBe(true);
    expect(isEvent({ ...event, timestamp: 'now' }, 'video.processed')).toBe(false);
    expect(isEvent({ ...event, event: 'video.uploaded' }, 'video.uploaded')).toBe(false);
  });

  it('leave the payloads the guide does not show open', () => {
    expect(isEvent({ event: 'user.created', timestamp: at, data: {} }, 'user.created')).toBe(true);
    expect(isEvent({ event: 'user.registered', timestamp: at, data: {} }, 'user.registered')).toBe(false);
  });

  it('are false for anything that is not an event', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(isKnownEvent(value)).toBe(false);
        expect(validateEvent(value).ok).toBe(false);
      }),
    );
  });
});

describe('validateEvent', () => {
  it('names every place that is wrong', () => {
    const event = structuredClone(EXAMPLES['video.processed']) as {
      data: { formats: unknown[] } & Record<string, unknown>;
    };
    event.data.formats[1] = { quality: 1080, url: 'x' };
    delete event.data.thumbnailUrl;
    const result = validateEvent(event);
    expect(result.ok).toBe(false);
    const issues = result.ok ? [] : result.issues;
    expect(issues).toContainEqual({ path: ['data', 'thumbnailUrl'], message: 'is required' });
    expect(issues).toContainEqual({ path: ['data', 'formats', 1, 'size'], message: 'is required' });
    expect(issues).toContainEqual({ path: ['data', 'formats', 1, 'quality'], message: 'must be string' });
  });

  it('names the nearest event for an unknown one', () => {
    const result = validateEvent({ event: 'video.proccessed', timestamp: at, data: {} });
    expect(result).toEqual({
      ok: false,
      issues: [{ path: ['event'], message: expect.stringContaining('video.processed') }],
    });
  });

  it('lists what the envelope lacks', () => {
    const paths = (value: unknown) => {
      const result = validateEvent(value);
      return result.ok ? [] : result.issues.map((issue) => issue.path.join('.'));
    };
    expect(paths(null)).toEqual(['']);
    expect(paths([])).toEqual(['']);
    expect(paths({})).toEqual(['event', 'timestamp', 'data']);
    expect(paths({ event: 'video.uploaded', timestamp: 'x', data: {} })).toContain('timestamp');
  });

  it('stops listing at a hundred', () => {
    const event = structuredClone(EXAMPLES['video.processed']) as { data: Record<string, unknown> };
    event.data.formats = Array.from({ length: 1_000 }, () => ({}));
    const result = validateEvent(event);
    expect(result.ok ? 0 : result.issues.length).toBe(100);
  });
});

describe('eventSchema', () => {
  it('is a Standard Schema', async () => {
    const { version, vendor, validate } = eventSchema['~standard'];
    expect([version, vendor]).toEqual([1, 'videocloud']);
    const event = EXAMPLES['comment.created'];
    expect(validate(event)).toEqual({ value: event });
    expect(validate({})).toHaveProperty('issues.length', 3);
  });
});

describe('constructEvent', () => {
  const body = JSON.stringify({ event: 'video.deleted', timestamp: at, data: { videoId: 'vid_1' } });
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'ok',
      (e: unknown) => (isWebhookError(e) ? `${e.status} ${e.code}` : String(e)),
    );

  it('verifies, then parses', async () => {
    expect(await constructEvent(body, await sign(body, SECRET), SECRET)).toEqual(JSON.parse(body));
    expect(await failure(constructEvent(body, undefined, SECRET))).toBe('401 signature_missing');
    expect(await failure(constructEvent(body, 'x', SECRET))).toBe('401 signature_malformed');
    expect(await failure(constructEvent(`${body} `, await sign(body, SECRET), SECRET))).toBe('401 signature_mismatch');
    // Forged junk is a forgery first: nothing is parsed before the signature is right.
    expect(await failure(constructEvent('junk', 'a'.repeat(64), SECRET))).toBe('401 signature_mismatch');
    expect(await failure(constructEvent('junk', await sign('junk', SECRET), SECRET))).toBe('400 body_not_json');
  });

  it('limits the age when asked to', async () => {
    const signature = await sign(body, SECRET);
    const sent = Date.parse(at);
    const after = (ms: number) =>
      failure(constructEvent(body, signature, SECRET, { maxAge: 6_960_000, now: () => sent + ms }));
    expect(await after(6_960_000)).toBe('ok');
    expect(await after(6_960_001)).toBe('401 timestamp_too_old');
    expect(await after(-300_000)).toBe('ok');
    expect(await after(-300_001)).toBe('503 timestamp_in_future');
    expect(await after(Number.NaN)).toBe('503 timestamp_in_future');
    for (const maxAge of [0, -1, 300, 300_000, 6_959_999, Number.NaN, '6960000']) {
      await expect(constructEvent(body, signature, SECRET, { maxAge: maxAge as number })).rejects.toThrow(TypeError);
    }
    expect(await failure(constructEvent(body, signature, SECRET, { maxAge: undefined, now: undefined }))).toBe('ok');
  });
});

describe('isWebhookError', () => {
  it('knows errors of another copy, and nothing else', () => {
    const error = new WebhookError('signature_mismatch', 'no');
    const foreign = Object.assign(new Error('x'), { [Symbol.for('videocloud.webhooks.error')]: true });
    expect([error, foreign].every(isWebhookError)).toBe(true);
    expect([null, undefined, 'x', {}, new Error('x'), { code: 'signature_mismatch' }].some(isWebhookError)).toBe(false);
  });
});
