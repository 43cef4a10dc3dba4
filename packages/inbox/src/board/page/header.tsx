import { Preferences } from '@videocloud/local-web/components';
import { togglePause } from './state/actions.js';
import { remember, shown } from './state/api.js';
import { board, readOnly, useBoard } from './state/store.js';
import { textsOf, useText } from './texts/texts.js';

export function Header() {
  const t = useText();
  const language = useBoard((state) => state.language);
  const paused = useBoard((state) => state.stats?.paused);
  return (
    <header class="top">
      <h1 class="brand">{t('title')}</h1>
      {readOnly && <span class="chip">{t('read_only')}</span>}
      {paused !== undefined && (
        <div class="run-state">
          <span class={paused ? 'chip warn' : 'chip good'}>{t(paused ? 'paused_now' : 'running_now')}</span>
          {!readOnly && (
            <button type="button" onClick={() => void shown(togglePause())}>
              {t(paused ? 'resume' : 'pause')}
            </button>
          )}
        </div>
      )}
      <button
        type="button"
        class="keys-button"
        aria-haspopup="dialog"
        onClick={() => board.change({ dialog: { kind: 'keys' } })}
      >
        {t('keys')} <kbd>?</kbd>
      </button>
      <div class="look">
        <Preferences
          t={t}
          language={language}
          onLanguage={(chosen) => {
            board.change({ language: chosen });
            document.title = textsOf(chosen)('title');
          }}
          remember={remember}
        />
      </div>
    </header>
  );
}
