import { textIn } from './i18n/texts.js';
import { notify, store } from './state/store.js';

/** Puts text on the clipboard and says so. */
export async function copy(text: string): Promise<void> {
  const texts = textIn(store().language);
  try {
    await navigator.clipboard.writeText(text);
    notify('good', texts('copied'));
  } catch {
    notify('bad', texts('copy_failed'));
  }
}
