// The codes of the management client: the server's own, and four that the client adds.
import type { components } from '../../../packages/client/src/generated/openapi.js';
import type { Fact } from './fact.js';

export type ClientCode =
  | components['schemas']['ErrorCode']
  | 'invalid_response'
  | 'response_truncated'
  | 'response_too_large'
  | 'redirect_refused';

export const CLIENT: Readonly<Record<ClientCode, Fact>> = {
  invalid_json: {
    en: {
      why: 'The server could not read the request as JSON.',
      fix: 'A proxy changes request bodies: look there, and report it if there is none.',
    },
    ru: {
      why: 'Сервер не смог прочитать запрос как JSON.',
      fix: 'Тело запроса меняет прокси: проверьте его. Если прокси нет, сообщите нам.',
    },
  },
  invalid_parameter: {
    en: {
      why: 'A parameter of the address is wrong, for example `limit` or `cursor`.',
      fix: 'Read the message: it names the parameter. Pass `nextCursor` as it came.',
    },
    ru: {
      why: 'Неверен параметр адреса, например `limit` или `cursor`.',
      fix: 'Параметр назван в сообщении. Передавайте `nextCursor` без изменений.',
    },
  },
  unauthorized: {
    en: {
      why: 'The token is missing, wrong or has expired.',
      fix: 'Give `token` to the client, or `VIDEOCLOUD_API_TOKEN` to the command line, and check that it belongs to this `baseUrl`.',
    },
    ru: {
      why: 'Токена нет, он неверен или истёк.',
      fix: 'Передайте клиенту `token`, а командной строке — `VIDEOCLOUD_API_TOKEN`, и проверьте, что токен от этого `baseUrl`.',
    },
  },
  not_found: {
    en: {
      why: 'There is no webhook with this id, or not in this account.',
      fix: 'List what there is: `npx @videocloud/webhooks-cli subscriptions list`. `ensure` works by URL and needs no ids.',
    },
    ru: {
      why: 'Вебхука с таким id нет, или он в другом аккаунте.',
      fix: 'Посмотрите, что есть: `npx @videocloud/webhooks-cli subscriptions list`. `ensure` ищет по URL, и id ему не нужны.',
    },
  },
  body_too_large: {
    en: { why: 'The request is larger than the server takes.', fix: 'Look at what is sent as `url` and `events`.' },
    ru: { why: 'Запрос больше, чем принимает сервер.', fix: 'Посмотрите, что передано в `url` и `events`.' },
  },
  unsupported_media_type: {
    en: {
      why: 'The server expects uncompressed `application/json`.',
      fix: 'Leave `content-type` out of the `headers` of the client.',
    },
    ru: { why: 'Сервер ждёт `application/json` без сжатия.', fix: 'Не задавайте `content-type` в `headers` клиента.' },
  },
  validation_failed: {
    en: {
      why: 'The server rejected members of the request.',
      fix: 'Read `error.details`: it names each member and what is wrong with it.',
    },
    ru: {
      why: 'Сервер не принял поля запроса.',
      fix: 'Прочитайте `error.details`: там названо каждое поле и что с ним не так.',
    },
  },
  rate_limited: {
    en: {
      why: 'Too many requests in a short time. The client waited as long as `Retry-After` said (10 s at most) and tried again.',
      fix: 'Send fewer requests, or raise `maxRetries`.',
    },
    ru: {
      why: 'Слишком много запросов за короткое время. Клиент подождал, сколько сказано в `Retry-After` (не больше 10 с), и попробовал снова.',
      fix: 'Отправляйте запросы реже или увеличьте `maxRetries`.',
    },
  },
  internal_error: {
    en: {
      why: 'The server failed. What may safely be repeated was repeated.',
      fix: 'Try later; give `error.requestId` to the support.',
    },
    ru: {
      why: 'Сбой на сервере. Всё, что можно безопасно повторить, уже повторено.',
      fix: 'Попробуйте позже; в поддержку передайте `error.requestId`.',
    },
  },
  invalid_response: {
    en: {
      why: 'The answer is not JSON or not what the API promises, or the pages of a list have no end.',
      fix: 'Check `baseUrl`: it may lead to a website. `error.body` shows how the answer begins.',
    },
    ru: {
      why: 'Ответ — не JSON или не то, что обещает API, либо страницы списка не кончаются.',
      fix: 'Проверьте `baseUrl`: возможно, он ведёт на сайт. Начало ответа — в `error.body`.',
    },
  },
  response_truncated: {
    en: {
      why: 'The connection closed before the whole answer arrived.',
      fix: 'Try again. After `create` or `sendTest` look first whether it took effect.',
    },
    ru: {
      why: 'Соединение закрылось раньше, чем пришёл весь ответ.',
      fix: 'Повторите. После `create` или `sendTest` сначала проверьте, не сработало ли.',
    },
  },
  response_too_large: {
    en: { why: 'The answer is over 10 MB; it is not read on.', fix: 'Check `baseUrl`, and lower `limit` for lists.' },
    ru: {
      why: 'Ответ больше 10 МБ; дальше он не читается.',
      fix: 'Проверьте `baseUrl`, для списков уменьшите `limit`.',
    },
  },
  redirect_refused: {
    en: {
      why: 'The server redirected the call. The client follows no redirect: it would carry the token to another address.',
      fix: 'Set `baseUrl` to the final address, `https` included.',
    },
    ru: {
      why: 'Сервер ответил перенаправлением. Клиент за ним не идёт: так токен ушёл бы на другой адрес.',
      fix: 'Укажите в `baseUrl` конечный адрес, вместе с `https`.',
    },
  },
};
