import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';

/** @param {string} url */
export function open(url) {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', (error) => console.error(error.message));
  /** @type {Kysely<{ processed_videos: { video_id: string } }>} */
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  return {
    /**
     * @param {import('@videocloud/webhooks/stores/postgres').PostgresStore} store
     * @param {string} videoId
     * @param {string | null} deliveryKey
     */
    addVideo: (store, videoId, deliveryKey) =>
      db.transaction().execute(async (tx) => {
        if (!(await store.completeIn(tx, deliveryKey))) return;
        await tx.insertInto('processed_videos').values({ video_id: videoId }).execute();
      }),
    close: () => db.destroy(),
  };
}
