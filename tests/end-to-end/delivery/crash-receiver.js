// A receiver in a process of its own, to be killed: its handler takes HANDLER_MS and then leaves its effect, or waits to
// be killed where that is 'until killed'.
import { createServer } from 'node:http';
import { createReceiver } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import { Redis } from 'ioredis';
import pg from 'pg';

const { STORE_URL = '', SECRET = '', HANDLER_MS, DIE_IN_HANDLER, LEASE_MS, LOG } = process.env;
const lease = Number(LEASE_MS ?? 3_000);
const setup = STORE_URL.startsWith('redis:') ? redis() : await postgres();
const dies = DIE_IN_HANDLER === 'yes';

const receiver = createReceiver({
  secrets: SECRET,
  handlerTimeout: lease - 500,
  storeTimeout: 20_000,
  idempotency: { store: setup.store, lease },
  ...(dies ? { maxAttempts: 5, onDeadLetter: ({ attempt }) => setup.note(`dead letter ${attempt}`) } : {}),
  onError: (error) => LOG && console.error(error, error.cause),
});
receiver.on('video.deleted', async (event, { attempt }) => {
  await setup.note(`start ${event.data.videoId} ${attempt}`);
  if (dies) process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) =>
    setTimeout(resolve, HANDLER_MS === 'until killed' ? 3_600_000 : Number(HANDLER_MS ?? 0)),
  );
  await setup.note(`end ${event.data.videoId} ${attempt}`);
});

const server = createServer(webhookHandler(receiver));
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`listening on ${address.port}`);
});

function redis() {
  const client = new Redis(STORE_URL);
  return { store: redisStore(client), note: (/** @type {string} */ text) => client.rpush('notes', text) };
}

async function postgres() {
  const pool = new pg.Pool({ connectionString: STORE_URL });
  pool.on('error', () => undefined);
  const store = postgresStore(pool);
  await store.migrate();
  await pool.query('CREATE TABLE IF NOT EXISTS notes (at bigserial, text text)');
  return { store, note: (/** @type {string} */ text) => pool.query('INSERT INTO notes (text) VALUES ($1)', [text]) };
}
