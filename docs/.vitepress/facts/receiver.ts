// The codes of a receiver. Status, message and hint come from packages/webhooks/src/errors.ts.
import type { WebhookErrorCode } from '../../../packages/webhooks/src/errors.js';
import type { Fact } from './fact.js';
import { REQUESTS } from './receiver-requests.js';

const LIMIT = (option: string) => `import { createReceiver } from '@videocloud/webhooks';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  ${option}
});
`;

export const RECEIVER: Readonly<Record<WebhookErrorCode, Fact>> = {
  ...REQUESTS,
  secrets_unavailable: {
    en: {
      why: 'The function given as `secrets` threw, took longer than `storeTimeout`, or returned nothing or a blank text.',
      fix: 'Set the environment variable on this very server, and look at the `cause` that `onError` gets. VideoCloud repeats the delivery for 111 minutes; the sixth failure switches the webhook off.',
    },
    ru: {
      why: 'Функция, переданная как `secrets`, выбросила ошибку, не уложилась в `storeTimeout` или вернула пустой секрет.',
      fix: 'Задайте переменную окружения именно на этом сервере и посмотрите `cause`, который получает `onError`. VideoCloud повторяет доставку в течение 111 минут; шестой сбой отключает вебхук.',
    },
  },
  body_not_utf8: {
    en: {
      why: 'The signature is right, but the signed bytes are not UTF-8. A retry brings the same bytes.',
      fix: 'Tell the sender. Give `onUnhandled`: it gets the bytes, and the delivery is answered 200, so that it does not switch the webhook off.',
    },
    ru: {
      why: 'Подпись верна, но подписанные байты — не UTF-8. Повтор принесёт те же байты.',
      fix: 'Сообщите отправителю. Задайте `onUnhandled`: он получит байты, ответом будет 200, и вебхук не отключится.',
    },
    code: LIMIT('onUnhandled: ({ rawBody, reason }) => console.warn(reason, rawBody.length),'),
  },
  body_not_json: {
    en: {
      why: 'The signature is right, but the signed bytes are not JSON. A retry brings the same bytes.',
      fix: 'Tell the sender. Give `onUnhandled`: it gets the bytes, and the delivery is answered 200, so that it does not switch the webhook off.',
    },
    ru: {
      why: 'Подпись верна, но подписанные байты — не JSON. Повтор принесёт те же байты.',
      fix: 'Сообщите отправителю. Задайте `onUnhandled`: он получит байты, ответом будет 200, и вебхук не отключится.',
    },
    code: LIMIT('onUnhandled: ({ rawBody, reason }) => console.warn(reason, rawBody.length),'),
  },
  envelope_invalid: {
    en: {
      why: 'The signed body is JSON, but not an event: `event`, `timestamp` or `data` is missing or has another type.',
      fix: 'Check that nothing but VideoCloud signs with this secret. Give `onUnhandled`: it gets the bytes, and the delivery is answered 200.',
    },
    ru: {
      why: 'Подписанное тело — JSON, но не событие: `event`, `timestamp` или `data` нет или они другого типа.',
      fix: 'Убедитесь, что этим секретом подписывает только VideoCloud. Задайте `onUnhandled`: он получит байты, а ответом будет 200.',
    },
    code: LIMIT('onUnhandled: ({ rawBody, reason }) => console.warn(reason, rawBody.length),'),
  },
  payload_invalid: {
    en: {
      why: 'The name of the event is known, but its `data` does not match the schema: a member is missing or has another type. The sender is answered 200, since a retry brings the same bytes; the handler does not run.',
      fix: "Read the issues in `onUnhandled`. Where your handler can live with such data, pass a schema of your own to `on`, or set `validation: 'report'`.",
    },
    ru: {
      why: 'Имя события известно, но `data` не подходит под схему: поля нет или оно другого типа. Отправитель получает 200, потому что повтор принесёт те же байты; обработчик не запускается.',
      fix: "Прочитайте замечания в `onUnhandled`. Если обработчику такие данные годятся, передайте в `on` свою схему или задайте `validation: 'report'`.",
    },
    code: LIMIT('onUnhandled: ({ event, reason, issues }) => console.warn(event?.event, reason, issues),'),
  },
  timestamp_too_old: {
    en: {
      why: '`maxAge` is set, and the signed `timestamp` is further back than that. It may be a replay: an old request that somebody sent again.',
      fix: 'Where genuine deliveries are hit, raise `maxAge`: the last retry comes 111 minutes after the event. Check the clock of this machine.',
    },
    ru: {
      why: 'Задан `maxAge`, а подписанный `timestamp` старше. Возможно, это replay-атака: кто-то повторно отправил старый запрос.',
      fix: 'Если отклоняются настоящие доставки, увеличьте `maxAge`: последний повтор приходит через 111 минут после события. Проверьте часы машины.',
    },
    code: LIMIT('maxAge: 2 * 3_600_000, // milliseconds; at least 6_960_000'),
  },
  timestamp_in_future: {
    en: {
      why: '`maxAge` is set, and the signed `timestamp` is more than 300 s ahead of the clock of this machine.',
      fix: 'Synchronize the clock. VideoCloud repeats the delivery, and it is accepted once the clock is right.',
    },
    ru: {
      why: 'Задан `maxAge`, а подписанный `timestamp` опережает часы этой машины больше чем на 300 с.',
      fix: 'Синхронизируйте часы. VideoCloud повторит доставку, и с верными часами она будет принята.',
    },
  },
  event_in_progress: {
    en: {
      why: 'Another copy of the event is being handled at this moment. It is not an error: VideoCloud repeats the delivery, and the retry is answered 200 as a duplicate.',
      fix: "Nothing, as long as it is rare. Where it is frequent, the handler is slower than the 10 s we assume the platform waits: store the event in an inbox, or set `acknowledge: 'before'`.",
    },
    ru: {
      why: 'В этот момент обрабатывается другая копия события. Это не ошибка: VideoCloud повторит доставку, и повтор получит 200 как дубликат.',
      fix: "Пока это редкость — ничего. Если часто, обработчик медленнее 10 с, которые, по нашему допущению, ждёт платформа: сохраняйте событие в очередь входящих или задайте `acknowledge: 'before'`.",
    },
  },
  store_unavailable: {
    en: {
      why: 'The idempotency store, or the inbox, threw or took longer than `storeTimeout`. Without it a copy could not be recognized, so no handler ran.',
      fix: 'Look at the `cause` that `onError` gets: it is the error of your database. VideoCloud repeats the delivery.',
    },
    ru: {
      why: 'Хранилище идемпотентности или очередь входящих выбросили ошибку либо не уложились в `storeTimeout`. Без них копию не узнать, поэтому обработчик не запускался.',
      fix: 'Посмотрите `cause`, который получает `onError`: это ошибка вашей базы. VideoCloud повторит доставку.',
    },
  },
  handler_failed: {
    en: {
      why: 'A handler threw, or its promise was rejected. VideoCloud repeats the delivery after 1, 5, 15, 30 and 60 minutes; the sixth failure switches the webhook off.',
      fix: 'Look at the `cause` that `onError` gets; by default it is logged. Give `onDeadLetter` and a store, so that a delivery that always fails is kept and the webhook stays on.',
    },
    ru: {
      why: 'Обработчик выбросил ошибку, или его промис отклонён. VideoCloud повторит доставку через 1, 5, 15, 30 и 60 минут; шестой сбой отключает вебхук.',
      fix: 'Посмотрите `cause`, который получает `onError`; по умолчанию он попадает в журнал. Задайте `onDeadLetter` и хранилище, чтобы безнадёжная доставка сохранилась, а вебхук остался включён.',
    },
    code: `import { createReceiver, memoryStore } from '@videocloud/webhooks';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  idempotency: memoryStore(),
  onDeadLetter: ({ rawBody, error, attempt }) => console.error('dead letter', attempt, error.cause, rawBody.length),
});
`,
  },
  handler_timeout: {
    en: {
      why: 'The handlers took longer than `handlerTimeout` (25 s). `context.signal` is aborted; the handler runs on until it settles, and a good end gives later copies 200.',
      fix: "Pass `context.signal` to what you wait for. Work that takes longer belongs into an inbox: it answers at once, and a handler there may take as long as the inbox's `lease`.",
    },
    ru: {
      why: 'Обработчики работали дольше `handlerTimeout` (25 с). `context.signal` прерван; обработчик продолжает работу, и если он закончит успешно, следующие копии получат 200.',
      fix: 'Передавайте `context.signal` во всё, чего ждёте. Долгой работе место в очереди входящих: она отвечает сразу, а обработчику даётся столько, сколько длится `lease` очереди.',
    },
    code: LIMIT('handlerTimeout: 40_000, // milliseconds; the lease is 20 s longer'),
  },
};
