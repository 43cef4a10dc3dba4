import { causeInRussian } from '@videocloud/local-web/causes-ru';
import { visible } from '@videocloud/local-web/page';
import type { Cause } from '@videocloud/webhooks/doctor';
import type { Why } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';
import { Verbatim } from './verbatim.js';

interface CausesProps {
  readonly causes: readonly Cause[];
  readonly framework: Why['framework'];
}

/** What the doctor found, most certain first, in the language of the page. */
export function Causes({ causes, framework }: CausesProps) {
  const t = useText();
  const language = useStore((store) => store.language);
  if (causes.length === 0) return null;
  return (
    <ul class="causes">
      {causes.map((cause, index) => {
        const { code, proof } = cause;
        const { message, fix } = language === 'ru' ? causeInRussian(code, framework) : cause;
        return (
          <li key={`${code}-${index}`}>
            <p class="cause-head">
              <span class={proof === 'proven' ? 'chip bad' : 'chip warn'}>{t(proof)}</span>
              <code>{code}</code>
            </p>
            <p>{visible(message)}</p>
            <p>
              <strong>{t('fix')}: </strong>
              {visible(fix)}
            </p>
            {/* What the doctor measured, such as lengths, stands in its own words only. */}
            <Verbatim text={cause.message} />
          </li>
        );
      })}
    </ul>
  );
}
