import { textIn } from './i18n/texts.js';
import { say, store } from './store.js';

/** Puts text on the clipboard and says so. */
export async function copy(text: string): Promise<void> {
  const texts = textIn(store().language);
  try {
    await navigator.clipboard.writeText(text);
    say('good', texts('copied'));
  } catch {
    say('bad', texts('copy_failed'));
  }
}
