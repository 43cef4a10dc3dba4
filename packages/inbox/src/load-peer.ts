import { createRequire } from 'node:module';
import { codeOf, InboxError } from './errors.js';

// Bundlers leave these packages alone: an app with a SQLite inbox has no PostgreSQL packages, and libsql loads a native
// binary. Node resolves them when an inbox of that engine is opened.

type Libsql = typeof import('libsql');
type PoolClass = typeof import('pg').Pool;
type PgTypes = typeof import('pg').types;
type PgBossModule = typeof import('pg-boss');
type Bullmq = typeof import('bullmq');
type RedisClass = typeof import('ioredis').Redis;

/** The packages of the PostgreSQL engine. */
export interface PostgresPeers {
  readonly Pool: PoolClass;
  readonly types: PgTypes;
  readonly PgBoss: PgBossModule['PgBoss'];
}

/** The packages of the Redis engine. */
export interface RedisPeers {
  readonly bull: Bullmq;
  readonly Redis: RedisClass;
}

interface Peer {
  readonly scheme: string;
  readonly install: string;
}

const POSTGRES: Peer = { scheme: 'postgres:', install: 'npm install pg@8 pg-boss@12' };
const REDIS: Peer = { scheme: 'redis:', install: 'npm install bullmq@6 ioredis@5' };

/** @throws InboxError `engine_missing` when libsql or its native binary is not installed */
export async function loadSqlite(): Promise<Libsql> {
  try {
    const libsql = await importPackage<{ default: Libsql }>('libsql');
    return libsql.default;
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
  const { default: pg } = await importPeer<{ default?: { Pool?: PoolClass; types?: PgTypes } }>('pg', POSTGRES);
  const { PgBoss } = await importPeer<Partial<PgBossModule>>('pg-boss', POSTGRES);
  // pg-boss 10 and 11 export the class as default and keep another schema.
  requireVersion('pg-boss', [12, 0], 13, PgBoss !== undefined, POSTGRES);
  requireVersion('pg', [8, 0], 9, pg?.Pool !== undefined, POSTGRES);
  return { Pool: pg?.Pool, types: pg?.types, PgBoss } as PostgresPeers;
}

/** @throws InboxError `engine_missing` or `engine_unsupported` with the install line */
export async function loadRedis(): Promise<RedisPeers> {
  const bull = await importPeer<Bullmq>('bullmq', REDIS);
  const { Redis } = await importPeer<{ Redis?: RedisClass }>('ioredis', REDIS);
  // Before 5.66 a retried dead letter keeps the attempts it has used; early versions do not count the deaths of workers.
  requireVersion('bullmq', [5, 66], 7, typeof bull.Worker === 'function', REDIS);
  requireVersion('ioredis', [5, 0], 7, Redis !== undefined, REDIS);
  return { bull, Redis } as RedisPeers;
}

async function importPeer<T>(name: string, { scheme, install }: Peer): Promise<T> {
  try {
    return await importPackage<T>(name);
  } catch (cause) {
    const code = codeOf(cause);
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    const message = `A '${scheme}' inbox needs packages that are not installed: ${install}`;
    throw new InboxError('engine_missing', message, { cause });
  }
}

/** esbuild and Rollup leave a name that they do not know to Node; the comments are for webpack, Turbopack and Vite. */
async function importPackage<T>(name: string): Promise<T> {
  try {
    return await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name);
  } catch (error) {
    // Jest runs CommonJS without `import()`.
    if (codeOf(error) !== 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING') throw error;
    return requirePackage(name) as T;
  }
}

/** Written out for tools that trace the files of a deployment (Next.js `output: 'standalone'`): they follow `createRequire`. */
function requirePackage(name: string): unknown {
  const requirePeer = createRequire(import.meta.url);
  switch (name) {
    case 'libsql':
      return { default: requirePeer(/* turbopackIgnore: true */ 'libsql') };
    case 'pg':
      return { default: requirePeer(/* turbopackIgnore: true */ 'pg') };
    case 'pg-boss':
      return requirePeer(/* turbopackIgnore: true */ 'pg-boss');
    case 'bullmq':
      return requirePeer(/* turbopackIgnore: true */ 'bullmq');
    default:
      return requirePeer(/* turbopackIgnore: true */ 'ioredis');
  }
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
