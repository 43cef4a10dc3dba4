import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bindEnv, type ReadEnv } from '../http/env.js';
import { handleNode } from '../http/node.js';
import { pipelineOf, type Receiver } from '../receiver/receiver.js';
import { requireKnownOptions } from '../unknown-options.js';

const HINT = 'Register fastifyWebhooks in front of any onRequest hook that reads request.raw';

/** The options of {@link fastifyWebhooks}. `env` is required where the receiver's handlers expect an environment. */
export type FastifyWebhooksOptions<Env> = {
  /** Made by `createReceiver`. */
  receiver: Receiver<Env>;
  /** The path of the webhook route, below the prefix of `register` where there is one. */
  path: string;
} & (unknown extends Env ? { env?: ReadEnv<FastifyRequest, Env> | undefined } : { env: ReadEnv<FastifyRequest, Env> });

/**
 * A Fastify plugin with one route that receives deliveries.
 *
 * The receiver reads the raw stream before Fastify's parsers and answers itself: any `Content-Type` is taken, and
 * `bodyLimit`, validation and `onSend` hooks do not apply. `app.close()` waits for handlers that still run.
 *
 * @throws TypeError (from `app.ready()`) when `receiver` was not made by `createReceiver`, and for an unknown option
 * @example
 * ```ts
 * import { createReceiver } from '@videocloud/webhooks';
 * import { fastifyWebhooks } from '@videocloud/webhooks/fastify';
 * import Fastify from 'fastify';
 *
 * const receiver = createReceiver({ secrets: () => process.env.VIDEOCLOUD_WEBHOOK_SECRET });
 * const app = Fastify();
 * app.register(fastifyWebhooks, { receiver, path: '/webhooks' });
 * ```
 */
export async function fastifyWebhooks<Env>(app: FastifyInstance, options: FastifyWebhooksOptions<Env>): Promise<void> {
  // `prefix` and the like are Fastify's own.
  requireKnownOptions('fastifyWebhooks', options, ['receiver', 'path', 'env', 'prefix', 'logLevel', 'logSerializers']);
  const { receiver, path, env } = options;
  const pipeline = pipelineOf('fastifyWebhooks', receiver, { env });
  const readEnv: ((request: FastifyRequest) => unknown) | undefined = env;
  app.all(path, {
    // Before parsers: they would consume the stream, and reject types that they do not know.
    onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      reply.hijack();
      return handleNode(pipeline, request.raw, reply.raw, HINT, bindEnv(readEnv, request));
    },
    handler: () => undefined,
  });
  app.addHook('onClose', () => receiver.drain());
}
