import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// A connection that breaks while idle is replaced; without a listener it would end the process.
pool.on('error', (error) => console.error(error.message));
const store = postgresStore(pool);
await store.migrate();
await pool.query('CREATE TABLE IF NOT EXISTS processed_videos (video_id text NOT NULL, at timestamptz DEFAULT now())');

const receiver = createReceiver({
  secrets: process.env.VIDEOCLOUD_WEBHOOK_SECRET ?? '',
  // A handler here takes milliseconds: a short lease lets the next copy in soon after a crash.
  handlerTimeout: 1_000,
  idempotency: { store, lease: 1_500 },
  onError: (error) => console.error(error.message, error.cause),
});

receiver.on('video.processed', (event, { deliveryKey }) =>
  inTransaction(async (tx) => {
    // False: another transaction has committed this very event already.
    if (!(await store.completeIn(tx, deliveryKey))) return;
    await tx.query('INSERT INTO processed_videos (video_id) VALUES ($1)', [event.data.videoId]);
  }),
);

/** @param {(tx: pg.PoolClient) => Promise<void>} work */
async function inTransaction(work) {
  const tx = await pool.connect();
  let broken;
  try {
    await tx.query('BEGIN');
    await work(tx);
    await tx.query('COMMIT');
  } catch (error) {
    await tx.query('ROLLBACK').catch((cause) => {
      broken = cause;
    });
    throw error;
  } finally {
    // A connection that could not even roll back must not be used again.
    tx.release(broken);
  }
}

const server = createServer(webhookHandler(receiver));
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening on ${typeof address === 'object' && address !== null ? address.port : address}`);
});

process.once('SIGTERM', async () => {
  server.close();
  await receiver.drain();
  await pool.end();
});
