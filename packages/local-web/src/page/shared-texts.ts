import type { Language, Values } from './language.js';

const en = {
  skip: 'Skip to the content',
  language: 'Language',
  theme: 'Theme',
  theme_auto: 'System',
  theme_light: 'Light',
  theme_dark: 'Dark',
  lost: 'Connection lost; reconnecting…',
  close: 'Close',
  cancel: 'Cancel',
  copied: 'Copied',
  copy_failed: 'The browser refused to copy',
  copy_link: 'Copy link',
  loading: 'Loading…',
  body_empty: 'Empty',
  pretty: 'Pretty',
  raw: 'Raw',
  hex: 'Hex',
  bytes: '{n} bytes',
  view: 'View of the body',
  cut: 'Only the first {n} characters are shown.',
} as const;

/** A text that the pages share. */
export type SharedKey = keyof typeof en;

/** The text of a key with its places filled. A page's own texts hold the shared ones, so its function fits. */
export type SharedText = (key: SharedKey, values?: Values) => string;

/** Texts of the shared components; a page spreads them into its own. */
export const SHARED_TEXTS: Readonly<Record<Language, Readonly<Record<SharedKey, string>>>> = {
  en,
  ru: {
    skip: 'К содержимому',
    language: 'Язык',
    theme: 'Тема',
    theme_auto: 'Системная',
    theme_light: 'Светлая',
    theme_dark: 'Тёмная',
    lost: 'Связь потеряна, подключаемся снова…',
    close: 'Закрыть',
    cancel: 'Отмена',
    copied: 'Скопировано',
    copy_failed: 'Браузер не разрешил копирование',
    copy_link: 'Копировать ссылку',
    loading: 'Загрузка…',
    body_empty: 'Пусто',
    pretty: 'Форматированный',
    raw: 'Как есть',
    hex: 'Hex',
    bytes: 'Байтов: {n}',
    view: 'Вид тела',
    cut: 'Показаны только первые {n} знаков.',
  },
};
