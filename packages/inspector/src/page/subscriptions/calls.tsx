import { visible } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import { copy } from '../copy.js';
import { useText } from '../i18n/texts.js';
import { quietly } from '../state/api.js';
import { useStore } from '../state/store.js';
import { type ApiCall, clientOfCall, curlOfCall } from './operations.js';

/** Shows a call of the API, as curl and as client code. */
export function CallPanel({ call }: { readonly call: ApiCall }) {
  const t = useText();
  const apiUrl = useStore(({ state }) => state?.apiUrl ?? '');
  const needsToken = useStore(({ state }) => state?.needsToken ?? false);
  const [view, setView] = useState<'curl' | 'client'>('curl');
  const text = (view === 'curl' ? curlOfCall : clientOfCall)(call, { apiUrl, needsToken });
  return (
    <section class="call" aria-label={t('api_call')}>
      <fieldset class="switch">
        <legend class="hidden">{t('api_call')}</legend>
        <strong>{t('api_call')}</strong>
        {(['curl', 'client'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={name === view} onClick={() => setView(name)}>
            {t(`call_${name}`)}
          </button>
        ))}
        <button type="button" class="quiet" onClick={() => quietly(copy(text))}>
          {t('copy')}
        </button>
      </fieldset>
      <pre class="bytes">{visible(text)}</pre>
    </section>
  );
}
