import { Preferences } from '@videocloud/local-web/components';
import { time } from '@videocloud/local-web/page';
import { useText } from './i18n/texts.js';
import { post, quietly } from './state/api.js';
import { busy } from './state/busy.js';
import { useClock } from './state/clock.js';
import { change, TABS, useStore } from './state/store.js';

export function Header() {
  const t = useText();
  const tab = useStore((state) => state.tab);
  return (
    <header class="top">
      <h1 class="brand">{t('title')}</h1>
      <nav aria-label={t('title')}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            class="tab"
            aria-current={tab === name ? 'page' : undefined}
            onClick={() => change({ tab: name })}
          >
            {t(name)}
          </button>
        ))}
      </nav>
      <ClockBox />
      <button
        type="button"
        class="quiet"
        aria-keyshortcuts="?"
        aria-label={t('keys')}
        title={t('keys')}
        onClick={() => change({ help: true })}
      >
        ?
      </button>
      <ChoiceOfLook />
    </header>
  );
}

function ClockBox() {
  const t = useText();
  const now = useClock();
  const language = useStore((state) => state.language);
  const virtual = useStore(({ state }) => state?.clock.virtual ?? false);
  const forward = (ms: number) => quietly(busy('forwarding', post('/forward', { ms })));
  return (
    <section class="clock" aria-label={t('clock')} title={t('forward_help')}>
      <span class="clock-face">
        <time dateTime={new Date(now).toISOString()}>{time(new Date(now).toISOString(), language)}</time>
        <small>{t(virtual ? 'clock_virtual' : 'clock_real')}</small>
      </span>
      {virtual && (
        <>
          <button type="button" data-key="m" aria-keyshortcuts="m" onClick={() => forward(60_000)}>
            {t('forward_minute')}
          </button>
          <button type="button" data-key="h" aria-keyshortcuts="h" onClick={() => forward(3_600_000)}>
            {t('forward_hour')}
          </button>
        </>
      )}
    </section>
  );
}

/** The server keeps it in a cookie, to draw the first frame right next time. */
function remember(choice: { language: string } | { theme: string }): void {
  quietly(post('/preferences', choice));
}

function ChoiceOfLook() {
  const t = useText();
  const language = useStore((state) => state.language);
  return (
    <Preferences t={t} language={language} onLanguage={(chosen) => change({ language: chosen })} remember={remember} />
  );
}
