// A receiver whose handler leaves its effect and the mark of `completeIn` in one transaction of some library.

import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import pg from 'pg';
import { listen, SECRET } from './lib.mjs';

/**
 * @param {(url: string) => { transaction(work: (tx: any, insert: (id: string) => Promise<unknown>) => Promise<void>): Promise<unknown>, close(): Promise<unknown> }} open
 */
export async function exactlyOnce(open) {
  const pool = new pg.Pool({ connectionString: process.env.POSTGRES_URL });
  const store = postgresStore(pool);
  await store.migrate();
  await pool.query('CREATE TABLE IF NOT EXISTS effects (id text)');
  const library = open(process.env.POSTGRES_URL ?? '');
  const receiver = createReceiver({ secrets: SECRET, idempotency: store });
  receiver.on('video.processed', (event, { deliveryKey }) =>
    library.transaction(async (tx, insert) => {
      if (!(await store.completeIn(tx, deliveryKey))) return;
      await insert(event.data.videoId);
      // The mark is there within the transaction: a second run would leave its effect out.
      if (await store.completeIn(tx, deliveryKey)) throw new Error('marked twice');
    }),
  );
  const { url, stop } = await listen(webhookHandler(receiver));
  return {
    url,
    handled: async () => Number((await pool.query('SELECT count(*) FROM effects')).rows[0].count),
    stop: async () => {
      await stop();
      await Promise.all([pool.end(), library.close()]);
    },
  };
}
