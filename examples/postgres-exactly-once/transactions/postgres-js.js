import postgres from 'postgres';

/** @param {string} url */
export function open(url) {
  const sql = postgres(url, { onnotice: () => undefined });
  return {
    /**
     * @param {import('@videocloud/webhooks/stores/postgres').PostgresStore} store
     * @param {string} videoId
     * @param {string | null} deliveryKey
     */
    addVideo: (store, videoId, deliveryKey) =>
      sql.begin(async (tx) => {
        if (!(await store.completeIn(tx, deliveryKey))) return;
        await tx`INSERT INTO processed_videos (video_id) VALUES (${videoId})`;
      }),
    close: () => sql.end(),
  };
}
