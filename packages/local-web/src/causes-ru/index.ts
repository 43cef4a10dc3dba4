import type { CauseCode, Framework } from '@videocloud/webhooks/doctor';
import { BODY_RU } from './body.js';
import type { CauseText } from './cause-text.js';
import { SECRET_RU } from './secret.js';
import { SIGNATURE_RU } from './signature.js';

// A code without a text does not compile.
const CAUSES: Readonly<Record<CauseCode, CauseText>> = { ...BODY_RU, ...SECRET_RU, ...SIGNATURE_RU };

const RAW: Readonly<Record<Framework, string>> = {
  express:
    "Express: подключите webhookHandler(receiver) из '@videocloud/webhooks/express' раньше express.json() или дайте маршруту " +
    "express.raw({ type: 'application/json' }), и никогда не хешируйте JSON.stringify(req.body).",
  fastify:
    "Fastify: зарегистрируйте для маршрута fastifyWebhooks из '@videocloud/webhooks/fastify' (он читает поток раньше парсеров) " +
    'и никогда не хешируйте JSON.stringify(request.body).',
  koa:
    "Koa: подключите webhookHandler(receiver) из '@videocloud/webhooks/koa' раньше koa-bodyparser и koa-body и никогда не хешируйте " +
    'JSON.stringify(ctx.request.body).',
  nestjs:
    "NestJS: импортируйте VideoCloudWebhooksModule.forRoot({ secrets }) из '@videocloud/webhooks-nestjs' или создайте приложение с { rawBody: true } " +
    'и хешируйте req.rawBody; никогда не хешируйте JSON.stringify от @Body().',
  hono: "Hono: подключите webhookHandler(receiver) из '@videocloud/webhooks/hono' раньше любого вызова c.req.json() или хешируйте байты c.req.raw.arrayBuffer().",
  next:
    "Next.js: export const POST = webhookHandler(receiver) из '@videocloud/webhooks/next' (или хешируйте await request.arrayBuffer()); " +
    'в Pages Router задайте config = { api: { bodyParser: false } }.',
  lambda:
    "AWS Lambda: хешируйте Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8') до любого JSON.parse, например через receiver.receive({ body, signature }).",
  worker: 'Workers: передайте нетронутый Request в receiver.fetch(request) или хешируйте await request.arrayBuffer().',
  node: "node:http: подключите webhookHandler(receiver) из '@videocloud/webhooks/node' или хешируйте Buffer.concat из кусков запроса.",
};

/** The doctor's cause in Russian: with the framework's fix where that is known, else with those of the usual ones. */
export function causeInRussian(code: CauseCode, framework: Framework | undefined): CauseText {
  const { message, fix } = CAUSES[code];
  if (fix !== '') return { message, fix };
  const raw = framework === undefined ? [RAW.express, RAW.hono, RAW.next].join(' ') : RAW[framework];
  return { message, fix: `Проверяйте исходные байты, как они пришли, до любого парсера. ${raw}` };
}
