import type { Item } from '../../protocol.js';

// A row is another object when it changes, so a text is made once for each state of a row.
const texts = new WeakMap<Item, string>();

/** What the search looks at in a row, in lower case; its endpoint is compared apart. */
export function searchText(item: Item): string {
  let text = texts.get(item);
  if (text === undefined) {
    const { id, event, error = '', responseCode = '' } = item;
    text = `${id} ${event} ${error} ${responseCode}`.toLowerCase();
    texts.set(item, text);
  }
  return text;
}
