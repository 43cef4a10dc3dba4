import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { exactlyOnce } from './exactly-once.mjs';

export const start = () =>
  exactlyOnce((connectionString) => {
    const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString }) }) });
    return {
      transaction: (work) =>
        db.transaction().execute((tx) => work(tx, (id) => sql`INSERT INTO effects VALUES (${id})`.execute(tx))),
      close: () => db.destroy(),
    };
  });
