import { drizzle } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';

const processedVideos = pgTable('processed_videos', { videoId: text('video_id').notNull() });

/** @param {string} url */
export function open(url) {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', (error) => console.error(error.message));
  const db = drizzle(pool);
  return {
    /**
     * @param {import('@videocloud/webhooks/stores/postgres').PostgresStore} store
     * @param {string} videoId
     * @param {string | null} deliveryKey
     */
    addVideo: (store, videoId, deliveryKey) =>
      db.transaction(async (tx) => {
        if (!(await store.completeIn(tx, deliveryKey))) return;
        await tx.insert(processedVideos).values({ videoId });
      }),
    close: () => pool.end(),
  };
}
