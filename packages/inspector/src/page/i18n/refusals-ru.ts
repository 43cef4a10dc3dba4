import type { ApiErrorCode } from '@videocloud/local-web/api-error';
import type { AttemptErrorCode } from '@videocloud/webhooks-sender';
import type { RefusalKey } from '../../server/refusals.js';

/** What the page's own server refuses. */
export const REFUSALS_RU: Readonly<Record<RefusalKey, string>> = {
  no_delivery: 'Такой доставки нет.',
  no_webhook: 'Такого вебхука нет.',
  webhook_gone: 'Вебхука {id} нет.',
  no_operation: 'Такой операции нет.',
  no_report: 'Отчёта нет: сначала запустите набор испытаний.',
  no_kit: 'Набор испытаний не подключён.',
  fault: 'Что-то пошло не так.',
  playing: 'Сценарий уже идёт.',
  searching: 'Поиск ошибки уже идёт.',
  choose_first: 'Сначала выберите подписку.',
  webhook_failed: 'Подписка отключена: сначала включите её снова.',
  needs_virtual: 'Этому сценарию нужны виртуальные часы.',
  api_answered: 'API управления ответил {status}.',
  not_object: 'Нужен объект JSON.',
  not_text: '{field}: нужна строка.',
  data_not_object: 'data: нужен объект.',
  event_unknown: 'event: неизвестное событие {event}; известны {known}.',
  timestamp_bad: 'Время события (timestamp): нужен RFC 3339 с поясом, например 2024-03-31T12:00:00Z.',
  number_bad: '{field}: нужно целое число от 0 до {most}.',
  none_match: 'Ничего не найдено: выгружать нечего.',
  count_bad: 'Сколько (count): нужно целое число от 1 до {most}.',
  count_big: 'Сколько (count): вместе с размером данных выходит больше {most} байт, отправьте меньше.',
  fresh_bad: 'fresh: нужно true или false.',
  mode_unknown: 'mode: нужно одно из {known}.',
  format_unknown: 'format: нужно одно из {known}.',
  ids_bad: 'ids: нужен список, в котором от 1 до {most} доставок.',
  export_big: 'Файл вышел бы больше {most} байт: выгрузите меньше доставок.',
  not_understood: 'Запрос не разобран: {why}',
  signature_needed: 'Вставьте запрос целиком или укажите подпись рядом с телом.',
  secret_needed: 'Подписок нет: укажите секрет.',
  scenario_unknown: 'Известные сценарии: {known}.',
  ms_bad: 'ms: нужно число миллисекунд, не больше недели.',
  to_bad: 'to: нужно "next" или "end".',
  body_not_json: 'Для этого тело должно быть JSON.',
  body_too_deep: 'Вложенность тела для этого слишком велика.',
  body_not_object: 'Для этого тело должно быть объектом JSON.',
};

/** What the management API, or the sender, refuses: by its code, its own words stand beside. */
export const API_RU: Readonly<Record<ApiErrorCode, string>> = {
  invalid_json: 'Тело запроса не JSON в UTF-8.',
  invalid_parameter: 'Неверный параметр запроса.',
  unauthorized: 'Нужен верный токен API.',
  host_not_allowed: 'Под этим именем узла API не отвечает.',
  origin_not_allowed: 'Запросы с других сайтов не принимаются.',
  not_found: 'Такого вебхука или такой доставки нет.',
  body_too_large: 'Тело запроса слишком велико.',
  unsupported_media_type: 'Тело запроса должно быть application/json без сжатия.',
  validation_failed: 'Запрос не принят.',
  internal_error: 'Что-то пошло не так.',
};

/** What the management API asks of a field. */
export const FIELDS_RU: Readonly<Record<string, string>> = {
  url: 'нужен полный URL https:// (http:// — если разрешены частные адреса), без имени и пароля, до 2048 знаков, всё не-ASCII закодировано',
  events: 'нужны известные имена событий, хотя бы одно и без повторов',
  event: 'нужно известное имя события',
  secret: 'нужен не пустой секрет, правильный Unicode',
  status: 'можно только "active"',
};

/** Why an attempt got no answer. */
export const ATTEMPT_RU: Readonly<Record<AttemptErrorCode, string>> = {
  dns_error: 'имя не разрешается в адрес',
  connection_refused: 'в соединении отказано',
  connection_reset: 'соединение закрыто раньше, чем пришёл весь ответ, или ответ не HTTP',
  timeout: 'нет ответа вовремя',
  tls_error: 'не удалось рукопожатие TLS',
  address_blocked: 'отправителю нельзя на этот адрес',
  http_status: 'ответ не 2xx',
};
