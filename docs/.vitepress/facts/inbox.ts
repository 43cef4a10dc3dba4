// The codes of the inbox. `message` is how one begins.
import type { InboxErrorCode } from '../../../packages/inbox/src/errors.js';
import type { Fact } from './fact.js';

export const INBOX: Readonly<Record<InboxErrorCode, Fact>> = {
  engine_missing: {
    en: {
      why: 'The package behind the scheme of the URL is not installed: `pg` and `pg-boss` for `postgres://`, `bullmq` and `ioredis` for `redis://`.',
      fix: 'Run the install line of the message. These packages are optional, so that an app with SQLite does not carry them.',
    },
    ru: {
      why: 'Пакет, который нужен для схемы этого URL, не установлен: `pg` и `pg-boss` для `postgres://`, `bullmq` и `ioredis` для `redis://`.',
      fix: 'Выполните команду установки из сообщения. Эти пакеты необязательны, чтобы приложение с SQLite их не тянуло.',
    },
  },
  engine_unsupported: {
    en: {
      why: 'The engine is installed in a version that the inbox does not work with. The message names both versions.',
      fix: 'Install a version within the range of the message.',
    },
    ru: {
      why: 'Движок установлен в версии, с которой очередь не работает. В сообщении названы обе версии.',
      fix: 'Установите версию из диапазона, названного в сообщении.',
    },
  },
  open_failed: {
    en: {
      why: 'The file or server cannot be opened: a wrong path, password or port, no rights, or no database of this name. `cause` is the error of the engine, without passwords.',
      fix: 'Read the hint of the message. Try the URL with `npx @videocloud/webhooks-cli inbox stats` from the same machine.',
    },
    ru: {
      why: 'Файл или сервер не открывается: неверный путь, пароль или порт, нет прав или нет такой базы. `cause` — ошибка движка, без паролей.',
      fix: 'Прочитайте подсказку в сообщении. Попробуйте этот URL на той же машине: `npx @videocloud/webhooks-cli inbox stats`.',
    },
  },
  inbox_missing: {
    en: {
      why: 'With `create: false`, and so from the command line, there is no inbox of this name at the URL.',
      fix: 'Check the URL, the name (`--name`), and the folder that a `file:` path starts from.',
    },
    ru: {
      why: 'С `create: false`, а значит и из командной строки, по этому URL нет очереди с таким именем.',
      fix: 'Проверьте URL, имя (`--name`) и папку, от которой считается путь `file:`.',
    },
  },
  unavailable: {
    en: {
      why: 'Nothing was stored this time: the database is locked, full, unreachable or overloaded. The receiver answers 503, and VideoCloud repeats the delivery.',
      fix: 'Look at `cause`, and at [the runbook](../../operate/when-something-is-wrong.md).',
    },
    ru: {
      why: 'На этот раз ничего не сохранено: база занята, заполнена, недоступна или перегружена. Приёмник отвечает 503, и VideoCloud повторит доставку.',
      fix: 'Посмотрите `cause` и [инструкцию дежурному](../../operate/when-something-is-wrong.md).',
    },
  },
  closed: {
    en: {
      why: 'The inbox was used after `close()`.',
      fix: 'On shutdown stop the server first, then the worker, and close the inbox last.',
    },
    ru: {
      why: 'К очереди обратились после `close()`.',
      fix: 'При остановке сначала закройте сервер, затем остановите воркер и только потом закройте саму очередь.',
    },
  },
  handler_timeout: {
    en: {
      why: 'A handler in a worker took longer than its lease allows (60 s). `context.signal` aborts 10 s before the end; what still runs then is reported to `onError`, and the delivery is tried again.',
      fix: 'Give `openInbox` a longer `lease`, and pass `context.signal` to what you wait for.',
    },
    ru: {
      why: 'Обработчик в воркере не уложился в срок захвата (60 с). За 10 с до конца прерывается `context.signal`; если обработчик всё ещё работает, об этом сообщается в `onError`, а доставка будет обработана ещё раз.',
      fix: 'Задайте `openInbox` больший `lease` и передавайте `context.signal` во всё, чего ждёте.',
    },
  },
  cursor_invalid: {
    en: {
      why: '`list()` got a cursor that does not come from a page of the same state.',
      fix: 'Start again without a cursor, and pass `nextCursor` as it came.',
    },
    ru: {
      why: '`list()` получил курсор не от страницы того же состояния.',
      fix: 'Начните без курсора и передавайте `nextCursor` без изменений.',
    },
  },
  dead_lettered: {
    en: {
      why: 'A delivery failed at every attempt and is a dead letter now. `onError` gets this for each one when there is no `onDead`.',
      fix: 'Fix the handler, then run `npx @videocloud/webhooks-cli inbox retry --all --yes`. Give `onDead` to be notified.',
    },
    ru: {
      why: 'Доставка не удалась ни с одной попытки и стала недоставленной (dead letter). `onError` получает этот код для каждой из них, если нет `onDead`.',
      fix: 'Исправьте обработчик, затем выполните `npx @videocloud/webhooks-cli inbox retry --all --yes`. Чтобы получать уведомления, задайте `onDead`.',
    },
  },
};
