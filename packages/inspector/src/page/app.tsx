import { visible } from '@videocloud/local-web/page';
import { useEffect } from 'preact/hooks';
import { ConformanceView } from './conformance/view.js';
import { DeliveriesView } from './deliveries/view.js';
import { Header } from './header.js';
import { useText } from './i18n/texts.js';
import { change, useStore } from './state/store.js';
import { SubscriptionsView } from './subscriptions/view.js';

export function App() {
  const t = useText();
  const tab = useStore((store) => store.tab);
  const ready = useStore((store) => store.state !== undefined);
  return (
    <>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <Header />
      <NoticeBar />
      <main id="content" tabIndex={-1} class={`view view-${tab}`}>
        {!ready ? (
          <p class="loading">{t('loading')}</p>
        ) : tab === 'deliveries' ? (
          <DeliveriesView />
        ) : tab === 'subscriptions' ? (
          <SubscriptionsView />
        ) : (
          <ConformanceView />
        )}
      </main>
    </>
  );
}

// Bad news stays until it is closed.
const GOOD_NEWS_MS = 5_000;

/** What just happened, and whether the page still hears from the sender. */
function NoticeBar() {
  const t = useText();
  const notice = useStore((store) => store.notice);
  const lost = useStore((store) => !store.connected && store.state !== undefined);
  useEffect(() => {
    if (notice?.tone !== 'good') return;
    const timer = setTimeout(() => change({ notice: undefined }), GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div class="notices" role="status" aria-live="polite">
      {lost && <p class="notice bad">{t('lost')}</p>}
      {notice !== undefined && (
        <p class={`notice ${notice.tone}`}>
          <span>
            {visible(notice.text)}
            {notice.original !== undefined && <small lang="en">{visible(notice.original)}</small>}
          </span>
          <button type="button" class="quiet" onClick={() => change({ notice: undefined })}>
            {t('close')}
          </button>
        </p>
      )}
    </div>
  );
}
