import { useStore } from '../store.js';
import { en } from './en.js';
import { ru } from './ru.js';

export type Language = 'en' | 'ru';
export type Key = keyof typeof en;
export type Values = Readonly<Record<string, string | number>>;
export type Text = (key: Key, values?: Values) => string;

const TEXTS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en, ru };

/** A text with its places in braces filled. */
export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));

export function textIn(language: Language): Text {
  const texts = TEXTS[language];
  return (key, values) => fill(texts[key], values);
}

const IN = { en: textIn('en'), ru: textIn('ru') };

/** The texts in the language of the page. */
export function useText(): Text {
  return IN[useStore((store) => store.language)];
}

export const isKey = (text: string): text is Key => Object.hasOwn(en, text);
