import { VideoCloudApiError } from '../errors.js';

const MAX_EMPTY_PAGES = 100;

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** The page as its type promises it: some servers write `null` or an empty cursor on the last page. */
export function withoutEmptyCursor<P extends Page<unknown>>(page: P): P {
  const { nextCursor, ...last } = page;
  return nextCursor ? page : (last as P);
}

/**
 * The items of all pages. Bounded, whatever cursors the server gives.
 *
 * @throws VideoCloudApiError `invalid_response` when a cursor repeats, after 100 empty pages in a row, or after `maxPages`:
 * the list is not known to be complete then
 */
export async function* allPages<T>(
  method: string,
  maxPages: number,
  page: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T, void> {
  const seen = new Set<string>();
  let emptyPages = 0;
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    if (nextCursor === undefined) return;
    emptyPages = items.length === 0 ? emptyPages + 1 : 0;
    if (seen.has(nextCursor)) throw endless(method, 'the server gave the same cursor twice', pages);
    if (emptyPages >= MAX_EMPTY_PAGES) throw endless(method, `${emptyPages} pages in a row are empty`, pages);
    if (pages >= maxPages) throw endless(method, `the list has more than ${maxPages} pages`, pages);
    seen.add(nextCursor);
    cursor = nextCursor;
  }
}

function endless(method: string, reason: string, pages: number): VideoCloudApiError {
  return new VideoCloudApiError({
    status: 200,
    code: 'invalid_response',
    message: `${method}: stopped after ${pages} pages, the list has no end (${reason}). Is the server's paging right? If the account is that large, give a larger limit`,
    attempts: 1,
  });
}
