// How other languages write a value back: a receiver that verifies re-serialized JSON does it with one of these.

/** As JSON.stringify with two spaces. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** As Python's json.dumps by default: a space after colons and commas, everything but ASCII escaped. */
export function pythonJson(value: unknown): string {
  return ascii(spaced(value));
}

/** As PHP's json_encode by default: slashes and everything but ASCII escaped. */
export function phpJson(value: unknown): string {
  return ascii(JSON.stringify(value)).replaceAll('/', '\\/');
}

/** Compact, with keys in order, as canonicalising serializers do. */
export function sortedKeys(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function ascii(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`)
    .join(', ')}}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
