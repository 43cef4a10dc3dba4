import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import pg from 'pg';

const url = process.env.DATABASE_URL ?? '';
// pg, postgres-js, kysely, knex, drizzle or prisma: the same handler with another library.
const { open } = await import(`./transactions/${process.env.LIBRARY ?? 'pg'}.js`);

const pool = new pg.Pool({ connectionString: url });
// A connection that breaks while idle is replaced; without a listener it would end the process.
pool.on('error', (error) => console.error(error.message));
const store = postgresStore(pool);
await store.migrate();
await pool.query('CREATE TABLE IF NOT EXISTS processed_videos (video_id text NOT NULL, at timestamptz DEFAULT now())');
const database = open(url);

const receiver = createReceiver({
  secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '',
  // A handler here takes milliseconds: a short lease lets the next copy in soon after a crash.
  handlerTimeout: 1_000,
  idempotency: { store, lease: 1_500 },
  onError: (error) => console.error(error.message, error.cause),
});

receiver.on('video.processed', (event, { deliveryKey }) => database.addVideo(store, event.data.videoId, deliveryKey));

const server = createServer(webhookHandler(receiver));
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' && address !== null ? address.port : address}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await receiver.drain();
  await Promise.all([pool.end(), database.close()]);
});
