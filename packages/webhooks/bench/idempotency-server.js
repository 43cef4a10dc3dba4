// One server of `idempotency.js`: a framework and a receiver, without a store or with the one named.
import { createServer } from 'node:http';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import * as onExpress from '@videocloud/webhooks/express';
import { webhookHandler } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import express from 'express';

const [, , framework, kind, url] = process.argv;

async function store() {
  if (kind === 'memory') return memoryStore();
  if (kind === 'redis') {
    const { Redis } = await import('ioredis');
    return redisStore(new Redis(String(url)));
  }
  const { default: pg } = await import('pg');
  const opened = postgresStore(new pg.Pool({ connectionString: url, max: 16 }));
  await opened.migrate();
  return opened;
}

const receiver = createReceiver({
  secrets: 'bench-secret',
  ...(kind?.startsWith('none') ? {} : { idempotency: await store() }),
});
receiver.on('video.uploaded', () => undefined);
const listener =
  framework === 'Express' ? express().post('/', onExpress.webhookHandler(receiver)) : webhookHandler(receiver);
const server = createServer(listener);
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: /** @type {import('node:net').AddressInfo} */ (server.address()).port }),
);
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit());
