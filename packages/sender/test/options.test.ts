import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSender, type SenderOptions } from '../src/index.js';
import { start } from './support/sender.js';

describe('createSender', () => {
  it.each<[unknown, RegExp]>([
    [null, /^The options of createSender must be an object$/],
    ['x', /^The options of createSender must be an object$/],
    [{ shedule: [1] }, /^createSender has no option "shedule"; it has .*schedule/],
    [{ allowPrivateAdresses: false }, /no option "allowPrivateAdresses"/],
    [{ schedule: [1e300] }, /^schedule: a delay is at most a year$/],
    [{ schedule: [Number.NaN] }, /^schedule must be/],
    [{ allowedPorts: '443' }, /^allowedPorts must be an array of numbers/],
    [{ allowedPorts: ['443'] }, /^allowedPorts must be/],
    [{ allowedPorts: [0] }, /^allowedPorts must be/],
    [{ jitter: '0.5' }, /^jitter must be a number/],
    [{ extraHeaders: { a: 1 } }, /^extraHeaders: "a" is not a header/],
    [{ extraHeaders: 'x' }, /^extraHeaders must be/],
    [{ extraHeaders: new Headers({ a: 'b' }) }, /^extraHeaders must be a plain object/],
    [{ timeout: '5' }, /^timeout must be/],
    [{ concurrency: 0 }, /^concurrency must be/],
    [{ allowPrivateAddresses: 'false' }, /^allowPrivateAddresses must be/],
  ])('%j is a TypeError', (options, message) => {
    const make = () => createSender(options as SenderOptions);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  it('names a file that is no database, and the way out', () => {
    const database = join(mkdtempSync(join(tmpdir(), 'sender-')), 'notes.txt');
    writeFileSync(database, 'no database at all\n'.repeat(1_000));
    expect(() => createSender({ database })).toThrow(/notes\.txt cannot be used \(.*not a database\); choose another/);
  });
});

describe('the virtual clock', () => {
  it.each([1e300, 9e15, Number.MAX_SAFE_INTEGER])('advance(%d) is a TypeError, and the sender works on', async (ms) => {
    const { sender } = start();
    await expect(sender.advance(ms)).rejects.toThrow(/^advance\(ms\): the clock would pass the year 9999$/);
    await expect(sender.emit({ event: 'video.uploaded', data: {} })).resolves.toEqual({ deliveryIds: [] });
    await sender.advance(1_000);
  });

  it('does not pass it in several moves at once either', async () => {
    const { sender } = start();
    const far = Date.UTC(9998, 0, 1) - sender.clock().now;
    const moves = await Promise.allSettled([sender.advance(far), sender.advance(far)]);
    expect(moves.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('emit', () => {
  it.each<[string, object]>([
    ['a Date', new Date(0)],
    ['a URL', new URL('https://videocloud.test')],
    ['what serializes to a list', { toJSON: () => [] }],
    ['what serializes to null', { toJSON: () => null }],
    ['what serializes to nothing', { toJSON: () => undefined }],
    ['a boxed string', Object('text')],
  ])('%s as data is a TypeError', async (_, data) => {
    const { sender } = start();
    await expect(sender.emit({ event: 'video.published', data })).rejects.toThrow(
      /^emit: data must be an object in JSON/,
    );
  });

  it.each(['', 'yesterday', '2024-99-99T99:99:99Z', '2024-13-01T00:00:00Z', '2024-03-31', new Date(Number.NaN)])(
    'the timestamp %s is a TypeError',
    async (timestamp) => {
      const { sender } = start();
      await expect(sender.emit({ event: 'video.uploaded', data: {}, timestamp })).rejects.toThrow(
        /^emit: timestamp must be RFC 3339/,
      );
    },
  );
});
