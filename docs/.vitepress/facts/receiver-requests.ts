// The codes of a request that is rejected before its content is looked at.
import type { WebhookErrorCode } from '../../../packages/webhooks/src/errors.js';
import type { Fact } from './fact.js';

type RequestCode = Extract<
  WebhookErrorCode,
  | 'method_not_allowed'
  | 'content_encoding_unsupported'
  | 'body_too_large'
  | 'body_timeout'
  | 'body_aborted'
  | 'body_already_parsed'
  | `signature_${string}`
>;

export const REQUESTS: Readonly<Record<RequestCode, Fact>> = {
  method_not_allowed: {
    en: {
      why: 'The request is not a POST: a browser, a health check or a redirect that turned POST into GET.',
      fix: 'Register the final address, without a redirect, and point health checks at another path.',
    },
    ru: {
      why: 'Это не POST: открыли в браузере, пришла проверка работоспособности или перенаправление превратило POST в GET.',
      fix: 'Зарегистрируйте конечный адрес, без перенаправлений, а проверки работоспособности направьте на другой путь.',
    },
  },
  content_encoding_unsupported: {
    en: {
      why: 'The request has a `Content-Encoding`. The signature is over the plain body, so that a compressed one cannot be verified.',
      fix: 'VideoCloud sends bodies uncompressed. Find the proxy that compresses requests, and switch it off for this path.',
    },
    ru: {
      why: 'В запросе есть `Content-Encoding`. Подпись вычислена по несжатому телу, поэтому сжатое проверить нельзя.',
      fix: 'VideoCloud отправляет тела без сжатия. Найдите прокси, который сжимает запросы, и отключите сжатие для этого пути.',
    },
  },
  body_too_large: {
    en: {
      why: 'The body is larger than `maxBodyBytes` (1 MiB), as declared or as counted while it was read.',
      fix: 'Deliveries of VideoCloud are small: first find out who sends this. Raise `maxBodyBytes` only for a genuine one.',
    },
    ru: {
      why: 'Тело больше `maxBodyBytes` (1 МиБ): по объявленной длине или по подсчёту при чтении.',
      fix: 'Доставки VideoCloud невелики: сначала выясните, кто это прислал. Увеличивайте `maxBodyBytes`, только если доставка настоящая.',
    },
    code: `import { createReceiver } from '@videocloud/webhooks';

export const receiver = createReceiver({
  secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET,
  maxBodyBytes: 4 * 1_048_576,
});
`,
  },
  body_timeout: {
    en: {
      why: 'The body did not arrive within `bodyTimeout` (10 s): a slow or broken connection, or a client that holds connections open on purpose.',
      fix: 'Usually nothing: VideoCloud repeats the delivery. Where it happens often, look at the proxy between.',
    },
    ru: {
      why: 'Тело не пришло за `bodyTimeout` (10 с): медленное или оборванное соединение либо клиент, который нарочно держит соединения открытыми.',
      fix: 'Обычно ничего: VideoCloud повторит доставку. Если это происходит часто, проверьте прокси между вами.',
    },
  },
  body_aborted: {
    en: {
      why: 'The connection closed before the whole body arrived. Nothing was claimed, and no handler ran.',
      fix: 'Usually nothing: VideoCloud repeats the delivery. Where it happens often, look at the timeouts of the proxy between.',
    },
    ru: {
      why: 'Соединение закрылось раньше, чем пришло всё тело. Ничего не захвачено, обработчик не запускался.',
      fix: 'Обычно ничего: VideoCloud повторит доставку. Если это происходит часто, проверьте таймауты прокси между вами.',
    },
  },
  body_already_parsed: {
    en: {
      why: 'Something in front of the receiver read the body: a JSON parser, or middleware that calls `json()`. The signature is over the raw bytes, and a parsed body cannot be turned back into them.',
      fix: 'Register the webhook route before any body parser. The `hint` of the error names the code for your framework.',
    },
    ru: {
      why: 'Тело прочитали до приёмника: парсер JSON или middleware, которое вызывает `json()`. Подпись вычислена по исходным байтам, а из разобранного тела их не восстановить.',
      fix: 'Подключите маршрут вебхука раньше любого парсера тела. В `hint` ошибки назван код для вашего фреймворка.',
    },
    code: `import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express from 'express';

const receiver = createReceiver({ secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '' });

const app = express();
app.post('/webhooks', webhookHandler(receiver)); // first
app.use(express.json()); // then the parser, for all other routes
app.listen(3000);
`,
  },
  signature_missing: {
    en: {
      why: 'The `X-VideoCloud-Signature` header is absent or blank. A stranger found the address, or a proxy removed the header.',
      fix: 'Let proxies pass the header on. Sign your own test requests: `npx @videocloud/webhooks-cli trigger video.processed http://localhost:3000/webhooks`.',
    },
    ru: {
      why: 'Заголовка `X-VideoCloud-Signature` нет, или он пуст. Адрес нашёл посторонний, или заголовок удалил прокси.',
      fix: 'Настройте прокси так, чтобы заголовок доходил. Свои пробные запросы подписывайте: `npx @videocloud/webhooks-cli trigger video.processed http://localhost:3000/webhooks`.',
    },
  },
  signature_malformed: {
    en: {
      why: 'The header is not 64 hex digits: it has a prefix, is in base64, was cut, or came twice and was joined.',
      fix: 'Pass the whole header as received. `explain` of the command line names what is wrong with it.',
    },
    ru: {
      why: 'В заголовке не 64 шестнадцатеричные цифры: есть префикс, это base64, он обрезан или пришёл дважды и склеен.',
      fix: 'Передавайте весь заголовок, как он пришёл. Команда `explain` назовёт, что с ним не так.',
    },
  },
  signature_mismatch: {
    en: {
      why: 'The header is well formed, but no secret reproduces it: the secret belongs to another subscription or has a typing error, the bytes were changed on the way or re-serialized, or the request is forged.',
      fix: 'Capture one request and let the doctor find the cause: `npx @videocloud/webhooks-cli explain request.http --secret-file secret.txt`. It never prints the secret.',
    },
    ru: {
      why: 'Заголовок записан верно, но ни один секрет его не даёт: секрет от другой подписки или с опечаткой, байты изменены по пути или пересериализованы, либо запрос подделан.',
      fix: 'Сохраните один запрос и дайте диагностике найти причину: `npx @videocloud/webhooks-cli explain request.http --secret-file secret.txt`. Секрет она не печатает.',
    },
    code: `import { createReceiver } from '@videocloud/webhooks';
import { diagnose } from '@videocloud/webhooks/doctor';

// While you develop: the receiver logs the cause of a mismatch itself.
export const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET, explain: diagnose });
`,
  },
};
