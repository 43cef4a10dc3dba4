import { dateTime, span, time, visible } from '@videocloud/local-web/page';
import type { DeliveryView } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { call, post, quietly } from '../state/api.js';
import { busy } from '../state/busy.js';
import { useClock } from '../state/clock.js';
import { notify, useStore } from '../state/store.js';
import { SchedulePicture } from './picture.js';

interface TimelineProps {
  readonly detail: DeliveryView;
  readonly chosen: number | undefined;
  readonly onChoose: (attempt: number) => void;
}

/** The attempts of a delivery, as a picture and as a list, and what comes next. */
export function Timeline({ detail, chosen, onChoose }: TimelineProps) {
  const t = useText();
  const language = useStore((store) => store.language);
  const virtual = useStore(({ state }) => state?.clock.virtual ?? false);
  const { attempts, nextAttemptAt, status } = detail;
  const due = status === 'pending' && attempts.length > 0 ? nextAttemptAt : undefined;
  const forward = (to: string) => quietly(busy('forwarding', post('/forward', { deliveryId: detail.id, to })));
  return (
    <section class="part" aria-label={t('timeline')}>
      <h3>{t('timeline')}</h3>
      {detail.probe === undefined && <SubscriptionState webhookId={detail.webhookId} />}
      <SchedulePicture detail={detail} />
      <ol class="timeline">
        {attempts.map(({ number, trigger, startedAt, response, error }) => (
          <li key={number}>
            <button
              type="button"
              class={error === undefined ? 'step good' : 'step bad'}
              aria-pressed={number === chosen}
              title={dateTime(Date.parse(startedAt), language)}
              onClick={() => onChoose(number)}
            >
              <strong>{number}</strong>
              <span>{response?.status ?? error?.code}</span>
              <small>
                {t(`trigger_${trigger}`)} · {time(startedAt, language)}
              </small>
            </button>
          </li>
        ))}
        {due !== undefined && (
          <li>
            <span class="step next">
              <strong>{attempts.length + 1}</strong>
              <span>
                <Countdown to={due} />
              </span>
              <small>{t('next_due', { time: time(due, language) })}</small>
            </span>
          </li>
        )}
      </ol>
      {due !== undefined && virtual && (
        <div class="actions">
          <button type="button" class="primary" data-key="n" aria-keyshortcuts="n" onClick={() => forward('next')}>
            {t('forward_next')}
          </button>
          <button type="button" data-key="e" aria-keyshortcuts="e" onClick={() => forward('end')}>
            {t('forward_end')}
          </button>
        </div>
      )}
    </section>
  );
}

function Countdown({ to }: { readonly to: string }) {
  return <>{span(Date.parse(to) - useClock())}</>;
}

/** Whether the subscription still delivers: the end of one delivery switches it off. */
function SubscriptionState({ webhookId }: { readonly webhookId: string }) {
  const t = useText();
  const webhook = useStore(({ state }) => state?.webhooks.find(({ id }) => id === webhookId));
  const reactivate = async () => {
    await call('PUT', `/manage/webhooks/${encodeURIComponent(webhookId)}`, { status: 'active' });
    notify('good', t('done'));
  };
  return (
    <div class="sub-state">
      <span class={webhook?.status === 'active' ? 'chip good' : 'chip bad'}>
        {t(webhook === undefined ? 'status_gone' : webhook.status === 'active' ? 'status_active' : 'status_failed')}
      </span>
      <code>{visible(webhook?.url ?? webhookId)}</code>
      {webhook?.status === 'failed' && (
        <button type="button" class="primary" onClick={() => quietly(reactivate())}>
          {t('reactivate')}
        </button>
      )}
    </div>
  );
}
