/** The languages of our pages. */
export type Language = 'en' | 'ru';

/** What fills the places of a text. */
export type Values = Readonly<Record<string, string | number>>;

/** Fills the places in braces: `fill('{n} of {all}', { n: 1, all: 2 })` is `1 of 2`. */
export const fill = (text: string, values: Values = {}): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
