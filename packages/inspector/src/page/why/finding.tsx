import { visible } from '@videocloud/local-web/page';
import type { Finding } from '../../protocol.js';
import { findingText } from '../i18n/findings/findings.js';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';

interface FindingLineProps {
  readonly finding: Finding;
  /** Ways to fix it in place of the general one. */
  readonly withFix?: boolean;
}

/** What happened, how sure that is, and what to do. */
export function FindingLine({ finding, withFix = true }: FindingLineProps) {
  const t = useText();
  const language = useStore((store) => store.language);
  const { text, fix } = findingText(finding, language);
  return (
    <ul class="causes">
      <li>
        <p class="cause-head">
          <span class={finding.proof === 'proven' ? 'chip bad' : 'chip warn'}>{t(finding.proof)}</span>
          <code>{finding.code}</code>
        </p>
        <p>{visible(text)}</p>
        {withFix && fix !== undefined && (
          <p>
            <strong>{t('fix')}: </strong>
            {visible(fix)}
          </p>
        )}
      </li>
    </ul>
  );
}
