import type { Attempt, DeadRecord, Engine, NewRecord } from '../engine.js';
import { InboxError } from '../errors.js';
import { engineOf } from '../install.js';
import type { InboxSettings } from '../options.js';
import { Pump } from '../pump.js';
import type { InboxStats, Processing } from '../types.js';
import { Acceptor } from './acceptor.js';
import { Connections } from './connections.js';
import { Maintenance } from './maintenance.js';
import { PostgresQueue } from './queue.js';
import { PostgresRecords } from './records.js';
import { type Boss, createTables, DEAD_QUEUE, QUEUE, tableOf } from './tables.js';

/** Opens a PostgreSQL inbox: our table of deliveries beside pg-boss's own, in one schema. */
export async function openPostgres(url: string, settings: InboxSettings): Promise<Engine> {
  const [{ default: pg }, { default: PgBoss }] = await engineOf(
    () => Promise.all([import('pg'), import('pg-boss')]),
    'postgres:',
    'pg pg-boss',
  );
  const connections = new Connections(pg, url, settings);
  const boss = new PgBoss({
    db: connections,
    schema: settings.name.replaceAll('-', '_'),
    // Its timers are not needed: expiry and archiving are called by our workers only.
    supervise: false,
    schedule: false,
    archiveCompletedAfterSeconds: 3_600,
    deleteAfterHours: 24,
  });
  boss.on('error', (error) => settings.report(error, 'maintenance'));
  try {
    // pg-boss makes queues with locks in no fixed order: processes that start together would deadlock.
    await connections.alone(tableOf(settings), async () => {
      await boss.start();
      await boss.createQueue(DEAD_QUEUE);
      await boss.createQueue(QUEUE, { name: QUEUE, policy: 'standard', deadLetter: DEAD_QUEUE });
      await createTables(connections, settings);
    });
  } catch (cause) {
    await connections.close();
    throw new InboxError(
      'open_failed',
      'The PostgreSQL inbox cannot be opened: is the server up, and may this user create a schema?',
      {
        cause,
      },
    );
  }
  return new PostgresEngine(connections, boss, settings);
}

class PostgresEngine implements Engine {
  readonly #connections: Connections;
  readonly #boss: Boss;
  readonly #settings: InboxSettings;
  readonly #acceptor: Acceptor;
  readonly #queue: PostgresQueue;
  readonly #records: PostgresRecords;
  readonly #maintenance: Maintenance;
  readonly #pumps = new Set<{ notify(): void }>();

  constructor(connections: Connections, boss: Boss, settings: InboxSettings) {
    this.#connections = connections;
    this.#boss = boss;
    this.#settings = settings;
    this.#acceptor = new Acceptor(connections, boss, settings, () => this.#wake());
    this.#queue = new PostgresQueue(connections, boss, settings);
    this.#records = new PostgresRecords(connections, boss, settings);
    this.#maintenance = new Maintenance(connections, boss, settings);
  }

  accept(record: NewRecord): Promise<boolean> {
    return this.#acceptor.accept(record);
  }

  consume(attempt: Attempt, concurrency: number): Processing {
    const pump = new Pump(this.#queue, attempt, concurrency, this.#settings);
    this.#pumps.add(pump);
    this.#maintenance.start();
    return {
      stop: async () => {
        await pump.stop();
        this.#pumps.delete(pump);
        if (this.#pumps.size === 0) await this.#maintenance.stop();
      },
    };
  }

  stats(): Promise<InboxStats> {
    return this.#records.stats();
  }

  deadLetters(limit: number): Promise<DeadRecord[]> {
    return this.#records.deadLetters(limit);
  }

  async retry(id: string): Promise<boolean> {
    const found = await this.#records.retry(id);
    if (found) this.#wake();
    return found;
  }

  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
    await this.#connections.close();
  }

  #wake(): void {
    for (const pump of this.#pumps) pump.notify();
  }
}
