import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { change, NO_FILTERS, useStore } from '../state/store.js';

/** What to do where there is no delivery, or none that fits. */
export function EmptyList() {
  const t = useText();
  const none = useStore((store) => store.list.all === 0);
  const subscribed = useStore(({ state }) => (state?.webhooks.length ?? 0) > 0);
  const sample = useStore(({ state }) => state?.events.find(({ name }) => name === 'video.processed')?.sample);
  if (!none) {
    return (
      <div class="empty">
        <p>{t('list_none')}</p>
        <button type="button" onClick={() => change({ filters: NO_FILTERS })}>
          {t('list_clear')}
        </button>
      </div>
    );
  }
  return (
    <div class="empty teach">
      <p>{t('list_empty')}</p>
      <ol>
        <li>{t('teach_subscribe')}</li>
        <li>{t('teach_send')}</li>
        <li>{t('teach_break')}</li>
        <li>{t('teach_why')}</li>
      </ol>
      {subscribed ? (
        <button
          type="button"
          onClick={() =>
            quietly(post('/send', { event: 'video.processed', data: sample ?? {}, count: 1, fresh: true }))
          }
        >
          {t('teach_first')}
        </button>
      ) : (
        <button type="button" onClick={() => change({ tab: 'subscriptions' })}>
          {t('sub_create')}
        </button>
      )}
    </div>
  );
}
