import { endsWithin } from '../ends-within.js';
import type { DeadRecord, Engine, NewRecord, PageRequest, RecordPage, RunHandlers } from '../engine.js';
import { withoutPassword } from '../errors.js';
import { loadPostgres } from '../load-peer.js';
import { openFailed } from '../open-failed.js';
import type { InboxSettings } from '../options.js';
import { CLOSE_TIMEOUT_MS } from '../policy.js';
import type { InboxRecord } from '../records/types.js';
import type { InboxStats, Processing } from '../types.js';
import { WorkerLoop } from '../worker-loop.js';
import { Acceptor } from './accept.js';
import { Connections } from './connections.js';
import { JobEnds } from './job-ends.js';
import { PostgresList } from './list.js';
import { Maintenance } from './maintenance.js';
import { Reclaimer } from './reclaim.js';
import { PostgresRecords } from './records.js';
import { type Boss, createTables, type Names, namesOf, QUEUES, refuseMissing, refuseOldSchema } from './tables.js';
import type { TakenJob } from './taken.js';
import { PostgresQueue } from './work.js';

/** Opens a PostgreSQL inbox: our table of deliveries beside pg-boss's own, in one schema. */
export async function openPostgres(url: string, settings: InboxSettings): Promise<Engine> {
  const peers = await loadPostgres();
  const connections = new Connections(peers, url, settings);
  try {
    const names = await namesOf(connections, settings);
    await refuseOldSchema(connections, names);
    if (!settings.create) await refuseMissing(connections, names, settings);
    // Its timers are not needed: our workers give up leases, and no job stays once its delivery is settled.
    const boss = new peers.PgBoss({
      ...{ db: connections, schema: names.schema },
      ...{ supervise: false, schedule: false, registerInstance: false },
      // What only looks must not change the schema under workers of another version.
      migrate: settings.create,
    });
    boss.on('error', (error) => settings.report(withoutPassword(error, url), 'maintenance'));
    if (settings.create) await createInbox(connections, boss, names);
    else await boss.start();
    return new PostgresEngine(connections, boss, names, settings);
  } catch (cause) {
    await connections.close();
    throw openFailed('PostgreSQL', cause, url, settings.create ? hintFor : hintForReader);
  }
}

/** pg-boss makes queues with locks in no fixed order: processes that start together would deadlock. */
function createInbox(connections: Connections, boss: Boss, names: Names): Promise<void> {
  return connections.alone(names.deliveries, async () => {
    await boss.start();
    for (const queue of QUEUES) await boss.createQueue(queue, { policy: 'standard' });
    await createTables(connections, names);
  });
}

function hintForReader(message: string, code: string): string | undefined {
  if (code === '42501')
    return "the user may not read it: GRANT USAGE ON SCHEMA, and SELECT ON ALL TABLES IN SCHEMA, of the inbox's name";
  if (/requires migrations/.test(message))
    return 'its workers have another version of pg-boss: install the same one here, or open it once with create: true';
  return hintFor(message, code);
}

function hintFor(message: string, code: string): string | undefined {
  switch (code) {
    case '28P01':
    case '28000':
      return 'the server refuses the user or password in the URL';
    case '3D000':
      return 'the database in the URL does not exist';
    case '42501':
      return "the user may not create a schema: GRANT CREATE ON DATABASE, or create the schema 'name' for it";
    default:
      return /timeout|terminated/i.test(message) ? 'the server does not answer in time' : undefined;
  }
}

class PostgresEngine implements Engine {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #settings: InboxSettings;
  readonly #acceptor: Acceptor;
  readonly #queue: PostgresQueue;
  readonly #records: PostgresRecords;
  readonly #list: PostgresList;
  readonly #maintenance: Maintenance;
  readonly #loops = new Set<WorkerLoop<TakenJob>>();

  constructor(connections: Connections, boss: Boss, names: Names, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#settings = settings;
    this.#acceptor = new Acceptor(connections, boss, names, settings, () => this.#wake());
    const ends = new JobEnds(boss, names, settings);
    this.#queue = new PostgresQueue(connections, boss, ends, names, settings);
    this.#records = new PostgresRecords(connections, boss, names, settings);
    this.#list = new PostgresList(connections, names);
    const reclaimer = new Reclaimer(connections, ends, names, settings);
    this.#maintenance = new Maintenance(connections, reclaimer, names, settings);
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#acceptor.accept(record);
  }

  consume(run: RunHandlers, concurrency: number): Processing {
    const loop = new WorkerLoop<TakenJob>(this.#queue, run, concurrency, this.#settings);
    this.#loops.add(loop);
    this.#maintenance.start();
    return {
      stop: async () => {
        await loop.stop();
        this.#loops.delete(loop);
        if (this.#loops.size === 0) this.#maintenance.stop();
      },
    };
  }

  stats(): Promise<InboxStats> {
    return this.#records.stats();
  }

  deadLetters(limit: number): Promise<DeadRecord[]> {
    return this.#records.deadLetters(limit);
  }

  page(request: PageRequest): Promise<RecordPage> {
    return this.#list.page(request);
  }

  get(id: string): Promise<InboxRecord | null> {
    return this.#list.get(id);
  }

  async retry(ids: readonly string[]): Promise<number> {
    const changed = await this.#records.retry(ids);
    if (changed > 0) this.#wake();
    return changed;
  }

  discard(ids: readonly string[]): Promise<number> {
    return this.#records.discard(ids);
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.#records.setPaused(paused);
    const known = this.#queue.lookForPause();
    if (paused) await known;
    else this.#wake();
  }

  async close(): Promise<void> {
    this.#queue.closed = true;
    const stopped = this.#boss.stop({ graceful: false, close: false }).catch((error: unknown) => {
      this.#settings.report(error, 'connection');
    });
    await endsWithin(CLOSE_TIMEOUT_MS, stopped);
    await this.#connections.close();
  }

  #wake(): void {
    for (const loop of this.#loops) loop.notify();
  }
}
