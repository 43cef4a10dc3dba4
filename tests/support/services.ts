// Real servers for tests, each on a free loopback port with its data in a directory of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../scripts/free-port.js';

/** A running server. Data survives `kill` and `restart`, not `stop`. */
export interface Service {
  readonly url: string;
  readonly port: number;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** SIGKILL, as when the machine loses power. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after ending it if it runs. */
  restart(): Promise<void>;
}

export type ServiceName = 'redis' | 'postgres' | 'pgbouncer';

const BINARIES = {
  redis: ['redis-server', 'redis-cli'],
  postgres: ['initdb', 'postgres'],
  pgbouncer: ['pgbouncer'],
} as const;
const PACKAGES = { redis: 'redis-server', postgres: 'postgresql', pgbouncer: 'pgbouncer' } as const;
/** Generous: the machine may be busy with other things. */
const START_TIMEOUT_MS = 120_000;
const warned = new Set<ServiceName>();

/** Whether the server's programs are on this machine; says loudly what will be skipped when they are not. */
export function isAvailable(service: ServiceName): boolean {
  const missing = BINARIES[service].filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return true;
  if (!warned.has(service)) {
    warned.add(service);
    process.stderr.write(
      `\n!!! SKIPPED: every test against a real ${service}: ${missing.join(', ')} not found; ` +
        `apt-get install ${PACKAGES[service]}\n\n`,
    );
  }
  return false;
}

/** Starts a Redis without persistence; `args` are added to its command line. */
export async function startRedis(options: { args?: readonly string[] | undefined } = {}): Promise<Service> {
  const data = mkdtempSync(join(tmpdir(), 'webhooks-redis-'));
  const fixed = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', data];
  const run = (port: number) =>
    launch(program('redis-server'), [...fixed, '--port', String(port), ...(options.args ?? [])], {
      ready: 'Ready to accept connections',
      endWith: 'SIGTERM',
    });
  return service(run, (port) => `redis://127.0.0.1:${port}`, data);
}

/** Starts a Redis Cluster of three masters; `url` is that of its first node. */
export async function startRedisCluster(): Promise<Service> {
  const nodes = await Promise.all(
    [0, 1, 2].map(async () => {
      const bus = await freePort();
      return startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-port', String(bus)] });
    }),
  );
  const [first] = nodes;
  if (first === undefined) throw new Error('no node');
  const cli = program('redis-cli');
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  execFileSync(cli, ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'pipe' });
  for (const { port } of nodes) {
    await until(() => execFileSync(cli, ['-p', String(port), 'cluster', 'info']).includes('cluster_state:ok'));
  }
  const all = (step: (node: Service) => Promise<void>) => async () => {
    await Promise.all(nodes.map(step));
  };
  return {
    url: first.url,
    port: first.port,
    stop: all((node) => node.stop()),
    kill: all((node) => node.kill()),
    restart: all((node) => node.restart()),
  };
}

/** Starts a PostgreSQL with an empty cluster; as root it runs as another user, since PostgreSQL refuses root. */
export async function startPostgres(options: { args?: readonly string[] | undefined } = {}): Promise<Service> {
  const user = unprivilegedUser();
  const data = mkdtempSync(join(tmpdir(), 'webhooks-postgres-'));
  if ('uid' in user) chownSync(data, user.uid, user.gid);
  execFileSync(
    program('initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...user, cwd: data, stdio: 'pipe' },
  );
  const settings = ['fsync=off', 'synchronous_commit=off', 'max_connections=200', 'unix_socket_directories='];
  const fixed = ['-D', data, '-h', '127.0.0.1', ...settings.flatMap((setting) => ['-c', setting])];
  const run = (port: number) =>
    launch(program('postgres'), [...fixed, '-p', String(port), ...(options.args ?? [])], {
      ready: 'database system is ready to accept connections',
      endWith: 'SIGINT',
      ...user,
      cwd: data,
    });
  return service(run, (port) => `postgres://postgres@127.0.0.1:${port}/postgres`, data);
}

/** Starts a PgBouncer before `postgres`: three sessions for all its clients, and another one for each transaction. */
export async function startPgBouncer(postgres: Service): Promise<Service> {
  const user = unprivilegedUser();
  const data = mkdtempSync(join(tmpdir(), 'webhooks-pgbouncer-'));
  const config = join(data, 'pgbouncer.ini');
  if ('uid' in user) chownSync(data, user.uid, user.gid);
  const run = (port: number) => {
    const settings = [
      ...['[databases]', `* = host=127.0.0.1 port=${postgres.port} user=postgres`],
      ...['[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = any'],
      ...['pool_mode = transaction', 'default_pool_size = 3', 'server_round_robin = 1'],
    ];
    writeFileSync(config, settings.join('\n'));
    return launch(program('pgbouncer'), [config], { ready: 'process up', endWith: 'SIGINT', ...user, cwd: data });
  };
  return service(run, (port) => `postgres://postgres@127.0.0.1:${port}/postgres`, data);
}

interface Running {
  end(signal?: NodeJS.Signals): Promise<void>;
}

async function service(
  run: (port: number) => Promise<Running>,
  url: (port: number) => string,
  data: string,
): Promise<Service> {
  let port = await freePort();
  let running: Running;
  try {
    running = await run(port);
  } catch {
    // Another process may have taken the port meanwhile; whatever else is wrong is wrong again.
    port = await freePort();
    running = await run(port);
  }
  return {
    port,
    url: url(port),
    async stop() {
      await running.end();
      // After SIGKILL the server's own children write for a moment longer.
      rmSync(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
    kill: () => running.end('SIGKILL'),
    async restart() {
      await running.end();
      running = await run(port);
    },
  };
}

interface LaunchOptions {
  readonly ready: string;
  readonly endWith: NodeJS.Signals;
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
}

async function launch(file: string, args: readonly string[], options: LaunchOptions): Promise<Running> {
  const { ready, endWith, ...how } = options;
  const child = spawn(file, args, { ...how, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const end = async (signal: NodeJS.Signals = endWith) => {
    process.off('exit', endWithUs);
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  try {
    await printed(child, ready);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  return { end };
}

function printed(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (why: string) => reject(new Error(`${child.spawnfile} ${why}:\n${log}`));
    const timer = setTimeout(() => fail(`was not ready after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      // The pipes are read to the end in any case: a full one would block the server.
      if (log.length < 65_536) log += chunk.toString();
      if (!log.includes(text)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}

function unprivilegedUser(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }).toString());
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user here: the next name.
    }
  }
  throw new Error(
    'PostgreSQL and PgBouncer refuse to run as root, and there is no user postgres or nobody to run it as',
  );
}

function program(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is not on this machine`);
  return found;
}

/** Debian keeps PostgreSQL's programs out of the PATH, and PgBouncer out of a user's. */
function findProgram(name: string): string | undefined {
  const root = '/usr/lib/postgresql';
  const kept = [...versions(root).map((version) => join(root, version, 'bin')), '/usr/sbin'];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...kept];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function versions(root: string): string[] {
  try {
    return readdirSync(root).sort((a, b) => Number(b) - Number(a));
  } catch {
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The cluster did not form in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
