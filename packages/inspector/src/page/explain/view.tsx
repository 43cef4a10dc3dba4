import { BodyView, Field } from '@videocloud/local-web/components';
import { fromBase64 } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import type { Explanation } from '../../protocol.js';
import { HeaderList } from '../deliveries/attempt.js';
import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { Causes } from '../why/causes.js';

// Of a capture with more, the first ones.
const MOST_LISTED = 500;

/** A request from anywhere is pasted here and explained. */
export function ExplainView() {
  const t = useText();
  const [capture, setCapture] = useState('');
  const [signature, setSignature] = useState('');
  const [secret, setSecret] = useState('');
  const [found, setFound] = useState<Explanation>();
  const explain = async (request?: number) => {
    setFound(undefined);
    setFound(await post<Explanation>('/explain', { capture, signature: signature.trim(), secret, request }));
  };
  return (
    <div class="conformance">
      <form
        class="pane explain"
        aria-label={t('explain')}
        onSubmit={(event) => {
          event.preventDefault();
          quietly(explain());
        }}
      >
        <h2>{t('explain')}</h2>
        <p class="help">{t('explain_help')}</p>
        <Field label={t('explain_capture')} rows={12} required value={capture} onInput={setCapture} />
        <Field label={t('explain_signature')} code value={signature} onInput={setSignature} />
        <Field label={t('explain_secret')} secret value={secret} onInput={setSecret} />
        <div class="actions">
          <button type="submit" class="primary">
            {t('explain_run')}
          </button>
        </div>
      </form>
      <div role="status">
        {found !== undefined && <Found found={found} onRequest={(request) => quietly(explain(request))} />}
      </div>
    </div>
  );
}

interface FoundProps {
  readonly found: Explanation;
  readonly onRequest: (request: number) => void;
}

function Found({ found, onRequest }: FoundProps) {
  const t = useText();
  const { valid, causes, webhookId, form, headers, body, request, requests } = found;
  return (
    <section class="pane explain why" aria-label={t('why')}>
      <h2>{t('why')}</h2>
      {requests.length > 1 && (
        <label>
          {t('explain_which', { n: requests.length })}
          <select value={request} onChange={({ currentTarget }) => onRequest(Number(currentTarget.value))}>
            {requests.slice(0, MOST_LISTED).map(({ number, signed, bytes }) => (
              <option key={number} value={number}>
                {t(signed ? 'explain_signed' : 'explain_unsigned', { number, bytes })}
              </option>
            ))}
          </select>
        </label>
      )}
      {valid && <p>{webhookId === undefined ? t('explain_genuine_own') : t('explain_genuine', { id: webhookId })}</p>}
      {!valid && causes.length === 0 && <p>{t('why_nothing')}</p>}
      {causes.length > 0 && <Causes causes={causes} framework={undefined} />}
      <h3>
        {t('explain_read')} {t(`explain_form_${form}`)}
      </h3>
      <HeaderList headers={headers} />
      <BodyView t={t} bytes={fromBase64(body)} />
    </section>
  );
}
