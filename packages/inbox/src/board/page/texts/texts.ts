import { fill, type Language, type Values } from '@videocloud/local-web/page';
import { useBoard } from '../state/store.js';
import { en } from './en.js';
import { ru } from './ru.js';

export type Key = keyof typeof en;
export type Text = (key: Key, values?: Values) => string;

const textIn =
  (texts: Readonly<Record<Key, string>>): Text =>
  (key, values) =>
    fill(texts[key], values);

const IN: Readonly<Record<Language, Text>> = { en: textIn(en), ru: textIn(ru) };

export const textsOf = (language: Language): Text => IN[language];

/** The texts in the language of the page. */
export const useText = (): Text => IN[useBoard((state) => state.language)];

/** A number with the separators of the language. */
export const number = (n: number, language: Language): string =>
  n.toLocaleString(language === 'ru' ? 'ru-RU' : 'en-US');

/** A moment: the time of day, with the date unless it is today's. */
export function moment(at: number, language: Language): string {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const date = new Date(at);
  const time = date.toLocaleTimeString(locale);
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString(locale, { day: 'numeric', month: 'short' })} ${time}`;
}

/** A problem of the validator in the language of the page; an unknown one in its English words. */
export function issueText(message: string, t: Text): string {
  if (message === 'is required') return t('issue_required');
  const type = /^must be (array|object|string|number|boolean|null)$/.exec(message)?.[1];
  if (type !== undefined) return t('issue_type', { type });
  return /^is not a known event name/.test(message) && t('issue_event') !== 'is not a known event name'
    ? t('issue_event')
    : message;
}
