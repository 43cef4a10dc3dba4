import { copy as copyText } from '@videocloud/local-web/components';
import { textIn } from './i18n/texts.js';
import { notify, store } from './state/store.js';

/** Puts text on the clipboard and shows a notice about it. */
export const copy = (text: string): Promise<void> => copyText(text, notify, textIn(store().language));
