import { ApiError } from '@videocloud/local-web/server';

/** Reads `limit`: undefined when absent; 400 for anything but an integer from 1 to 100. */
export function readLimit(query: URLSearchParams): number | undefined {
  const value = only(query, 'limit');
  if (value === undefined) return undefined;
  if (!/^(?:[1-9]\d?|100)$/.test(value))
    throw new ApiError('invalid_parameter', 'limit must be an integer from 1 to 100.');
  return Number(value);
}

/** Reads `cursor`, which only the same list gives out: the row number it holds. */
export function readCursor(query: URLSearchParams, list: string): number | undefined {
  const value = only(query, 'cursor');
  if (value === undefined) return undefined;
  const text = Buffer.from(value, 'base64url').toString('latin1');
  const seq = Number(text.slice(list.length + 1));
  if (text.startsWith(`${list}:`) && Number.isSafeInteger(seq) && seq > 0 && writeCursor(list, seq) === value)
    return seq;
  throw new ApiError('invalid_parameter', 'cursor must be a nextCursor of this list.');
}

/** The cursor after a row of a list. */
export const writeCursor = (list: string, seq: number): string =>
  Buffer.from(`${list}:${seq}`, 'latin1').toString('base64url');

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new ApiError('invalid_parameter', `${name} must be given once.`);
  return values[0];
}
