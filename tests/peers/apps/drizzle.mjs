import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { exactlyOnce } from './exactly-once.mjs';

export const start = () =>
  exactlyOnce((connectionString) => {
    const pool = new pg.Pool({ connectionString });
    const db = drizzle(pool);
    return {
      transaction: (work) =>
        db.transaction((tx) => work(tx, async (id) => tx.execute(sql`INSERT INTO effects VALUES (${id})`))),
      close: () => pool.end(),
    };
  });
