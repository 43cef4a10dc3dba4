// Receivers with a mistake each, as people write them. The table of the docs page is made from this list.
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createReceiver, type ReceiverOptions } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express, { type Express } from 'express';
import { SECRET } from './start-inspector.js';

type Answer = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

export interface Mistake {
  readonly en: string;
  readonly ru: string;
  /** The endpoint. */
  readonly serve: () => Server;
  readonly path?: string;
  /** `genuine`: an event of the composer; else a manual request of that mode, whose JSON is laid out. */
  readonly send?: 'genuine' | 'exact' | 'tampered';
  /** Presses "Find the mistake". */
  readonly find?: true;
  /** Entered in the doctor's form. */
  readonly secret?: string;
  /** Rotates the secret before the delivery. */
  readonly rotate?: true;
  /** Another subscription has this secret. */
  readonly other?: string;
  readonly scheme?: 'https';
  /** The code that the page shows first, or the doctor's code below it. */
  readonly shows: string;
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const server = (answer: Answer): Server =>
  createServer((message, response) => {
    bodyOf(message).then(
      (body) => answer(message, body, response),
      () => response.destroy(),
    );
  });

const status = (code: number): Server => server((_message, _body, response) => void response.writeHead(code).end());

/** A check of its own, as in most tutorials: 401 without a word. */
const checks = (expected: (body: Buffer) => string, header = 'x-videocloud-signature'): Server =>
  server((message, body, response) => {
    response.writeHead(message.headers[header] === expected(body) ? 200 : 401).end();
  });

const hmac = (key: string | Buffer, content: string | Buffer, digest: 'hex' | 'base64' = 'hex', algorithm = 'sha256') =>
  createHmac(algorithm, key).update(content).digest(digest);
const keyed = (secret: string | Buffer): Server => checks((body) => hmac(secret, body));

function app(mount: (app: Express) => void): Server {
  const made = express();
  mount(made);
  return createServer(made);
}

function toolkit(options: Partial<ReceiverOptions> = {}, handler: () => unknown = () => undefined): Express {
  const receiver = createReceiver({ secrets: SECRET, ...options } as ReceiverOptions);
  receiver.on('*', async () => void (await handler()));
  const made = express();
  made.post('/', webhookHandler(receiver));
  return made;
}

/** A proxy of its own in front of a right receiver. */
function behind(
  change: (message: IncomingMessage, body: Buffer) => { headers: object; body: Buffer | string },
): Server {
  const inner = createServer(toolkit()).listen(0, '127.0.0.1');
  const proxy = server((message, body, response) => {
    const { port } = inner.address() as { port: number };
    const changed = change(message, body);
    const { 'content-length': _length, ...headers } = changed.headers as Record<string, string>;
    const upstream = request({ port, host: '127.0.0.1', method: 'POST', path: '/', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    upstream.end(changed.body);
  });
  proxy.on('close', () => inner.close());
  return proxy;
}

const OTHER = 'the-secret-of-the-staging-subscription';
const BASE64_SECRET = Buffer.from(SECRET, 'base64');

export const MISTAKES: readonly Mistake[] = [
  {
    en: '`express.json()` before the handler',
    ru: '`express.json()` перед обработчиком',
    serve: () => app((made) => made.use(express.json(), toolkit())),
    shows: 'parsed_before',
  },
  {
    en: 'The receiver hashes `JSON.stringify(req.body)`',
    ru: 'Приёмник хеширует `JSON.stringify(req.body)`',
    serve: () => checks((body) => hmac(SECRET, JSON.stringify(JSON.parse(body.toString())))),
    send: 'exact',
    find: true,
    shows: 'body_reserialized',
  },
  {
    en: 'A proxy parses the JSON and writes it again',
    ru: 'Прокси разбирает JSON и записывает его заново',
    serve: () => behind(({ headers }, body) => ({ headers, body: JSON.stringify(JSON.parse(body.toString())) })),
    send: 'exact',
    find: true,
    shows: 'body_reserialized',
  },
  {
    en: 'A proxy drops `X-VideoCloud-Signature`',
    ru: 'Прокси отбрасывает `X-VideoCloud-Signature`',
    serve: () =>
      behind(({ headers: { 'x-videocloud-signature': _signature, ...headers } }, body) => ({ headers, body })),
    shows: 'signature_stripped',
  },
  {
    en: 'The stream was read before: an empty body is hashed',
    ru: 'Поток прочитан раньше: хешируется пустое тело',
    serve: () => checks(() => hmac(SECRET, '')),
    find: true,
    shows: 'body_lost',
  },
  {
    en: 'The body is decoded as Latin-1',
    ru: 'Тело декодируется как Latin-1',
    serve: () => checks((body) => hmac(SECRET, body.toString('latin1'))),
    send: 'exact',
    find: true,
    shows: 'body_double_encoded',
  },
  {
    en: 'The parsed object is concatenated to a string',
    ru: 'Разобранный объект склеивается со строкой',
    serve: () => checks((body) => hmac(SECRET, String(JSON.parse(body.toString())))),
    find: true,
    shows: 'body_lost',
  },
  {
    en: 'A newline at the end of the secret file',
    ru: 'Перевод строки в конце файла с секретом',
    serve: () => keyed(`${SECRET}\n`),
    find: true,
    shows: 'secret_whitespace',
  },
  {
    en: 'Quotes around the secret in `.env`',
    ru: 'Кавычки вокруг секрета в `.env`',
    serve: () => keyed(`"${SECRET}"`),
    find: true,
    shows: 'secret_quoted',
  },
  {
    en: 'The secret is decoded from base64',
    ru: 'Секрет декодируется из base64',
    serve: () => keyed(BASE64_SECRET),
    find: true,
    shows: 'secret_decoded',
  },
  {
    en: 'The secret was rotated, the receiver has the former one',
    ru: 'Секрет сменили, у приёмника прежний',
    serve: () => keyed(SECRET),
    rotate: true,
    find: true,
    shows: 'secret_former',
  },
  {
    en: 'The secret of another subscription',
    ru: 'Секрет другой подписки',
    serve: () => keyed(OTHER),
    other: OTHER,
    find: true,
    shows: 'secret_of_other',
  },
  {
    en: 'The sample secret of the guide',
    ru: 'Секрет из примера в руководстве',
    serve: () => keyed('your_webhook_secret'),
    find: true,
    shows: 'secret_sample',
  },
  {
    en: 'The variable of the secret is not set',
    ru: 'Переменная с секретом не задана',
    serve: () => keyed(`${process.env.NO_SUCH_VARIABLE}`),
    find: true,
    shows: 'secret_unset',
  },
  {
    en: 'Another secret altogether, entered in the form',
    ru: 'Совсем другой секрет, введённый в форму',
    serve: () => keyed(OTHER),
    secret: OTHER,
    shows: 'secret_other_configured',
  },
  {
    en: 'The receiver compares base64',
    ru: 'Приёмник сравнивает base64',
    serve: () => checks((body) => hmac(SECRET, body, 'base64')),
    find: true,
    shows: 'form_expected',
  },
  {
    en: 'The receiver computes HMAC-SHA1',
    ru: 'Приёмник считает HMAC-SHA1',
    serve: () => checks((body) => hmac(SECRET, body, 'hex', 'sha1')),
    find: true,
    shows: 'form_expected',
  },
  {
    en: 'The receiver hashes secret and body without HMAC',
    ru: 'Приёмник хеширует секрет и тело без HMAC',
    serve: () => checks((body) => createHash('sha256').update(SECRET).update(body).digest('hex')),
    find: true,
    shows: 'form_expected',
  },
  {
    en: 'The receiver was written for GitHub: another header',
    ru: 'Приёмник написан для GitHub: другой заголовок',
    serve: () => checks((body) => `sha256=${hmac(SECRET, body)}`, 'x-hub-signature-256'),
    find: true,
    shows: 'header_expected',
  },
  {
    en: 'The receiver verifies nothing',
    ru: 'Приёмник ничего не проверяет',
    serve: () => status(200),
    send: 'tampered',
    shows: 'forgery_accepted',
  },
  {
    en: 'The handler throws',
    ru: 'Обработчик завершается ошибкой',
    serve: () => createServer(toolkit({}, () => Promise.reject(new Error('no database')))),
    shows: 'handler_failed',
  },
  {
    en: 'The body limit is below the size of the event',
    ru: 'Предел тела меньше события',
    serve: () => createServer(toolkit({ maxBodyBytes: 32 })),
    shows: 'too_large',
  },
  {
    en: 'A wrong path in the URL',
    ru: 'Неверный путь в URL',
    serve: () => createServer(toolkit()),
    path: 'webhook',
    shows: 'path_unknown',
  },
  {
    en: 'The server redirects to HTTPS',
    ru: 'Сервер перенаправляет на HTTPS',
    serve: () =>
      server((_message, _body, response) => void response.writeHead(308, { location: 'https://localhost/' }).end()),
    shows: 'redirected',
  },
  {
    en: '`https://` to a port that speaks HTTP',
    ru: '`https://` к порту, на котором HTTP',
    serve: () => status(200),
    scheme: 'https',
    shows: 'tls_error',
  },
];
