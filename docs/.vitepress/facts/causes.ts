// A page for each cause of the doctor, in both languages. The texts are the doctor's own, and the inspector's in Russian.
import { causeInRussian } from '../../../packages/local-web/src/causes-ru/index.js';
import { CAUSE_CODES, type CauseCode, cause } from '../../../packages/webhooks/src/doctor/causes/causes.js';
import { FRAMEWORKS, type Framework } from '../../../packages/webhooks/src/protocol/frameworks.js';
import type { Language } from '../sidebar.js';
import type { CodePage } from './errors.js';

const WORDS = {
  en: {
    title: 'Causes',
    lead: 'Every reason that the doctor finds for a signature that does not match.',
    heads: ['code', 'what happened'],
    see: 'What you see',
    sight:
      'A delivery is answered 401. `explain`, the inspector and `diagnose` name the cause, as `proven` where undoing it reproduces the signature:',
    why: 'What happened',
    fix: 'What to change',
    end: 'How the doctor works: [The doctor](../../test/doctor.md). All causes: [Causes](./index.md).',
  },
  ru: {
    title: 'Причины',
    lead: 'Все причины несовпадения подписи, которые находит диагностика.',
    heads: ['код', 'что произошло'],
    see: 'Что вы видите',
    sight:
      'Доставка получает ответ 401. Команда `explain`, инспектор и `diagnose` называют причину — как `proven` (доказана), если её отмена даёт ту же подпись:',
    why: 'Что произошло',
    fix: 'Что изменить',
    end: 'Как работает диагностика: [Диагностика](../../test/doctor.md). Все причины: [Причины](./index.md).',
  },
} as const;

/** Whether there is a page of this cause. */
export const isCauseCode = (text: string): boolean => CAUSE_CODES.some((code) => code === text);

const textOf = (code: CauseCode, language: Language, framework?: Framework) =>
  language === 'en' ? cause(code, 'proven', { framework }) : causeInRussian(code, framework);

/** Angle brackets and braces of the texts are text, not markup. */
const plain = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('{', '&#123;');

/** The fix; for each framework where the doctor has one for each. */
function fixes(code: CauseCode, language: Language): string {
  const each = FRAMEWORKS.map((framework) => textOf(code, language, framework).fix);
  const [first = ''] = each;
  if (new Set(each).size === 1) return plain(first);
  const lead = first.slice(0, first.indexOf('. ') + 1);
  return [lead, '', ...each.map((fix) => `- ${plain(fix.slice(lead.length + 1))}`)].join('\n');
}

function page(code: CauseCode, language: Language): string {
  const words = WORDS[language];
  const { message } = textOf(code, 'en');
  return [
    `# ${code}`,
    `## ${words.see}`,
    words.sight,
    `\`\`\`text\nproven  ${code}\n  ${message}\n\`\`\``,
    `## ${words.why}`,
    plain(textOf(code, language).message),
    `## ${words.fix}`,
    fixes(code, language),
    `${words.end}\n`,
  ].join('\n\n');
}

function list(language: Language): string {
  const words = WORDS[language];
  const rows = CAUSE_CODES.map((code) => `| [\`${code}\`](${code}.md) | ${plain(textOf(code, language).message)} |`);
  return [`# ${words.title}`, '', words.lead, '', `| ${words.heads.join(' | ')} |`, '| --- | --- |', ...rows, ''].join(
    '\n',
  );
}

/** The list of causes and a page for each, as routes of VitePress. */
export const causePages = (language: Language): CodePage[] => [
  { params: { code: 'index' }, content: list(language) },
  ...CAUSE_CODES.map((code) => ({ params: { code }, content: page(code, language) })),
];
