import pg from 'pg';

/** @param {string} url */
export function open(url) {
  const pool = new pg.Pool({ connectionString: url });
  pool.on('error', (error) => console.error(error.message));
  return {
    /**
     * @param {import('@videocloud/webhooks/stores/postgres').PostgresStore} store
     * @param {string} videoId
     * @param {string | null} deliveryKey
     */
    async addVideo(store, videoId, deliveryKey) {
      const tx = await pool.connect();
      let broken;
      try {
        await tx.query('BEGIN');
        // False: another transaction has committed this very event already.
        if (await store.completeIn(tx, deliveryKey)) {
          await tx.query('INSERT INTO processed_videos (video_id) VALUES ($1)', [videoId]);
        }
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
    },
    close: () => pool.end(),
  };
}
