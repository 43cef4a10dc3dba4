import knex from 'knex';
import { exactlyOnce } from './exactly-once.mjs';

export const start = () =>
  exactlyOnce((connection) => {
    const db = knex({ client: 'pg', connection });
    return {
      transaction: (work) => db.transaction((tx) => work(tx, async (id) => tx('effects').insert({ id }))),
      close: () => db.destroy(),
    };
  });
