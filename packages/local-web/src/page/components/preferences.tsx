import { useState } from 'preact/hooks';
import type { Language } from '../language.js';
import type { SharedText } from '../shared-texts.js';

interface PreferencesProps {
  readonly t: SharedText;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  /** Keeps a choice, so that the first frame is drawn right next time. */
  readonly remember: (choice: { language: Language } | { theme: string }) => void;
}

/** The choice of language and theme. */
export function Preferences({ t, language, onLanguage, remember }: PreferencesProps) {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? 'auto');
  const chooseLanguage = (value: string) => {
    const chosen = value === 'ru' ? 'ru' : 'en';
    document.documentElement.lang = chosen;
    remember({ language: chosen });
    onLanguage(chosen);
  };
  const chooseTheme = (value: string) => {
    document.documentElement.dataset.theme = value;
    remember({ theme: value });
    setTheme(value);
  };
  return (
    <div class="preferences">
      <select
        aria-label={t('language')}
        value={language}
        onChange={(event) => chooseLanguage(event.currentTarget.value)}
      >
        <option value="en">English</option>
        <option value="ru">Русский</option>
      </select>
      <select aria-label={t('theme')} value={theme} onChange={(event) => chooseTheme(event.currentTarget.value)}>
        <option value="auto">{t('theme_auto')}</option>
        <option value="light">{t('theme_light')}</option>
        <option value="dark">{t('theme_dark')}</option>
      </select>
    </div>
  );
}
