import { captureInRussian } from '@videocloud/local-web/captures-ru';
import { fill, type Language, type Values } from '@videocloud/local-web/page';
import type { Refusal } from './explain.js';
import type { InputKind } from './input.js';

const en = {
  request: 'Request or body',
  request_help: 'A body, raw HTTP, a curl command, a HAR file, a Lambda event or a log line of listen.',
  open_file: 'Open a file',
  drop: 'or drop it here: a file keeps every byte.',
  attached: '{name}: {n} bytes',
  remove: 'Remove',
  pasted: 'Pasted text',
  kind: 'Read it as',
  signature: 'X-VideoCloud-Signature',
  signature_help: 'Empty: as in the request.',
  secret: 'Secret',
  secret_help: 'Stays in this page, is never stored, and is cleared when you leave.',
  framework: 'Framework of the receiver',
  framework_any: 'Not chosen',
  number: 'Which request, if several',
  run: 'Explain',
  busy: 'Computing…',
  example: 'Fill in an example',
  valid: 'The signature is genuine',
  valid_help:
    'It matches these bytes and this secret. If your receiver still refuses the delivery, it hashes other bytes or another secret: check both there.',
  proven_title: 'The signature does not match, and the cause is proven',
  possible_title: 'The signature does not match; no cause is proven',
  proven: 'Proven',
  possible: 'Possible',
  fix: 'Fix',
  verbatim: 'The original words',
  diff: 'Signed and received bytes',
  diff_at: 'The first difference is byte {at}. Signed: {signed} bytes; received: {received}.',
  diff_none: 'Exactly these bytes were signed: the mistake is in the secret or the header, not in the body.',
  diff_signed: 'Signed',
  diff_received: 'Received',
  diff_end: '(end)',
  code: 'A route that verifies the raw bytes: {name}',
  page: 'The page on {name}',
  more: 'All causes and what proves them',
  read: 'What was read: {form}, {n} bytes of body',
  form_body: 'a body alone',
  form_request: 'a whole request',
  cut: 'The first {n} bytes:',
  long_body: 'The body is longer than 1 MB: only its signature was computed, causes were not searched.',
  refused: 'Not diagnosed',
  no_javascript: 'This page needs JavaScript: the diagnosis runs in your browser.',
} as const;

/** A text of the page. */
export type Key = keyof typeof en;

const ru: Readonly<Record<Key, string>> = {
  request: 'Запрос или тело',
  request_help: 'Тело, HTTP-запрос как есть, команда curl, файл HAR, событие Lambda или строка журнала listen.',
  open_file: 'Открыть файл',
  drop: 'или перетащите его сюда: в файле сохраняется каждый байт.',
  attached: '{name}, байтов: {n}',
  remove: 'Убрать',
  pasted: 'Вставленный текст',
  kind: 'Читать как',
  signature: 'X-VideoCloud-Signature',
  signature_help: 'Пусто: как в запросе.',
  secret: 'Секрет',
  secret_help: 'Остаётся на этой странице, нигде не сохраняется и стирается при уходе с неё.',
  framework: 'Фреймворк приёмника',
  framework_any: 'Не выбран',
  number: 'Какой по счёту запрос, если их несколько',
  run: 'Разобрать',
  busy: 'Вычисляем…',
  example: 'Подставить пример',
  valid: 'Подпись подлинная',
  valid_help:
    'Она подходит к этим байтам и этому секрету. Если приёмник всё равно отклоняет доставку, он хеширует другие байты или берёт другой секрет: проверьте и то и другое.',
  proven_title: 'Подпись не подходит, причина доказана',
  possible_title: 'Подпись не подходит, ни одна причина не доказана',
  proven: 'Доказано',
  possible: 'Возможно',
  fix: 'Что исправить',
  verbatim: 'Оригинал (англ.)',
  diff: 'Подписанные и полученные байты',
  diff_at: 'Первое отличие — байт {at}. Подписано байтов: {signed}, получено: {received}.',
  diff_none: 'Подписаны именно эти байты: ошибка в секрете или заголовке, а не в теле.',
  diff_signed: 'Подписано',
  diff_received: 'Получено',
  diff_end: '(конец)',
  code: 'Маршрут, который проверяет исходные байты: {name}',
  page: 'Страница про {name}',
  more: 'Все причины и чем они доказываются',
  read: 'Что прочитано: {form}, байтов в теле: {n}',
  form_body: 'одно тело',
  form_request: 'запрос целиком',
  cut: 'Первые байты, {n}:',
  long_body: 'Тело длиннее 1 МБ: вычислена только его подпись, причины не искали.',
  refused: 'Диагноза нет',
  no_javascript: 'Странице нужен JavaScript: диагноз ставится в вашем браузере.',
};

const KINDS: Readonly<Record<Language, Readonly<Record<InputKind, string>>>> = {
  en: {
    auto: 'Recognize it',
    body: 'A body, whatever it looks like',
    hex: 'A body in hex',
    base64: 'A body in base64',
  },
  ru: { auto: 'Распознать', body: 'Тело, на что бы оно ни было похоже', hex: 'Тело в hex', base64: 'Тело в base64' },
};

const REFUSALS: Readonly<Record<Language, Readonly<Record<Refusal, string>>>> = {
  en: {
    not_hex: 'This is not hex: pairs of the digits 0–9 and a–f, as xxd -p prints them.',
    not_base64: 'This is not base64.',
    not_understood: 'This capture is not understood, so there is no verdict: it could be about other bytes.',
    signature_needed: 'There is no signature: fill in the value of X-VideoCloud-Signature.',
    secret_needed: 'There is no secret: fill in the secret of the subscription.',
    no_crypto: 'This browser gives WebCrypto to pages from https: or localhost only. Open the page there.',
    too_big: 'This is too big: 8 MB is the most. Save the one request, or its body alone.',
    took_too_long: 'It took longer than 30 s and was stopped. Give the body alone, as a file.',
    failed: 'The diagnosis stopped with an error. Give the body alone, as a file.',
  },
  ru: {
    not_hex: 'Это не hex: нужны пары цифр 0–9 и a–f, как их печатает xxd -p.',
    not_base64: 'Это не base64.',
    not_understood:
      'Запрос не удалось прочитать однозначно, поэтому диагноза нет: он мог бы относиться к другим байтам.',
    signature_needed: 'Нет подписи: укажите значение X-VideoCloud-Signature.',
    secret_needed: 'Нет секрета: укажите секрет подписки.',
    no_crypto: 'Этот браузер даёт WebCrypto только страницам с https: и localhost. Откройте страницу там.',
    too_big: 'Слишком много: можно не больше 8 МБ. Сохраните один запрос или только его тело.',
    took_too_long: 'Разбор занял больше 30 с и остановлен. Дайте одно тело, файлом.',
    failed: 'Разбор прерван ошибкой. Дайте одно тело, файлом.',
  },
};

/** Why a capture is not understood; in English options of the command line become fields of the page. */
function captureFault(why: string, language: Language): string {
  if (language === 'ru') return captureInRussian(why);
  return why
    .replace('with --signature HEX, or --raw', 'and its signature, or choose "A body" in "Read it as"')
    .replace('with --signature HEX', 'and its signature')
    .replace(/(?:choose with )?--request/, 'set "Which request"');
}

/** The texts of one language. */
export function textsIn(language: Language) {
  const texts = language === 'ru' ? ru : en;
  return {
    t: (key: Key, values?: Values) => fill(texts[key], values),
    kind: (kind: InputKind) => KINDS[language][kind],
    refusal: (refusal: Refusal) => REFUSALS[language][refusal],
    captureFault: (why: string) => captureFault(why, language),
  };
}
