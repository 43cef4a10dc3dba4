import type { Framework } from '@videocloud/webhooks/doctor';

const receiver = (secrets: string): string => `const receiver = createReceiver({ secrets: ${secrets} });
receiver.on('*', (event) => console.log(event.event));`;
const NODE_SECRET = '() => process.env.VIDEOCLOUD_WEBHOOK_SECRET';

/** A receiver that verifies the raw body, in each framework; the tests compile and run every one. */
export const RECEIVER_CODE: Readonly<Record<Framework, string>> = {
  express: `import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/express';
import express from 'express';

${receiver(NODE_SECRET)}

const app = express();
app.post('/webhooks', webhookHandler(receiver)); // before app.use(express.json())
app.listen(Number(process.env.PORT ?? 3000));
`,
  fastify: `import { createReceiver } from '@videocloud/webhooks';
import { fastifyWebhooks } from '@videocloud/webhooks/fastify';
import Fastify from 'fastify';

${receiver(NODE_SECRET)}

const app = Fastify();
app.register(fastifyWebhooks, { receiver, path: '/webhooks' }); // reads in front of Fastify's parsers
app.listen({ port: Number(process.env.PORT ?? 3000) });
`,
  koa: `import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/koa';
import Koa from 'koa';

${receiver(NODE_SECRET)}

const webhooks = webhookHandler(receiver);
const app = new Koa();
app.use((ctx, next) => (ctx.path === '/webhooks' ? webhooks(ctx, next) : next())); // before koa-bodyparser
app.listen(Number(process.env.PORT ?? 3000));
`,
  nestjs: `import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { WebhookEvent } from '@videocloud/webhooks';
import { OnVideoCloudEvent, VideoCloudWebhooksModule } from '@videocloud/webhooks-nestjs';

class Videos {
  @OnVideoCloudEvent('*')
  received(event: WebhookEvent): void {
    console.log(event.event);
  }
}

@Module({
  imports: [VideoCloudWebhooksModule.forRoot({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET })],
  providers: [Videos],
})
class AppModule {}

// POST /webhooks, in front of Nest's parsers
NestFactory.create(AppModule).then((app) => app.listen(process.env.PORT ?? 3000));
`,
  hono: `import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/hono';
import { Hono } from 'hono';

${receiver(NODE_SECRET)}

const app = new Hono();
app.post('/webhooks', webhookHandler(receiver)); // before any c.req.json()
export default app;
`,
  next: `// app/webhooks/route.ts
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/next';

${receiver(NODE_SECRET)}

export const POST = webhookHandler(receiver);
`,
  lambda: `import { createReceiver } from '@videocloud/webhooks';
import { lambdaHandler } from '@videocloud/webhooks/lambda';

${receiver(NODE_SECRET)}

export const handler = lambdaHandler(receiver);
`,
  worker: `import { createReceiver } from '@videocloud/webhooks';

interface Env {
  VIDEOCLOUD_WEBHOOK_SECRET: string;
}
const receiver = createReceiver<Env>({ secrets: ({ env }) => env.VIDEOCLOUD_WEBHOOK_SECRET });
receiver.on('*', (event) => console.log(event.event));

export default { fetch: receiver.fetch };
`,
  node: `import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';

${receiver(NODE_SECRET)}

createServer(webhookHandler(receiver)).listen(Number(process.env.PORT ?? 3000));
`,
};
