import { visible } from '@videocloud/local-web/page';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';

/** The English words behind what a page in another language says, to be unfolded. */
export function Verbatim({ text }: { readonly text: string }) {
  const t = useText();
  const language = useStore((store) => store.language);
  if (language === 'en' || text === '') return null;
  return (
    <details class="verbatim">
      <summary>{t('verbatim')}</summary>
      <p lang="en">{visible(text)}</p>
    </details>
  );
}
