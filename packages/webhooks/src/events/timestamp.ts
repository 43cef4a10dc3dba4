const ZERO = 48;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The instant an RFC 3339 timestamp names, in milliseconds since the epoch, or NaN where it is not one.
 *
 * Stricter than `Date.parse`: the zone must be there, and the day must exist (no 30 February). A leap second is accepted
 * where one can fall, at 23:59:60 UTC.
 *
 * @see RFC 3339, section 5.6
 */
export function parseTimestamp(text: string): number {
  // Character codes rather than a pattern: this runs on every delivery.
  const length = text.length;
  if (length < 20 || length > 64) return Number.NaN;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return Number.NaN;
  if (text[10] !== 'T' && text[10] !== 't') return Number.NaN;
  const year = digits(text, 0) * 100 + digits(text, 2);
  const month = digits(text, 5);
  const day = digits(text, 8);
  const hour = digits(text, 11);
  const minute = digits(text, 14);
  const second = digits(text, 17);
  // Comparisons are written so that NaN (not two digits) fails them; a month that is none has no days, and of a year that
  // is none Date.UTC makes NaN.
  if (!(day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  if (!(hour <= 23 && minute <= 59 && second <= 60)) return Number.NaN;

  let at = 19;
  let millis = 0;
  if (text[at] === '.') {
    const start = ++at;
    while (isDigit(text.charCodeAt(at))) at++;
    if (at === start) return Number.NaN;
    millis = Number(text.slice(start, Math.min(at, start + 3)).padEnd(3, '0'));
  }
  const zone = zoneMinutes(text, at);
  // Years below 100 mean 19xx to Date.UTC; 400 years are a whole number of weeks and leap cycles.
  const cycle = 12_622_780_800_000;
  const instant = Date.UTC(year + 400, month - 1, day, hour, minute, second, millis) - cycle - zone * 60_000;
  if (second === 60 && Math.floor((instant - millis) / 1_000) % 86_400 !== 0) return Number.NaN;
  return instant;
}

function zoneMinutes(text: string, at: number): number {
  const sign = text[at];
  if (sign === 'Z' || sign === 'z') return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return Number.NaN;
  const hours = digits(text, at + 1);
  const minutes = digits(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (hours * 60 + minutes) * (sign === '-' ? -1 : 1);
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

/** The two-digit number at `at`, or NaN. */
function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}
