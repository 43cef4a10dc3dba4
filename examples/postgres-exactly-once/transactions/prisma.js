// Prisma's generator downloads an engine, which the tests of this repository cannot. `prismaShape` stands in for
// `new PrismaClient()`: it has the parts of Prisma's interactive transactions that are used here, over pg.
import pg from 'pg';

/** @param {string} url */
export function open(url) {
  const prisma = prismaShape(url);
  return {
    /**
     * @param {import('@videocloud/webhooks/stores/postgres').PostgresStore} store
     * @param {string} videoId
     * @param {string | null} deliveryKey
     */
    addVideo: (store, videoId, deliveryKey) =>
      prisma.$transaction(async (tx) => {
        if (!(await store.completeIn(tx, deliveryKey))) return;
        await tx.$executeRaw`INSERT INTO processed_videos (video_id) VALUES (${videoId})`;
      }),
    close: () => prisma.$disconnect(),
  };
}

/** @param {string} url */
function prismaShape(url) {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', (error) => console.error(error.message));
  /** @param {pg.PoolClient} client */
  const transactionOf = (client) => ({
    $queryRawUnsafe: async (/** @type {string} */ text, /** @type {unknown[]} */ ...values) =>
      (await client.query(text, values)).rows,
    $executeRaw: async (/** @type {TemplateStringsArray} */ parts, /** @type {unknown[]} */ ...values) => {
      const text = parts.reduce((all, part, index) => `${all}$${index}${part}`);
      return (await client.query(text, values)).rowCount;
    },
  });
  return {
    /** @param {(tx: ReturnType<typeof transactionOf>) => Promise<void>} work */
    async $transaction(work) {
      const client = await pool.connect();
      let broken;
      try {
        await client.query('BEGIN');
        await work(transactionOf(client));
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch((cause) => {
          broken = cause;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    $disconnect: () => pool.end(),
  };
}
