import { visible } from '@videocloud/local-web/page';
import type { RecordView } from '../../protocol.js';
import { issueText, useText } from '../texts/texts.js';

/** What the library's own checks say of the bytes: the schema of the event, or why they are no event. */
export function FitPanel({ record: { fit, event } }: { readonly record: RecordView }) {
  const t = useText();
  const fits = fit.kind === 'fits';
  return (
    <section class={fits ? 'part' : 'part misfit warned'} aria-label={t('fit')}>
      <h3>{t('fit')}</h3>
      <p class={fits ? 'good-text' : undefined}>{t(`fit_${fit.kind}`, { event: visible(event ?? '') })}</p>
      {'issues' in fit && (
        <ul class="issues">
          {fit.issues.map(({ path, message }, index) => (
            <li key={index}>
              <code>{path === '' ? t('whole') : visible(path)}</code> {visible(issueText(message, t))}
            </li>
          ))}
        </ul>
      )}
      {'message' in fit && (
        <p class="help" lang="en">
          {visible(fit.message)}
        </p>
      )}
    </section>
  );
}
