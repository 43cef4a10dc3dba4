import type { SharedText } from '../shared-texts.js';
import type { Notify } from './notice-bar.js';

/** Puts text on the clipboard and shows a notice about it. */
export async function copy(text: string, notify: Notify, t: SharedText): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notify('good', t('copied'));
  } catch {
    notify('bad', t('copy_failed'));
  }
}
