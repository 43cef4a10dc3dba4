const DAY_MS = 86_400_000;
// Years below 100 mean 19xx to Date.UTC; 400 years are a whole number of weeks and leap cycles.
const CYCLE_YEARS = 400;
const CYCLE_MS = 12_622_780_800_000;

// Date, time, fraction, zone; every member within its own range.
const RFC_3339 =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{1,3})\d*)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i;
const MAX_LENGTH = 64;

/**
 * The instant an RFC 3339 timestamp names, in milliseconds since the epoch, or NaN where it is not one.
 *
 * Stricter than `Date.parse`: the zone must be there, and the day must exist (no 30 February). A leap second is accepted
 * where one can fall, at 23:59:60 UTC.
 *
 * @see RFC 3339, section 5.6
 */
export function parseTimestamp(text: string): number {
  const match = text.length <= MAX_LENGTH ? RFC_3339.exec(text) : null;
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHours, zoneMinutes] = match;
  const midnight = Date.UTC(Number(year) + CYCLE_YEARS, Number(month) - 1, Number(day));
  // A day that the month does not have is one of the next month.
  if (new Date(midnight).getUTCDate() !== Number(day)) return Number.NaN;
  const zone = sign === undefined ? 0 : Number(`${sign}1`) * (Number(zoneHours) * 60 + Number(zoneMinutes));
  const seconds = (Number(hour) * 60 + Number(minute) - zone) * 60 + Number(second);
  const instant = midnight - CYCLE_MS + seconds * 1_000;
  if (second === '60' && instant % DAY_MS !== 0) return Number.NaN;
  return instant + Number(fraction.padEnd(3, '0'));
}
