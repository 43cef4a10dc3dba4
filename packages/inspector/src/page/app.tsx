import { NoticeBar } from '@videocloud/local-web/components';
import { ConformanceView } from './conformance/view.js';
import { DeliveriesView } from './deliveries/view.js';
import { ExplainView } from './explain/view.js';
import { Header } from './header.js';
import { useText } from './i18n/texts.js';
import { KeyHelp } from './keys/help.js';
import { change, useStore } from './state/store.js';
import { SubscriptionsView } from './subscriptions/view.js';

export function App() {
  const t = useText();
  const tab = useStore((store) => store.tab);
  const ready = useStore((store) => store.state !== undefined);
  const notice = useStore((store) => store.notice);
  const announcement = useStore((store) => store.announcement);
  const lost = useStore((store) => !store.connected && store.state !== undefined);
  return (
    <>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <Header />
      <p class="hidden" role="log" aria-live="polite">
        {announcement}
      </p>
      <NoticeBar t={t} notice={notice} lost={lost} onClose={() => change({ notice: undefined })} />
      <main id="content" tabIndex={-1} class={`view view-${tab}`}>
        {!ready ? (
          <p class="loading">{t('loading')}</p>
        ) : tab === 'deliveries' ? (
          <DeliveriesView />
        ) : tab === 'subscriptions' ? (
          <SubscriptionsView />
        ) : tab === 'explain' ? (
          <ExplainView />
        ) : (
          <ConformanceView />
        )}
      </main>
      <KeyHelp />
    </>
  );
}
