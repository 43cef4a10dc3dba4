import type { CauseCode } from '@videocloud/webhooks/doctor';
import type { CauseText } from './cause-text.js';

/** What is wrong with the signature, or with how it was made. */
export const SIGNATURE_RU = {
  signature_missing: {
    message: 'Проверять нечего: заголовка X-VideoCloud-Signature нет, он пуст или его не прочитали.',
    fix: 'Проверьте, что отправитель подписывает, что прокси пропускают заголовок и что вы читаете его строчными буквами: x-videocloud-signature.',
  },
  signature_malformed: {
    message: 'В заголовке не 64 шестнадцатеричные цифры, поэтому никакой HMAC-SHA256 в hex с ним не совпадёт.',
    fix: 'Читайте сам заголовок X-VideoCloud-Signature, целиком и один раз.',
  },
  signature_whitespace: {
    message: 'Вокруг подписи или внутри неё пробелы или разделители.',
    fix: 'Передавайте значение заголовка как оно пришло, без переводов строк и дополнения.',
  },
  signature_quoted: {
    message: 'Подпись в кавычках.',
    fix: 'Уберите кавычки: в заголовке просто 64 шестнадцатеричные цифры.',
  },
  signature_prefixed: {
    message: 'Перед подписью стоит префикс или схема, как у других провайдеров.',
    fix: 'VideoCloud шлёт просто 64 шестнадцатеричные цифры: уберите префикс там, где её добавляют.',
  },
  signature_base64: {
    message: 'Подпись — верный хеш, но в base64, а не в hex.',
    fix: "Записывайте хеш в hex: digest('hex').",
  },
  signature_encoded_twice: {
    message: 'Подпись закодирована ещё раз (base64 или hex от цифр hex).',
    fix: 'Записывайте хеш в hex один раз.',
  },
  signature_percent_encoded: {
    message: 'Подпись закодирована с процентами (как в URL).',
    fix: 'Передавайте значение заголовка как оно пришло.',
  },
  signature_joined: {
    message: 'В заголовке несколько значений, как бывает, когда он пришёл не один раз и был склеен.',
    fix: 'Найдите, что добавляет заголовок второй раз (прокси, middleware, код, который подписывает ещё раз), и шлите его один раз.',
  },
  signature_truncated: {
    message: 'Подпись обрезана: то, что осталось, — верный хеш.',
    fix: 'Передавайте заголовок целиком; ищите колонку, переменную или журнал, где ему не хватает места.',
  },
  signature_trailing_characters: {
    message: 'После 64 шестнадцатеричных цифр верной подписи что-то дописано.',
    fix: 'Передавайте ровно значение заголовка. Нестрогий декодер отбросил бы лишнее, эта библиотека — нет.',
  },
  signature_lookalikes: {
    message: 'Знаки подписи заменены другими, похожими на них.',
    fix: 'Копируйте заголовок как текст, а не из оформленного документа.',
  },
  signature_not_text: {
    message: 'Подпись передана как байты или как список, а не как текст.',
    fix: 'Передавайте текст заголовка: 64 шестнадцатеричные цифры.',
  },
  signature_other_header: {
    message: 'Верная подпись лежит в другом заголовке, не в X-VideoCloud-Signature.',
    fix: 'Пусть прокси сохраняет имя заголовка, или читайте тот, другой.',
  },
  signature_header_unread: {
    message: 'Верная подпись есть в заголовках запроса, но передано другое значение.',
    fix: 'Читайте x-videocloud-signature из запроса; в Node имена заголовков пишутся строчными буквами.',
  },
  algorithm_sha1: { message: 'Подпись — HMAC с SHA-1.', fix: 'Подписывайте через HMAC-SHA256.' },
  algorithm_sha384: { message: 'Подпись — HMAC с SHA-384.', fix: 'Подписывайте через HMAC-SHA256.' },
  algorithm_sha512: { message: 'Подпись — HMAC с SHA-512.', fix: 'Подписывайте через HMAC-SHA256.' },
  signature_without_key: {
    message: 'Подпись — простой SHA-256 тела, без секрета.',
    fix: 'Используйте HMAC-SHA256 с секретом в качестве ключа: простой хеш может посчитать кто угодно.',
  },
  signature_without_hmac: {
    message: 'Подпись — SHA-256 склеенных секрета и тела, а не HMAC.',
    fix: "Используйте HMAC-SHA256 (createHmac('sha256', secret).update(body)).",
  },
  signature_arguments_swapped: {
    message: 'Ключ и сообщение HMAC перепутаны местами.',
    fix: "Ключ — секрет, сообщение — тело: createHmac('sha256', secret).update(body).",
  },
  signature_over_timestamp: {
    message: 'Вместе с телом подписано время или id, как у других провайдеров.',
    fix: 'VideoCloud подписывает только тело: ничего не ставьте ни перед ним, ни после.',
  },
  signature_over_digest: {
    message: 'Подписано не тело, а его хеш.',
    fix: 'Передавайте в HMAC само тело.',
  },
  signature_over_part: {
    message: 'Подписана только часть тела.',
    fix: 'Подписывайте всё тело, байт в байт, как оно отправляется.',
  },
  signature_without_body: {
    message: 'Это подпись пустого значения, а не этого тела.',
    fix: 'Подписывайте ровно те байты, которые отправляются; разобранный объект, промис или незаданная переменная ими не являются.',
  },
} as const satisfies Partial<Record<CauseCode, CauseText>>;
