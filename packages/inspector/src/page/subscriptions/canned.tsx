import { Field } from '@videocloud/local-web/components';
import { generateSecret } from '@videocloud/webhooks';
import { EVENT_TYPES } from '@videocloud/webhooks/protocol';
import { useState } from 'preact/hooks';
import { useText } from '../i18n/texts.js';
import { call, quietly } from '../state/api.js';
import { notify, useStore } from '../state/store.js';
import { CANNED_KINDS, type CannedAnswer, cannedUrl } from './canned-url.js';

/** An endpoint of the inspector itself: what VideoCloud does with an answer is seen without an app. */
export function CannedForm() {
  const t = useText();
  const webhooks = useStore(({ state }) => state?.webhooks ?? []);
  const [answer, setAnswer] = useState<CannedAnswer>({ kind: 'answer', status: 200, delay: 0, body: '' });
  const [chosen, setChosen] = useState('');
  const webhookId = webhooks.some(({ id }) => id === chosen) ? chosen : (webhooks[0]?.id ?? '');
  const url = cannedUrl(location.origin, answer);
  const set = (changed: Partial<CannedAnswer>) => setAnswer({ ...answer, ...changed });
  const create = async () => {
    await call('POST', '/manage/webhooks', { url, events: EVENT_TYPES, secret: generateSecret() });
    notify('good', t('created'));
  };
  const apply = async () => {
    await call('PUT', `/manage/webhooks/${encodeURIComponent(webhookId)}`, { url });
    notify('good', t('done'));
  };
  return (
    <details class="pane canned">
      <summary>
        <h2>{t('canned')}</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          quietly(create());
        }}
      >
        <p class="help">{t('canned_help')}</p>
        <label>
          {t('canned_kind')}
          <select
            value={answer.kind}
            onChange={({ currentTarget }) =>
              set({ kind: CANNED_KINDS.find((kind) => kind === currentTarget.value) ?? 'answer' })
            }
          >
            {CANNED_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {t(`canned_${kind}`)}
              </option>
            ))}
          </select>
        </label>
        {answer.kind !== 'drop' && (
          <label>
            {t('canned_status')}
            <input
              type="number"
              min={200}
              max={599}
              required
              value={answer.status}
              onInput={({ currentTarget }) => set({ status: currentTarget.valueAsNumber || 200 })}
            />
          </label>
        )}
        <label>
          {t('canned_delay')}
          <input
            type="number"
            min={0}
            max={60_000}
            required
            value={answer.delay}
            onInput={({ currentTarget }) => set({ delay: currentTarget.valueAsNumber || 0 })}
          />
        </label>
        {answer.kind !== 'drop' && (
          <Field
            label={t('canned_body')}
            maxLength={1_000}
            placeholder={'{"received":true}'}
            value={answer.body}
            onInput={(body) => set({ body })}
          />
        )}
        <code class="canned-url">{url}</code>
        <div class="actions">
          <button type="submit" class="primary">
            {t('canned_create')}
          </button>
        </div>
        {webhooks.length > 0 && (
          <>
            <label>
              {t('canned_for')}
              <select value={webhookId} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
                {webhooks.map((webhook) => (
                  <option key={webhook.id} value={webhook.id}>
                    {webhook.id} · {webhook.url}
                  </option>
                ))}
              </select>
            </label>
            <div class="actions">
              <button type="button" onClick={() => quietly(apply())}>
                {t('canned_apply')}
              </button>
            </div>
          </>
        )}
      </form>
    </details>
  );
}
