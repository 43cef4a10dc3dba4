// The API reference: what TypeDoc made of the docstrings, as routes of VitePress. `npm run docs` makes it first.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CodePage } from './facts/errors.js';
import { slugOf } from './links.js';
import type { Language } from './sidebar.js';

const FOLDER = fileURLToPath(new URL('../../build/api/', import.meta.url));

/** `webhooks-stores-redis` of `@videocloud.webhooks.stores.redis.md`; `index` of the list. */
const nameOf = (file: string): string =>
  file === 'README.md' ? 'index' : file.replace('@videocloud.', '').replace(/\.md$/, '').replaceAll('.', '-');

const HEADINGS: Readonly<Record<string, string>> = {
  'VideoCloud webhooks toolkit': 'API',
  Modules: 'Модули',
  Functions: 'Функции',
  Classes: 'Классы',
  Interfaces: 'Интерфейсы',
  'Type Aliases': 'Типы',
  Variables: 'Переменные',
  References: 'Ссылки',
  Properties: 'Свойства',
  Methods: 'Методы',
  Constructors: 'Конструкторы',
  Parameters: 'Параметры',
  'Type Parameters': 'Параметры типа',
  Returns: 'Возвращает',
  Throws: 'Ошибки',
  Example: 'Пример',
  Examples: 'Примеры',
  Extends: 'Наследует',
  'Extended by': 'Наследники',
  See: 'См. также',
  'Type Declaration': 'Объявление',
  'Call Signature': 'Вызов',
};

const translated = (text: string): string =>
  text
    .replaceAll(/^(#+) (.+)$/gm, (line, level: string, heading: string) =>
      heading in HEADINGS ? `${level} ${HEADINGS[heading]}` : line,
    )
    .replace(
      /^# .*$/m,
      (title) => `${title}\n\nСправочник составлен из комментариев в коде, поэтому он на английском.`,
    );

/** TypeDoc numbers a few anchors that are there once only: without such a heading the number is left out. */
function withAnchors(text: string): string {
  const anchors = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading)));
  return text.replaceAll(/\]\(#([\w-]+?)-1\)/g, (link, anchor: string) =>
    anchors.has(anchor) && text.match(new RegExp(`^#+ ${anchor}$`, 'gim'))?.length === 1 ? `](#${anchor})` : link,
  );
}

/** A page for each entry that can be imported, and the list of them. */
export function apiPages(language: Language): CodePage[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).map((file) => {
    const text = readFileSync(`${FOLDER}${file}`, 'utf8')
      .replaceAll(/\]\((@videocloud[\w.-]+\.md|README\.md)/g, (_, target: string) => `](${nameOf(target)}.md`)
      .replace('# VideoCloud webhooks toolkit', '# API');
    const content = withAnchors(text);
    return { params: { code: nameOf(file) }, content: language === 'ru' ? translated(content) : content };
  });
}
