import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../src/events/timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['2024-03-31T12:00:00Z', Date.UTC(2024, 2, 31, 12)],
    ['2024-03-31t12:00:00z', Date.UTC(2024, 2, 31, 12)],
    ['2024-03-31T12:00:00.5Z', Date.UTC(2024, 2, 31, 12, 0, 0, 500)],
    ['2024-03-31T12:00:00.123456789Z', Date.UTC(2024, 2, 31, 12, 0, 0, 123)],
    ['2024-03-31T12:00:00.29Z', Date.UTC(2024, 2, 31, 12, 0, 0, 290)],
    ['2024-03-31T12:00:00+03:00', Date.UTC(2024, 2, 31, 9)],
    ['2024-03-31T12:00:00-05:30', Date.UTC(2024, 2, 31, 17, 30)],
    ['2024-03-31T12:00:00-00:00', Date.UTC(2024, 2, 31, 12)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['2017-01-01T02:59:60+03:00', Date.UTC(2017, 0, 1)],
    ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
    ['0000-02-29T00:00:00Z', Date.parse('0000-02-29T00:00:00Z')],
    ['9999-12-31T23:59:59Z', Date.parse('9999-12-31T23:59:59Z')],
  ])('reads %s', (text, instant) => {
    expect(parseTimestamp(text)).toBe(instant);
  });

  it.each([
    '',
    '2024-03-31',
    '2024-03-31T12:00:00',
    '2024-03-31 12:00:00Z',
    '2024-03-31T12:00Z',
    '2024-02-30T12:00:00Z',
    '2023-02-29T12:00:00Z',
    '1900-02-29T12:00:00Z',
    '2024-04-31T12:00:00Z',
    '2024-00-10T12:00:00Z',
    '2024-13-10T12:00:00Z',
    '2024-03-00T12:00:00Z',
    '2024-03-32T12:00:00Z',
    '2024-03-31T24:00:00Z',
    '2024-03-31T12:60:00Z',
    '2024-03-31T12:00:61Z',
    '2024-03-31T12:00:60Z',
    '2024-03-31T12:00:00.Z',
    '2024-03-31T12:00:00,5Z',
    '2024-03-31T12:00:00+0300',
    '2024-03-31T12:00:00+03',
    '2024-03-31T12:00:00+03:000',
    '2024-03-31T12:00:00-03:00Z',
    '2024-03-31T12:00:00+24:00',
    '2024-03-31T12:00:00+03:60',
    '2024-03-31T12:00:00ZZ',
    '2024-03-31T12:00:00Z ',
    ' 2024-03-31T12:00:00Z',
    '2024-03-31T12:00:00Z\n',
    '+002024-03-31T12:00:00Z',
    '-2024-03-31T12:00:00Z',
    '2024-3-31T12:00:00Z',
    '2O24-03-31T12:00:00Z',
    '２024-03-31T12:00:00Z',
    '2024-03-31T12:00:00EST',
    'Sun, 31 Mar 2024 12:00:00 GMT',
    '1711886400',
    `2024-03-31T12:00:00.${'1'.repeat(100_000)}Z`,
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });

  it.each([
    '2024-03-31T12:00:00Z',
    '2024-03-31T12:00:00.25-05:30',
    '2024-03-31t12:00:00+00:59',
    '2024-03-31T12:00:00-23:00',
  ])('judges every single character of %s', (text) => {
    expect(parseTimestamp(text)).not.toBeNaN();
    for (let at = 0; at < text.length; at++) {
      const was = text[at] ?? '';
      for (const other of ['/', ':', '.', '-', '+', ' ', 'T', 'Z', 'a', '\0', '\u0660', '\uff11', '']) {
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        // The sign of a zone may be the other one, and a fraction may be a digit shorter.
        if (changed.toUpperCase() === text.toUpperCase() || (at === text.length - 6 && '+-'.includes(other || 'x')))
          continue;
        if (other === '' && at > 19 && at < text.length - 6 && was !== '.') continue;
        expect([changed, parseTimestamp(changed)]).toEqual([changed, Number.NaN]);
      }
    }
  });

  it.each([
    ['2016-12-31T23:59:60.5Z', Date.UTC(2017, 0, 1, 0, 0, 0, 500)],
    ['2024-03-31T12:00:00+23:59', Date.UTC(2024, 2, 30, 12, 1)],
    ['2024-03-31T12:00:00-23:59', Date.UTC(2024, 3, 1, 11, 59)],
    ['2024-03-31T23:59:59.999Z', Date.UTC(2024, 2, 31, 23, 59, 59, 999)],
    // A leap second of no midnight, at a time that a careless remainder takes for one.
    ['2024-03-31T00:08:60Z', Number.NaN],
    ['2024-03-31T00:00:60Z', Number.NaN],
    ['2024-03-31T12:00:00.123456789012345678901234567890123456789012Z', Date.UTC(2024, 2, 31, 12, 0, 0, 123)],
    ['2024-03-31T12:00:00.1234567890123456789012345678901234567890123456Z', Number.NaN],
  ])('%s', (text, instant) => {
    expect(parseTimestamp(text)).toBe(instant);
  });

  it('agrees with Date on every instant it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it('never takes anything that Date cannot read, leap seconds apart', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,5})?(Z|[+-]\d\d:\d\d)$/), (text) => {
        if (!Number.isNaN(parseTimestamp(text)) && !text.includes(':60')) expect(Date.parse(text)).not.toBeNaN();
      }),
      { numRuns: 2_000 },
    );
  });
});
