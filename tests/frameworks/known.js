// Cases of the contract that fail for a reason of the platform's own. Each must go on failing: one that passes is reported.

/**
 * @typedef {object} Known
 * @property {string[]} rows `name on platform`; one that ends in `*` takes all that begin so
 * @property {string[]} cases full titles; one that ends in `*` takes all that begin so
 * @property {string[]} [sometimes] cases that fail now and then: they may pass
 * @property {{ en: string, ru: string }} reason
 */

const LARGE = 'a body over the limit:';
const READS_LATE = ': a sender that reads only when it has sent all can read the answer, and go on';
const TRICKLES = ': times out, though a byte trickles in now and then';
const SLOW = 'a body that does not come:';
const KEEPS = 'keeps the connection usable after each kind of refusal';
const VERIFY_LARGE = 'verifyWebhook: refuses other methods, large and slow bodies';

/** @type {Known[]} */
export const KNOWN = [
  {
    rows: ['Bun on Bun', 'Elysia on Bun', 'Hono on Bun'],
    cases: ["refuses every forgery: 'as signature, 16 KB of hex'"],
    reason: {
      en: 'Bun.serve answers 431 itself to more than 16 KB of headers',
      ru: 'Bun.serve сам отвечает 431 на заголовки больше 16 КБ',
    },
  },
  {
    rows: ['Hono on Bun'],
    cases: ['verifyWebhook: refuses every forgery'],
    reason: {
      en: 'the same 431, in a case of several deliveries',
      ru: 'тот же ответ 431 в случае из нескольких доставок',
    },
  },
  {
    rows: ['Bun on Bun', 'Elysia on Bun', 'Hono on Bun'],
    cases: ['framing: answers two deliveries in one packet'],
    reason: {
      en: 'Bun.serve answers only the first of two requests in one packet, also without this package',
      ru: 'Bun.serve отвечает только на первый из двух запросов в одном пакете, в том числе без этой библиотеки',
    },
  },
  {
    rows: ['Bun on Bun', 'Elysia on Bun', 'Hono on Bun'],
    cases: [`${LARGE} is refused when a lie about the length does not fit a number, before sending`],
    reason: {
      en: 'Bun.serve answers 413 itself to a Content-Length over maxRequestBodySize',
      ru: 'Bun.serve сам отвечает 413 на Content-Length больше maxRequestBodySize',
    },
  },
  {
    rows: ['Deno on Deno', 'Hono on Deno', 'Supabase on Deno', 'Vercel on Deno'],
    cases: [`${LARGE} declared${READS_LATE}`, KEEPS],
    sometimes: [`${LARGE} chunked${READS_LATE}`],
    reason: {
      en: 'Deno closes the connection under a body that was rejected before it was read',
      ru: 'Deno закрывает соединение, если тело отклонено ещё до чтения',
    },
  },
  {
    rows: ['Hono on Deno'],
    cases: [VERIFY_LARGE],
    reason: {
      en: 'the same, in a case of several deliveries',
      ru: 'то же самое в случае из нескольких доставок',
    },
  },
  {
    rows: ['Deno on Deno', 'Hono on Deno', 'Supabase on Deno', 'Vercel on Deno'],
    cases: [`${SLOW} declared${TRICKLES}`, `${SLOW} chunked${TRICKLES}`],
    reason: {
      en: 'Deno answers 408 and goes on reading a body that never ends',
      ru: 'Deno отвечает 408, но продолжает читать тело, которое не кончается',
    },
  },
  {
    rows: ['Cloudflare Workers on workerd', 'Hono on workerd'],
    cases: [`${LARGE} declared${READS_LATE}`, `${LARGE} chunked${READS_LATE}`, KEEPS],
    reason: {
      en: 'workerd closes the connection under a body that was not read to its end',
      ru: 'workerd закрывает соединение, если тело не дочитано до конца',
    },
  },
  {
    rows: ['Hono on workerd'],
    cases: [VERIFY_LARGE],
    reason: {
      en: 'the same on workerd, in a case of several deliveries',
      ru: 'то же самое в workerd, в случае из нескольких доставок',
    },
  },
  {
    rows: ['Cloudflare Workers on workerd', 'Hono on workerd'],
    cases: [`${SLOW} is nothing to anybody when the sender resets the connection`],
    reason: {
      en: 'workerd stops a request whose sender has left: no answer, and no outcome',
      ru: 'workerd прекращает запрос, отправитель которого отключился: ни ответа, ни исхода',
    },
  },
  {
    rows: ['SvelteKit*', 'Astro*'],
    cases: [
      "takes what is odd but fine: 'Content-Type: undefined'",
      "takes what is odd but fine: 'Content-Type: text/plain'",
    ],
    reason: {
      en: 'the CSRF check of the framework answers 403 to a POST with no Content-Type or that of a form; VideoCloud sends application/json',
      ru: 'защита фреймворка от CSRF отвечает 403 на POST без Content-Type или с типом формы; VideoCloud шлёт application/json',
    },
  },
  {
    rows: ['SvelteKit*'],
    cases: [`${SLOW} declared${TRICKLES}`, `${SLOW} chunked${TRICKLES}`],
    reason: {
      en: '@sveltejs/adapter-node closes the connection, without an answer, under a body that is not read to its end',
      ru: '@sveltejs/adapter-node закрывает соединение без ответа, когда приём тела прекращён',
    },
  },
  {
    rows: ['React Router*'],
    cases: [`${SLOW} declared${TRICKLES}`, `${SLOW} chunked${TRICKLES}`],
    reason: {
      en: 'react-router-serve closes the connection, without an answer, under a body that is not read to its end',
      ru: 'react-router-serve закрывает соединение без ответа, когда приём тела прекращён',
    },
  },
  {
    rows: ['React Router*'],
    cases: [`${LARGE} declared${READS_LATE}`, KEEPS],
    reason: {
      en: 'react-router-serve leaves a rejected body unread, and the connection takes no more requests',
      ru: 'react-router-serve не дочитывает отклонённое тело, и соединение больше не принимает запросов',
    },
  },
  {
    rows: ['Google Cloud Functions*', 'Firebase*'],
    cases: [KEEPS],
    reason: {
      en: 'the functions framework parses bodies first and answers 400 itself to what is compressed or no JSON; cases of one such delivery are left out',
      ru: 'functions-framework сам разбирает тело и отвечает 400 на сжатое или не JSON; случаи из одной такой доставки не учитываются',
    },
  },
];
