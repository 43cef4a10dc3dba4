import { Redis } from '@upstash/redis';
import { memoryStore } from '@videocloud/webhooks';
import { postgresStore } from '@videocloud/webhooks/stores/postgres';
import { redisStore } from '@videocloud/webhooks/stores/redis';
import pg from 'pg';

const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, DATABASE_URL: connectionString } = process.env;

const upstash = url && token ? redisStore(new Redis({ url, token })) : undefined;
const postgres = connectionString ? postgresStore(new pg.Pool({ connectionString })) : undefined;

/** What all instances share: Upstash, else PostgreSQL, else (in development) the memory of this process. */
export const store = upstash ?? postgres ?? memoryStore();

/** Creates the table in PostgreSQL where there is none. */
export const migrate = async () => postgres?.migrate();
