import postgres from 'postgres';
import { exactlyOnce } from './exactly-once.mjs';

export const start = () =>
  exactlyOnce((url) => {
    const sql = postgres(url, { onnotice: () => undefined });
    return {
      transaction: (work) => sql.begin((tx) => work(tx, async (id) => tx`INSERT INTO effects VALUES (${id})`)),
      close: () => sql.end(),
    };
  });
