// Every page of the site, by task. A page that stands in docs/ and not here is a failing test; so is the reverse.
import type { DefaultTheme } from 'vitepress';

export type Language = 'en' | 'ru';

/** The path from docs/ without `.md`, and what the sidebar calls the page in English and in Russian. */
export type Page = readonly [path: string, en: string, ru: string];

export interface Section {
  readonly en: string;
  readonly ru: string;
  readonly pages: readonly Page[];
}

export const SECTIONS: readonly Section[] = [
  {
    en: 'Start here',
    ru: 'Начните здесь',
    pages: [['start', 'First delivery in a minute', 'Первая доставка за минуту']],
  },
  {
    en: 'Receive',
    ru: 'Приём',
    pages: [
      ['receive/index', 'Choose a framework', 'Выбор фреймворка'],
      ['receive/init', 'Set up an app', 'Настройка приложения'],
      ['receive/express', 'Express', 'Express'],
      ['receive/hono', 'Hono', 'Hono'],
      ['receive/next', 'Next.js', 'Next.js'],
      ['receive/node-http', 'node:http', 'node:http'],
      ['receive/fastify', 'Fastify', 'Fastify'],
      ['receive/koa', 'Koa', 'Koa'],
      ['receive/nestjs', 'NestJS', 'NestJS'],
      ['receive/lambda', 'AWS Lambda', 'AWS Lambda'],
      ['receive/cloudflare-workers', 'Cloudflare Workers', 'Cloudflare Workers'],
      ['receive/bun', 'Bun', 'Bun'],
      ['receive/deno', 'Deno', 'Deno'],
      ['receive/sveltekit', 'SvelteKit', 'SvelteKit'],
      ['receive/nuxt', 'Nuxt and Nitro', 'Nuxt и Nitro'],
      ['receive/astro', 'Astro', 'Astro'],
      ['receive/react-router', 'React Router', 'React Router'],
      ['receive/elysia', 'Elysia', 'Elysia'],
      ['receive/function-hosts', 'Function hosts', 'Облачные функции'],
      ['receive/responses', 'Responses', 'Ответы'],
      ['receive/type-more-events', 'Type more events', 'Типы для других событий'],
      ['receive/rotate-a-secret', 'Rotate a secret', 'Смена секрета'],
      ['receive/migrate', 'Migrate from a handwritten check', 'Переход с самодельной проверки'],
    ],
  },
  {
    en: 'Handle once',
    ru: 'Обработка один раз',
    pages: [
      ['handle-once/index', 'Each event once', 'Каждое событие один раз'],
      ['handle-once/which-store-which-inbox', 'Which store, which inbox', 'Какое хранилище, какая очередь'],
      ['handle-once/what-happens-when', 'What happens when …', 'Что будет, если …'],
      ['handle-once/from-one-file-to-a-cluster', 'From one file to a cluster', 'От одного файла до кластера'],
      ['handle-once/store-memory', 'Store: memory', 'Хранилище: память'],
      ['handle-once/store-redis', 'Store: Redis', 'Хранилище: Redis'],
      ['handle-once/store-upstash', 'Store: Upstash', 'Хранилище: Upstash'],
      ['handle-once/store-postgres', 'Store: PostgreSQL', 'Хранилище: PostgreSQL'],
      ['handle-once/store-durable-object', 'Store: Durable Objects', 'Хранилище: Durable Objects'],
      ['handle-once/store-d1', 'Store: D1', 'Хранилище: D1'],
      ['handle-once/own-store', 'Store: your own', 'Хранилище: своё'],
      ['handle-once/inbox-sqlite', 'Inbox: SQLite', 'Очередь: SQLite'],
      ['handle-once/inbox-postgres', 'Inbox: PostgreSQL', 'Очередь: PostgreSQL'],
      ['handle-once/inbox-redis', 'Inbox: Redis', 'Очередь: Redis'],
      ['handle-once/inbox-cloudflare-queue', 'Inbox: Cloudflare Queues', 'Очередь: Cloudflare Queues'],
      ['handle-once/inbox-sqs', 'Inbox: SQS', 'Очередь: SQS'],
      ['handle-once/own-inbox', 'Inbox: your own', 'Очередь: своя'],
    ],
  },
  {
    en: 'Operate',
    ru: 'Эксплуатация',
    pages: [
      ['operate/when-something-is-wrong', 'When something is wrong', 'Если что-то пошло не так'],
      ['operate/observability', 'Observability', 'Наблюдаемость'],
      ['operate/drill', 'The drill', 'Учения'],
      ['operate/very-large-scale', 'At very large scale', 'При очень больших нагрузках'],
    ],
  },
  {
    en: 'Test',
    ru: 'Проверка',
    pages: [
      ['test/why-did-my-signature-fail', 'Why did my signature fail?', 'Почему не сошлась подпись?'],
      ['test/doctor', 'The doctor', 'Диагностика'],
      ['test/testing', 'Test your handlers', 'Тесты обработчиков'],
      ['test/inspector', 'The inspector', 'Инспектор'],
      ['test/sender', 'The local VideoCloud', 'Локальный VideoCloud'],
      ['test/certify-an-endpoint', 'Certify an endpoint', 'Проверка приёмника'],
      ['test/other-languages', 'Other languages', 'Другие языки'],
      ['test/github-actions', 'GitHub Actions', 'GitHub Actions'],
      ['test/assistants', 'Assistants', 'Ассистенты'],
    ],
  },
  {
    en: 'Manage',
    ru: 'Управление',
    pages: [['manage/subscriptions', 'Subscriptions', 'Подписки']],
  },
  {
    en: 'Reference',
    ru: 'Справочник',
    pages: [
      ['reference/cli', 'Command line', 'Командная строка'],
      ['reference/assumptions', 'Facts and assumptions', 'Факты и допущения'],
      ['reference/errors/index', 'Error codes', 'Коды ошибок'],
      ['reference/causes/index', 'Causes', 'Причины'],
      ['reference/api/index', 'API', 'API'],
    ],
  },
];

/** The address of a page in a language, from the root of the site. */
export const addressOf = (path: string, language: Language): string =>
  `${language === 'ru' ? '/ru' : ''}/${path.replace(/(?:^|(?<=\/))index$/, '')}`;

/** The whole sidebar. Its sections do not fold: VitePress puts one button into another for that. */
export const sidebarOf = (language: Language): DefaultTheme.SidebarItem[] =>
  SECTIONS.map((section) => ({
    text: section[language],
    items: section.pages.map(([path, en, ru]) => ({
      text: language === 'ru' ? ru : en,
      link: addressOf(path, language),
    })),
  }));
