import type { Redis } from 'ioredis';
import type { Position } from '../engine.js';

/** A job and its place in one of BullMQ's lists or sets. */
export interface Found {
  readonly id: string;
  readonly at: number;
}

interface ListRange {
  readonly place: Position | undefined;
  readonly count: number;
}

interface SetRange extends ListRange {
  readonly ascending: boolean;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * The jobs of a list behind a place, those that are taken next first: the list's end. While workers take from that end,
 * places move: the job of the place is looked for, and where it is gone, all that came before it is gone, too.
 */
export async function readList(client: Redis, key: string, { place, count }: ListRange): Promise<Found[]> {
  const start = place === undefined ? 0 : (await indexOf(client, key, place)) + 1;
  const ids = await client.lrange(key, -(start + count), -(start + 1));
  return ids.reverse().map((id, index) => ({ id, at: start + index }));
}

async function indexOf(client: Redis, key: string, { at, tie }: Position): Promise<number> {
  if ((await client.lindex(key, -(at + 1))) === tie) return at;
  const found = await client.lpos(key, tie, 'RANK', -1);
  return found === null ? -1 : (await client.llen(key)) - 1 - found;
}

/** The jobs of a sorted set behind a place. */
export async function readSet(client: Redis, key: string, range: SetRange): Promise<Found[]> {
  const { place, count, ascending, since, until } = range;
  let low = since === undefined ? '-inf' : String(since);
  let high = until === undefined ? '+inf' : `(${until}`;
  if (place !== undefined && ascending && !(since !== undefined && since > place.at)) low = String(place.at);
  if (place !== undefined && !ascending && !(until !== undefined && until <= place.at)) high = String(place.at);
  const found: Found[] = [];
  // Jobs of the same score come in the order of their ids: those up to the place are passed over.
  for (let offset = 0; found.length < count; ) {
    const part = ascending
      ? await client.zrangebyscore(key, low, high, 'WITHSCORES', 'LIMIT', offset, count)
      : await client.zrevrangebyscore(key, high, low, 'WITHSCORES', 'LIMIT', offset, count);
    for (let index = 0; index + 1 < part.length; index += 2) {
      const job = { id: part[index] ?? '', at: Number(part[index + 1]) };
      if (place === undefined || isBehind(job, place, ascending)) found.push(job);
    }
    if (part.length < 2 * count) break;
    offset += count;
  }
  return found.slice(0, count);
}

function isBehind(job: Found, place: Position, ascending: boolean): boolean {
  if (job.at !== place.at) return true;
  return ascending ? isGreater(job.id, place.tie) : isGreater(place.tie, job.id);
}

/** Redis compares bytes; job ids are ASCII. */
function isGreater(one: string, other: string): boolean {
  return one > other;
}
