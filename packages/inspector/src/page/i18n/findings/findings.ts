import { fill, type Language } from '@videocloud/local-web/page';
import type { Finding } from '../../../protocol.js';
import { FINDINGS_EN, type FindingText } from './en.js';
import { FINDINGS_RU } from './ru.js';

const TEXTS = { en: FINDINGS_EN, ru: FINDINGS_RU };

/** A finding in the language of the page. */
export function findingText({ code, values }: Finding, language: Language): FindingText {
  const { text, fix } = TEXTS[language][code];
  return { text: fill(text, values), ...(fix !== undefined && { fix: fill(fix, values) }) };
}
