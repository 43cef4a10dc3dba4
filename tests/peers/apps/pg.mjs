import { webhookHandler } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import pg from 'pg';
import { countingReceiver, listen } from './lib.mjs';

export async function start() {
  const pool = new pg.Pool({ connectionString: process.env.POSTGRES_URL });
  const store = postgresStore(pool);
  await store.migrate();
  const { receiver, handled } = countingReceiver({ idempotency: store });
  const { url, stop } = await listen(webhookHandler(receiver));
  return { url, handled, stop: () => stop().then(() => pool.end()) };
}
