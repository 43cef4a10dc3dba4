import type { Item } from '../../protocol.js';
import { textIn } from '../i18n/texts.js';
import { change, store } from './store.js';

// One sentence for all that arrives meanwhile: a screen reader speaks slower than deliveries come.
const GATHER_MS = 1_500;

let delivered = 0;
let failed = 0;
let waiting = false;

/** Says in the live region what attempts came to. */
export function announce(items: Iterable<Item>): void {
  for (const { status, error, probe } of items) {
    if (probe !== undefined) continue;
    if (status === 'success') delivered += 1;
    else if (error !== undefined) failed += 1;
  }
  if (waiting || delivered + failed === 0) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    change({ announcement: textIn(store().language)('announce', { delivered, failed }) });
    delivered = 0;
    failed = 0;
  }, GATHER_MS);
}
