import type { Position } from '../engine.js';
import { InboxError } from '../errors.js';
import type { InboxState } from '../policy.js';

/** Where a page begins: in which state, and behind which record of it. */
export interface PageStart {
  readonly state: InboxState;
  /** Undefined at the beginning of the state. */
  readonly after: Position | undefined;
}

const VERSION = 1;
/** A key of 512 characters, written as JSON and then as base64. */
const MAX_LENGTH = 6_000;

/** A page's start as an opaque string. */
export function cursorOf({ state, after }: PageStart): string {
  const parts = after === undefined ? [VERSION, state] : [VERSION, state, after.at, after.tie];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * The start in a cursor.
 *
 * @throws InboxError `cursor_invalid`
 */
export function startOf(cursor: string, states: readonly InboxState[]): PageStart {
  const [, state, at, tie] = partsOf(cursor);
  const known = states.find((one) => one === state);
  if (known === undefined) throw invalid();
  const after = typeof at === 'number' && typeof tie === 'string' ? { at, tie } : undefined;
  const start = { state: known, after };
  // Written again it must be the same: what is left out, added or of another version is not one of ours.
  if (cursorOf(start) !== cursor || after?.tie.includes('\0')) throw invalid();
  return start;
}

function partsOf(cursor: string): readonly unknown[] {
  if (typeof cursor !== 'string' || cursor.length > MAX_LENGTH) throw invalid();
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts)) return parts;
  } catch {
    // Not JSON: not one of ours.
  }
  throw invalid();
}

function invalid(): InboxError {
  return new InboxError(
    'cursor_invalid',
    'The cursor is not one that list() gave for this state: pass nextCursor of the page before with the same filter, or none',
  );
}
