import { languageOf, type PageLanguage, type PageTheme, themeOf } from '@videocloud/local-web/page-server';
import { text } from './query.js';

/** How a reader wants the page: kept in cookies of its own path, so that the first frame is drawn right. */
interface Preferences {
  readonly language: PageLanguage;
  readonly theme: PageTheme;
  /** Whether single keys do something. */
  readonly keys: boolean;
}

const CHOICES = { language: ['en', 'ru'], theme: ['auto', 'light', 'dark'], keys: ['on', 'off'] } as const;
const NAMES = ['language', 'theme', 'keys'] as const;
const YEAR_SECONDS = 31_536_000;

const cookieOf = (name: (typeof NAMES)[number]): string => `videocloud_board_${name}`;

/** What was chosen before, else what the browser says. */
export function preferencesOf(headers: Headers): Preferences {
  const cookies = headers.get('cookie') ?? '';
  const chosen = (name: (typeof NAMES)[number]) => new RegExp(`(?:^|;\\s*)${cookieOf(name)}=(\\w+)`).exec(cookies)?.[1];
  return {
    language: languageOf(chosen('language'), headers.get('accept-language')),
    theme: themeOf(chosen('theme')),
    keys: chosen('keys') !== 'off',
  };
}

/** The cookies that keep the choices of a query; others are left out. */
export function keptPreferences(query: URLSearchParams, basePath: string): string[] {
  return NAMES.flatMap((name) => {
    const value = CHOICES[name].find((known) => known === text(query, name));
    const path = basePath === '' ? '/' : basePath;
    const rules = `Path=${path}; Max-Age=${YEAR_SECONDS}; SameSite=Strict; HttpOnly`;
    return value === undefined ? [] : [`${cookieOf(name)}=${value}; ${rules}`];
  });
}
