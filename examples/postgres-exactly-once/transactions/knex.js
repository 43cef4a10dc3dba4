import knex from 'knex';

/** @param {string} url */
export function open(url) {
  const db = knex({ client: 'pg', connection: url });
  return {
    /**
     * @param {import('@videocloud/webhooks/stores/postgres').PostgresStore} store
     * @param {string} videoId
     * @param {string | null} deliveryKey
     */
    addVideo: (store, videoId, deliveryKey) =>
      db.transaction(async (tx) => {
        if (!(await store.completeIn(tx, deliveryKey))) return;
        await tx('processed_videos').insert({ video_id: videoId });
      }),
    close: () => db.destroy(),
  };
}
