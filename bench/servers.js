// A Redis and a PostgreSQL of the bench's own, on loopback, with the durability that an inbox promises. REDIS_URL and
// POSTGRES_URL name others.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../scripts/free-port.js';

/** Starts a Redis that writes every command to its log, and syncs that once a second. */
export async function startRedis() {
  if (process.env.REDIS_URL) return { url: process.env.REDIS_URL, stop: async () => undefined };
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-redis-'));
  const port = await freePort();
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
  const args = ['--port', String(port), '--dir', folder, ...settings];
  const stop = await started('redis-server', args, {}, 'Ready to accept connections', folder);
  return { url: `redis://127.0.0.1:${port}`, stop };
}

/** Starts a PostgreSQL with its default durability. */
export async function startPostgres() {
  if (process.env.POSTGRES_URL) return { url: process.env.POSTGRES_URL, stop: async () => undefined };
  const bin = join('/usr/lib/postgresql', readdirSync('/usr/lib/postgresql').sort().at(-1) ?? '', 'bin');
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  const how = { ...user, cwd: folder };
  const init = ['-D', folder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
  execFileSync(join(bin, 'initdb'), init, { ...how, stdio: 'pipe' });
  const port = await freePort();
  const args = ['-D', folder, '-h', '127.0.0.1', '-p', String(port), '-c', 'unix_socket_directories='];
  const ready = 'database system is ready to accept connections';
  const stop = await started(join(bin, 'postgres'), args, how, ready, folder, 'SIGINT');
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

async function started(program, args, how, ready, folder, signal = 'SIGTERM') {
  const child = spawn(program, args, { ...how, stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  await new Promise((resolve, reject) => {
    const read = (chunk) => chunk.includes(ready) && resolve(undefined);
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject).once('exit', () => reject(new Error(`${program} did not start`)));
  });
  return async () => {
    child.kill(signal);
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
}

const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres']).toString());
