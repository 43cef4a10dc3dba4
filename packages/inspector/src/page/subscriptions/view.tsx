import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';
import { CannedForm } from './canned.js';
import { SubscriptionCard } from './card.js';
import { CreateForm } from './create.js';

export function SubscriptionsView() {
  const t = useText();
  const webhooks = useStore(({ state }) => state?.webhooks ?? []);
  return (
    <div class="subscriptions">
      <CreateForm />
      <CannedForm />
      <div class="cards">
        {webhooks.length === 0 && (
          <div class="empty teach">
            <p>{t('sub_empty')}</p>
            <p>{t('sub_teach')}</p>
          </div>
        )}
        {webhooks.map((webhook) => (
          <SubscriptionCard key={webhook.id} webhook={webhook} />
        ))}
      </div>
      <p class="help">{t('api_help')}</p>
    </div>
  );
}
