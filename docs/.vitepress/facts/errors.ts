// A page for each error code, in both languages. A code of two packages has one page with a section for each.
import { RESPONSES, type WebhookErrorCode } from '../../../packages/webhooks/src/errors.js';
import type { Language } from '../sidebar.js';
import { CLIENT } from './client.js';
import type { Fact } from './fact.js';
import { INBOX } from './inbox.js';
import { RECEIVER } from './receiver.js';

export interface CodePage {
  readonly params: { readonly code: string };
  readonly content: string;
}

const WORDS = {
  en: {
    title: 'Error codes',
    lead: 'Every code that a receiver, the inbox or the management client reports. An answer to a delivery holds the same string.',
    heads: ['code', 'HTTP status', 'where'],
    receiver: 'In a receiver',
    inbox: 'In the inbox',
    client: 'In the management client',
    see: 'What you see',
    why: 'Why',
    fix: 'What to do',
    answered: 'The sender gets this answer:',
    reported:
      'The sender gets 200. `onUnhandled` gets the code as `reason`; without it `onError` gets a `WebhookError` with this code:',
    thrown: 'A promise is rejected with, or `onError` gets, this error:',
    all: 'All statuses: [Responses](../../receive/responses.md). All codes: [Error codes](./index.md).',
    others: 'All codes: [Error codes](./index.md).',
  },
  ru: {
    title: 'Коды ошибок',
    lead: 'Все коды, о которых сообщают приёмник, очередь входящих и клиент API управления. В ответе на доставку та же строка.',
    heads: ['код', 'статус HTTP', 'где'],
    receiver: 'В приёмнике',
    inbox: 'В очереди входящих',
    client: 'В клиенте API управления',
    see: 'Что вы видите',
    why: 'Почему',
    fix: 'Что делать',
    answered: 'Отправитель получает такой ответ:',
    reported:
      'Отправитель получает 200. `onUnhandled` получает код как `reason`; без него `onError` получает `WebhookError` с этим кодом:',
    thrown: 'С этой ошибкой отклоняется промис, или её получает `onError`:',
    all: 'Все статусы: [Ответы](../../receive/responses.md). Все коды: [Коды ошибок](./index.md).',
    others: 'Все коды: [Коды ошибок](./index.md).',
  },
} as const;

type Where = 'receiver' | 'inbox' | 'client';

const TABLES: readonly (readonly [Where, Readonly<Record<string, Fact>>])[] = [
  ['receiver', RECEIVER],
  ['inbox', INBOX],
  ['client', CLIENT],
];

const CODES = [...new Set(TABLES.flatMap(([, facts]) => Object.keys(facts)))];

/** Whether there is a page of this error code. */
export const isErrorCode = (text: string): boolean => CODES.includes(text);

const fence = (language: string, code: string): string => `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;

/** The answer, the log line or the error that shows the code. */
function sight(where: Where, code: string, language: Language): string {
  const words = WORDS[language];
  if (where === 'inbox') return `${words.thrown}\n\n${fence('text', `InboxError { code: '${code}' }`)}`;
  if (where === 'client') return `${words.thrown}\n\n${fence('text', `VideoCloudApiError { code: '${code}' }`)}`;
  const [status, message, , retryAfter] = RESPONSES[code as WebhookErrorCode];
  if (status === 200) return `${words.reported}\n\n${fence('text', `WebhookError: ${message}`)}`;
  const headers = retryAfter === undefined ? '' : `retry-after: ${retryAfter}\n`;
  const body = JSON.stringify({ error: { code, message } });
  return `${words.answered}\n\n${fence('http', `HTTP/1.1 ${status}\ncontent-type: application/json\n${headers}\n${body}`)}`;
}

function sections(where: Where, code: string, fact: Fact, language: Language, level: string): string {
  const { see, why, fix } = WORDS[language];
  const prose = fact[language];
  const parts = [
    `${level} ${see}`,
    sight(where, code, language),
    `${level} ${why}`,
    prose.why,
    `${level} ${fix}`,
    prose.fix,
  ];
  return [...parts, ...(fact.code === undefined ? [] : [fence('ts', fact.code)])].join('\n\n');
}

function page(code: string, language: Language): string {
  const words = WORDS[language];
  const found = TABLES.flatMap(([where, facts]) => {
    const fact = facts[code];
    return fact === undefined ? [] : [{ where, fact }];
  });
  const [only] = found;
  const text =
    found.length === 1 && only !== undefined
      ? sections(only.where, code, only.fact, language, '##')
      : found
          .map(({ where, fact }) => `## ${words[where]}\n\n${sections(where, code, fact, language, '###')}`)
          .join('\n\n');
  const end = found.some(({ where }) => where === 'receiver') ? words.all : words.others;
  return `# ${code}\n\n${text}\n\n${end}\n`;
}

function list(language: Language): string {
  const words = WORDS[language];
  const rows = CODES.map((code) => {
    const places = TABLES.filter(([, facts]) => code in facts).map(([where]) => words[where]);
    const status = code in RECEIVER ? String(RESPONSES[code as WebhookErrorCode][0]) : '–';
    return `| [\`${code}\`](${code}.md) | ${status} | ${places.join('; ')} |`;
  });
  return [
    `# ${words.title}`,
    '',
    words.lead,
    '',
    `| ${words.heads.join(' | ')} |`,
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The list of codes and a page for each, as routes of VitePress. */
export const errorPages = (language: Language): CodePage[] => [
  { params: { code: 'index' }, content: list(language) },
  ...CODES.map((code) => ({ params: { code }, content: page(code, language) })),
];
