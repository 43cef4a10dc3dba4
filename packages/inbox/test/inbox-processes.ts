// Receivers and workers in processes of their own, a sender that does not give up, and what the handlers left behind.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedBody } from '@videocloud/webhooks/testing';
import { type Listener, type Program, startListener, startProgram } from '../../../tests/support/processes.js';
import type { InboxOptions } from '../src/index.js';

const SECRET = 'secret of the inbox crash tests';
const RECEIVER = new URL('./programs/receiver.js', import.meta.url);
const WORKER = new URL('./programs/worker.js', import.meta.url);

export interface Signed {
  readonly id: string;
  readonly body: Uint8Array;
  readonly headers: Record<string, string>;
}

/** A run of a handler: `ended` is absent when its process was killed inside. */
export interface Run {
  readonly attempt: number;
  readonly pid: number;
  readonly started: number;
  ended?: number;
}

export async function signed(prefix = 'vid'): Promise<Signed> {
  const id = `${prefix}_${randomUUID()}`;
  return {
    id,
    ...(await signedBody(
      { event: 'video.deleted', timestamp: new Date().toISOString(), data: { videoId: id } },
      SECRET,
    )),
  };
}

/** The processes around one inbox. */
export class InboxProcesses {
  readonly #env: Record<string, string>;
  readonly #journal: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'inbox-processes-'));
  readonly #running = new Set<Program>();
  readonly #agent = new Agent({ keepAlive: true });
  /** When each process was killed, by its id. */
  readonly killed = new Map<number, number>();

  constructor(url: string, options: InboxOptions, more: Readonly<Record<string, string>> = {}) {
    this.#journal = join(this.#folder, 'journal');
    this.#env = {
      INBOX_URL: url,
      INBOX_OPTIONS: JSON.stringify(options),
      SECRET,
      JOURNAL: this.#journal,
      ...more,
    };
  }

  async receiver(): Promise<Listener> {
    return this.#kept(await supervised(() => startListener(RECEIVER, this.#env)));
  }

  async worker(): Promise<Program> {
    return this.#kept(await supervised(() => startProgram(WORKER, this.#env, /working/)));
  }

  async kill(program: Program): Promise<void> {
    this.killed.set(program.pid, Date.now());
    this.#running.delete(program);
    await program.kill();
  }

  /** The status of the answer; 0 when the connection broke instead. */
  send(url: string, { body, headers }: Signed): Promise<number> {
    return new Promise((resolve) => {
      const sending = request(url, { method: 'POST', headers, agent: this.#agent }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
        response.once('error', () => resolve(0));
      });
      sending.once('error', () => resolve(0));
      sending.end(body);
    });
  }

  /** As the platform would, only faster: until the answer is 200. `url` is asked each time, as receivers move. */
  async deliver(url: () => string, what: Signed, patienceMs = 120_000): Promise<number[]> {
    const statuses: number[] = [];
    for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) {
      statuses.push(await this.send(url(), what));
      if (statuses.at(-1) === 200) return statuses;
    }
    throw new Error(`never acknowledged: ${statuses.slice(-20).join(' ')}`);
  }

  /** What the handlers left, by delivery, in the order in which it happened. */
  runs(): Map<string, Run[]> {
    const runs = new Map<string, Run[]>();
    if (!existsSync(this.#journal)) return runs;
    for (const line of readFileSync(this.#journal, 'utf8').split('\n').filter(Boolean)) {
      const [what, id = '', ...numbers] = line.split(' ');
      const [attempt = 0, pid = 0, at = 0] = numbers.map(Number);
      const of = runs.get(id) ?? [];
      runs.set(id, of);
      if (what === 'start') of.push({ attempt, pid, started: at });
      else {
        const run = of.find((one) => one.pid === pid && one.attempt === attempt);
        if (run !== undefined) run.ended = at;
      }
    }
    return runs;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await Promise.all([...this.#running].map((program) => program.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #kept<T extends Program>(program: T): T {
    this.#running.add(program);
    return program;
  }
}

/** Starts once more what could not open its inbox in time, as a supervisor would. */
async function supervised<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === 5) throw error;
      await sleep(200);
    }
  }
}
