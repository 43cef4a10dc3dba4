import { fastifyWebhooks } from '@videocloud/webhooks/fastify';
import type { FastifyInstance } from 'fastify';
import { receiver } from './receiver.js';

export default async function webhooks(fastify: FastifyInstance) {
  fastify.register(fastifyWebhooks, { receiver, path: '/webhooks' });
}
