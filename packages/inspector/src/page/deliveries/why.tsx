import { fromBase64, type Language, span, visible } from '@videocloud/local-web/page';
import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import { useEffect, useState } from 'preact/hooks';
import type { AttemptView, DeliveryView, Why } from '../../protocol.js';
import { attemptError } from '../i18n/attempt-error.js';
import { isKey, type Text, useText } from '../i18n/texts.js';
import { call, post, quietly } from '../state/api.js';
import { notify, useStore } from '../state/store.js';
import { Causes } from './causes.js';
import { Verbatim } from './verbatim.js';

interface WhyProps {
  readonly detail: DeliveryView;
  readonly attempt: AttemptView | undefined;
}

/** Why an attempt failed, and what happens next. */
export function WhyPanel({ detail, attempt }: WhyProps) {
  const t = useText();
  const language = useStore((store) => store.language);
  if (attempt?.error === undefined) return null;
  const status = attempt.response?.status ?? 0;
  const broken = detail.probe !== undefined && detail.probe !== 'exact' && detail.probe !== 'duplicate';
  return (
    <section class="part why" aria-label={t('why')}>
      <h3>{t('why')}</h3>
      {broken && <p>{t(`why_mode_${detail.probe}`)}</p>}
      {status === 401 || status === 403 ? (
        <Doctor detail={detail} attempt={attempt} />
      ) : (
        <>
          <p>{reason(t, language, attempt, status)}</p>
          {status === 0 && <Verbatim text={attempt.error.message} />}
        </>
      )}
      {detail.probe === undefined && <Schedule detail={detail} />}
    </section>
  );
}

function reason(t: Text, language: Language, { error }: AttemptView, status: number): string {
  if (status >= 500) return t('why_5xx');
  if (status >= 400) return t('why_4xx');
  if (status >= 300) return t('why_3xx');
  if (error?.code === 'timeout') return t('why_timeout');
  const said = { error: visible(attemptError(`${error?.code}: ${error?.message}`, language)) };
  if (status >= 200) return t('why_broken_off', said);
  const key = `why_${error?.code}`;
  return isKey(key) ? t(key, said) : t('why_network', said);
}

/** Where the delivery stands on the schedule, and what `failed` means. */
function Schedule({ detail }: { readonly detail: DeliveryView }) {
  const t = useText();
  const schedule = useStore(({ state }) => state?.schedule ?? []);
  const webhook = useStore(({ state }) => state?.webhooks.find(({ id }) => id === detail.webhookId));
  const made = detail.attempts.length;
  const reactivate = async () => {
    await call('PUT', `/manage/webhooks/${encodeURIComponent(detail.webhookId)}`, { status: 'active' });
    notify('good', t('done'));
  };
  return (
    <>
      <ol class="schedule">
        {schedule.map((delay, index) => (
          <li key={index} class={index + 1 < made ? 'past' : index + 1 === made ? 'due' : ''}>
            {t('schedule_step', { n: index + 2, time: span(delay) })}
          </li>
        ))}
      </ol>
      <p class="help">{t('why_exhausted', { n: schedule.length + 1 })}</p>
      {webhook?.status === 'failed' && (
        <button type="button" class="primary" onClick={() => quietly(reactivate())}>
          {t('reactivate')}
        </button>
      )}
    </>
  );
}

/** The doctor's causes, and a form for what only the receiver's owner knows. */
function Doctor({ detail, attempt }: { readonly detail: DeliveryView; readonly attempt: AttemptView }) {
  const t = useText();
  const [found, setFound] = useState<Why>();
  const sent = fromBase64(detail.body).length;
  const [secret, setSecret] = useState('');
  const [body, setBody] = useState('');
  const [framework, setFramework] = useState('');
  const ask = async (more: object) => {
    const path = `/deliveries/${encodeURIComponent(detail.id)}/why`;
    setFound(await post<Why>(path, { attempt: attempt.number, ...more }));
  };
  useEffect(() => quietly(ask({})), [detail.id, attempt.number]);
  return (
    <>
      {found?.answerCode !== undefined && <p>{t('why_code', { code: visible(found.answerCode) })}</p>}
      {found?.canned && <p>{t('why_canned')}</p>}
      {found?.genuine && !found.canned && (
        <p>
          {t('why_genuine')} {t(found.survivesReserializing ? 'why_survives' : 'why_reserialize')}
        </p>
      )}
      {found !== undefined && <Causes causes={found.causes} framework={found.framework} />}
      <details>
        <summary>{t('why_ask')}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            quietly(ask({ secret, body, framework }));
          }}
        >
          <label>
            {t('why_secret')}
            <input
              type="password"
              autocomplete="off"
              value={secret}
              onInput={({ currentTarget }) => setSecret(currentTarget.value)}
            />
          </label>
          <label>
            {t('why_body')}
            <textarea
              class="code"
              rows={3}
              spellcheck={false}
              value={body}
              onInput={({ currentTarget }) => setBody(currentTarget.value)}
            />
          </label>
          <label>
            {t('why_framework')}
            <select value={framework} onChange={({ currentTarget }) => setFramework(currentTarget.value)}>
              <option value="">{found?.framework ?? t('why_any')}</option>
              {FRAMEWORKS.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="primary">
            {t('why_run')}
          </button>
        </form>
        {found?.compared !== undefined && (
          <div role="status">
            {found.compared.bytes !== sent && <p>{t('why_lengths', { here: found.compared.bytes, sent })}</p>}
            {found.compared.valid ? (
              <p>{t('why_valid')}</p>
            ) : found.compared.causes.length === 0 ? (
              <p>{t('why_nothing')}</p>
            ) : (
              <Causes causes={found.compared.causes} framework={found.framework} />
            )}
          </div>
        )}
      </details>
    </>
  );
}
