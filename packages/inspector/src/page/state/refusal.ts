import { captureInRussian } from '@videocloud/local-web/captures-ru';
import { fill, type Language, type Values } from '@videocloud/local-web/page';
import { API_RU, FIELDS_RU, REFUSALS_RU } from '../i18n/refusals-ru.js';

/** `error` of an answer: of the page's own server, with a key, or of the management API, without. */
export interface Refused {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
  readonly key?: string;
  readonly values?: Values;
}

interface Said {
  readonly text: string;
  /** The English text, where the translation is shorter. */
  readonly original?: string | undefined;
}

/** A refusal in the language of the page. */
export function refusalIn(language: Language, refused: Refused): Said {
  const { code, message = '', details = [], key, values } = refused;
  const english = details.map(({ path, message: why }) => (path === '' ? why : `${path}: ${why}`)).join(' ') || message;
  if (language === 'en') return { text: english };
  const own = named(REFUSALS_RU, key);
  if (own !== undefined) {
    const why = values?.why;
    return { text: fill(own, typeof why === 'string' ? { ...values, why: captureInRussian(why) } : values) };
  }
  const lead = named(API_RU, code);
  if (lead === undefined) return { text: english };
  const fields = new Set(details.map(({ path }) => path.split('.')[0] ?? ''));
  const asked = [...fields].flatMap((field) => {
    const rule = named(FIELDS_RU, field);
    return rule === undefined ? [] : `${field}: ${rule}.`;
  });
  return { text: [lead, ...asked].join(' '), original: english };
}

function named(texts: Readonly<Record<string, string>>, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(texts, name) ? texts[name] : undefined;
}
