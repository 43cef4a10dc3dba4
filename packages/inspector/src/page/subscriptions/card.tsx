import { time, visible } from '@videocloud/local-web/page';
import type { WebhookRecord } from '@videocloud/webhooks-sender';
import { useState } from 'preact/hooks';
import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { useStore } from '../state/store.js';
import { DeleteAction, EventsAction, HistoryAction, ReactivateAction, RotateAction, TestAction } from './actions.js';

const ACTIONS = ['test', 'edit_events', 'rotate', 'history', 'delete'] as const;
type Action = (typeof ACTIONS)[number] | 'reactivate';

export function SubscriptionCard({ webhook }: { readonly webhook: WebhookRecord }) {
  const t = useText();
  const language = useStore((store) => store.language);
  const [open, setOpen] = useState<Action>();
  const { id, url, status, events, lastDelivery } = webhook;
  const actions: readonly Action[] = status === 'failed' ? ['reactivate', ...ACTIONS] : ACTIONS;
  const close = () => setOpen(undefined);
  return (
    <article class="pane card" aria-label={visible(url)}>
      <header class="card-head">
        <h2>{visible(url)}</h2>
        <span class={status === 'active' ? 'chip good' : 'chip bad'}>
          {t(status === 'active' ? 'status_active' : 'status_failed')}
        </span>
      </header>
      <p class="card-meta">
        <code>{id}</code>
        <span>
          {lastDelivery === undefined
            ? t('never')
            : t('last_delivery', {
                time: time(lastDelivery.timestamp, language),
                result: t(lastDelivery.success ? 'result_ok' : 'result_bad'),
              })}
        </span>
      </p>
      <ul class="tags">
        {events.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <SecretLine webhookId={id} />
      <div class="actions">
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            class={action === 'reactivate' ? 'primary' : ''}
            aria-expanded={open === action}
            onClick={() => setOpen(open === action ? undefined : action)}
          >
            {t(action)}
          </button>
        ))}
      </div>
      {open === 'test' && <TestAction webhook={webhook} />}
      {open === 'edit_events' && <EventsAction webhook={webhook} onDone={close} />}
      {open === 'rotate' && <RotateAction webhook={webhook} onDone={close} />}
      {open === 'history' && <HistoryAction webhook={webhook} />}
      {open === 'delete' && <DeleteAction webhook={webhook} />}
      {open === 'reactivate' && <ReactivateAction webhook={webhook} onDone={close} />}
    </article>
  );
}

/** The secret is not in the page until it is asked for, and not after it is hidden. */
function SecretLine({ webhookId }: { readonly webhookId: string }) {
  const t = useText();
  const [secret, setSecret] = useState<string>();
  const show = async () => {
    const answer = await post<{ secret: string }>(`/webhooks/${encodeURIComponent(webhookId)}/secret`);
    setSecret(answer.secret);
  };
  return (
    <p class="secret-line">
      <span class="help">{t('secret')}</span>
      <code>{secret === undefined ? '••••••••••••' : visible(secret)}</code>
      <button
        type="button"
        class="quiet"
        onClick={() => (secret === undefined ? quietly(show()) : setSecret(undefined))}
      >
        {t(secret === undefined ? 'secret_show' : 'secret_hide')}
      </button>
    </p>
  );
}
