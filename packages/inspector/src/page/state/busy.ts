import { type Key, textIn } from '../i18n/texts.js';
import { change, notify, store } from './store.js';

// Shorter work needs no notice.
const NOTICE_AFTER_MS = 400;

/** Shows that work is under way while it takes long; its own notice at the end takes the place of this one. */
export async function busy<T>(key: Key, work: Promise<T>): Promise<T> {
  const text = textIn(store().language)(key);
  const timer = setTimeout(() => notify('busy', text), NOTICE_AFTER_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (store().notice?.text === text) change({ notice: undefined });
  }
}
