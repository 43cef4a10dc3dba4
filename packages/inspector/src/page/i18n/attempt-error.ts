import type { Language } from '@videocloud/local-web/page';
import { ATTEMPT_RU } from './refusals-ru.js';

/** What a record's `code: message` says, in the language of the page; its English words stay where the code is not known. */
export function attemptError(error: string, language: Language): string {
  const [code = ''] = error.split(':', 1);
  if (language === 'en' || !isCode(code)) return error;
  return `${code}: ${ATTEMPT_RU[code]}`;
}

const isCode = (code: string): code is keyof typeof ATTEMPT_RU => Object.hasOwn(ATTEMPT_RU, code);
