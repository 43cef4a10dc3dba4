import { createRequire } from 'node:module';
import { codeOf, InboxError } from './errors.js';

// Each `import()` stands in a `try` and is marked for webpack, Turbopack and Vite: bundlers then neither follow it nor
// fail when the package is not installed. Node resolves it when an inbox of that engine is opened.

type Libsql = typeof import('libsql');
type PoolClass = typeof import('pg').Pool;
type PgBossModule = typeof import('pg-boss');
type Bullmq = typeof import('bullmq');
type RedisClass = typeof import('ioredis').Redis;

/** The packages of the PostgreSQL engine. */
export interface PostgresPeers {
  readonly Pool: PoolClass;
  readonly PgBoss: PgBossModule['PgBoss'];
}

/** The packages of the Redis engine. */
export interface RedisPeers {
  readonly bull: Bullmq;
  readonly Redis: RedisClass;
}

/** @throws InboxError `engine_missing` when libsql or its native binary is not installed */
export async function loadSqlite(): Promise<Libsql> {
  try {
    const module = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ 'libsql');
    return module.default;
  } catch (cause) {
    throw new InboxError(
      'engine_missing',
      `A 'file:' inbox needs libsql with its native binary for ${process.platform}-${process.arch}, which cannot be loaded: ` +
        'run npm install libsql, without --omit=optional',
      { cause },
    );
  }
}

/** @throws InboxError `engine_missing` or `engine_unsupported` with the install line */
export async function loadPostgres(): Promise<PostgresPeers> {
  const peer = { scheme: 'postgres:', install: 'npm install pg@8 pg-boss@12' };
  let Pool: PoolClass;
  try {
    const pg = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ 'pg');
    Pool = pg.default.Pool;
  } catch (cause) {
    throw notLoaded(cause, peer);
  }
  let boss: PgBossModule;
  try {
    boss = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ 'pg-boss');
  } catch (cause) {
    throw notLoaded(cause, peer);
  }
  // pg-boss 10 and 11 export the class as default and keep another schema.
  requireVersion('pg-boss', [12, 0], 13, typeof boss.PgBoss === 'function', peer);
  requireVersion('pg', [8, 0], 9, typeof Pool === 'function', peer);
  return { Pool, PgBoss: boss.PgBoss };
}

/** @throws InboxError `engine_missing` or `engine_unsupported` with the install line */
export async function loadRedis(): Promise<RedisPeers> {
  const peer = { scheme: 'redis:', install: 'npm install bullmq@6 ioredis@5' };
  let bull: Bullmq;
  try {
    bull = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ 'bullmq');
  } catch (cause) {
    throw notLoaded(cause, peer);
  }
  // Before 5.31 BullMQ does not count the deaths of a job's workers.
  requireVersion('bullmq', [5, 31], 7, typeof bull.Worker === 'function', peer);
  let Redis: RedisClass;
  try {
    const redis = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ 'ioredis');
    Redis = redis.Redis;
  } catch (cause) {
    throw notLoaded(cause, peer);
  }
  requireVersion('ioredis', [5, 0], 7, typeof Redis === 'function', peer);
  return { bull, Redis };
}

interface Peer {
  readonly scheme: string;
  readonly install: string;
}

function notLoaded(cause: unknown, { scheme, install }: Peer): unknown {
  const code = codeOf(cause);
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return cause;
  return new InboxError('engine_missing', `A '${scheme}' inbox needs packages that are not installed: ${install}`, {
    cause,
  });
}

/** Where the installed version cannot be read (in a bundle), the package's shape decides. */
function requireVersion(
  name: string,
  [leastMajor, leastMinor]: readonly [number, number],
  nextMajor: number,
  hasShape: boolean,
  { scheme, install }: Peer,
): void {
  const version = installedVersion(name);
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const known = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (hasShape && (version === undefined || (known && major < nextMajor))) return;
  throw new InboxError(
    'engine_unsupported',
    `A '${scheme}' inbox does not work with ${name} ${version ?? 'of this version'}: ${install}`,
  );
}

function installedVersion(name: string): string | undefined {
  try {
    const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
