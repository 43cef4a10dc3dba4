import { fill, type Language, type Values } from '@videocloud/local-web/page';
import { useStore } from '../state/store.js';
import { en } from './en.js';
import { ru } from './ru.js';

export type Key = keyof typeof en;
export type Text = (key: Key, values?: Values) => string;

const TEXTS: Readonly<Record<Language, Readonly<Record<Key, string>>>> = { en, ru };

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
