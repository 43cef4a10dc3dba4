// The lines of two attempts that differ: address, headers, status.
import type { AttemptView, HeaderMap } from '../../protocol.js';

/** A line in which two attempts differ; undefined on the side that has none. */
export interface DifferingLine {
  readonly name: string;
  readonly here: string | undefined;
  readonly there: string | undefined;
}

/** What differs between two attempts besides the bodies. */
export function differingLines(here: AttemptView, there: AttemptView): DifferingLine[] {
  const one = linesOf(here);
  const other = linesOf(there);
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((name) => ({ name, here: one.get(name), there: other.get(name) }))
    .filter((line) => line.here !== line.there);
}

function linesOf({ request, response, error }: AttemptView): Map<string, string> {
  return new Map([
    ['→ URL', request.url],
    ...headerLines('→', request.headers),
    ['← status', response === undefined ? (error?.code ?? '') : String(response.status)],
    ...headerLines('←', response?.headers ?? {}),
  ]);
}

const headerLines = (side: string, headers: HeaderMap): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [
    `${side} ${name.toLowerCase()}`,
    typeof value === 'string' ? value : value.join(', '),
  ]);
