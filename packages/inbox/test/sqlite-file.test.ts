// The file of a SQLite inbox: who may read it, and which clock it follows.
import { copyFileSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { type Inbox, type InboxOptions, openInbox } from '../src/index.js';
import { expectOnDeadAfterCommit } from './on-dead.js';
import { expectNoStartAfterStop } from './stopping.js';
import { settled, until } from './waiting.js';

const HOUR = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), 'inbox-sqlite-file-'));
const open: Inbox[] = [];
let file = join(folder, `${Math.random()}.db`);

async function opened(options: InboxOptions = {}): Promise<Inbox> {
  const inbox = await openInbox(`file:${file}`, { pollInterval: 10, retryDelay: 10, onError: () => {}, ...options });
  open.push(inbox);
  return inbox;
}

/** Locks the file until the function it resolves with is called. */
async function locked(): Promise<() => Promise<void>> {
  const db = new Database(file);
  db.exec('BEGIN IMMEDIATE');
  return async () => {
    db.exec('ROLLBACK');
    db.close();
  };
}

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(open.splice(0).map((inbox) => inbox.close()));
  file = join(folder, `${Math.random()}.db`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a new inbox file', () => {
  it('is readable by its owner only, and so is its log', async () => {
    const before = process.umask(0o022);
    const inbox = await opened();
    await inbox.accept({ rawBody: Buffer.from('{}') });
    process.umask(before);
    for (const name of [file, `${file}-wal`, `${file}-shm`])
      expect((statSync(name).mode & 0o777).toString(8)).toBe('600');
  });
});

describe.skipIf(process.platform === 'win32')('an open inbox file', () => {
  it.each<[string, () => void]>([
    [
      'removed',
      () => {
        for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
      },
    ],
    ['renamed', () => renameSync(file, `${file}.old`)],
    [
      'replaced',
      () => {
        copyFileSync(file, `${file}.new`);
        renameSync(`${file}.new`, file);
      },
    ],
  ])('acknowledges nothing once it is %s', async (_, change) => {
    const errors: unknown[] = [];
    const inbox = await opened({ onError: (error) => errors.push(error) });
    await inbox.accept({ rawBody: Buffer.from('before') });
    change();
    const refused = {
      name: 'InboxError',
      code: 'unavailable',
      message: expect.stringContaining('removed or replaced'),
    };
    await expect(inbox.accept({ rawBody: Buffer.from('after') })).rejects.toMatchObject(refused);
    inbox.process(() => {});
    await until(() => errors.length > 0);
    expect(errors[0]).toMatchObject(refused);
  });

  it('goes on where it was once it is put back', async () => {
    const inbox = await opened();
    renameSync(file, `${file}.old`);
    await expect(inbox.accept({ rawBody: Buffer.from('{}') })).rejects.toMatchObject({ code: 'unavailable' });
    renameSync(`${file}.old`, file);
    expect(await inbox.accept({ rawBody: Buffer.from('{}') })).toEqual({ duplicate: false });
    inbox.process(() => {});
    await settled(inbox, { handled: 1, waiting: 0 });
  });
});

describe('create: false', () => {
  it.each(['CREATE TABLE users (id)', 'VACUUM'])('makes nothing in a file of another program: %s', async (sql) => {
    const other = new Database(file);
    other.exec(sql);
    const describeFile = () => [
      other.prepare('SELECT name FROM sqlite_master').all(),
      other.pragma('user_version'),
      other.pragma('journal_mode'),
    ];
    const before = describeFile();
    await expect(opened({ create: false })).rejects.toMatchObject({ name: 'InboxError', code: 'inbox_missing' });
    expect(describeFile()).toEqual(before);
    other.close();
  });
});

it('takes a wall clock with fractions of a millisecond', async () => {
  const inbox = await opened({ now: () => performance.timeOrigin + performance.now() + 0.5 });
  await inbox.accept({ rawBody: Buffer.from('{}') });
  inbox.process(() => {});
  await settled(inbox, { handled: 1 });
});

describe.each([
  ['an hour back', -HOUR],
  ['an hour forward', HOUR],
  ['a day forward', 24 * HOUR],
])('the wall clock set %s', (_, jump) => {
  /** As an administrator or NTP would: for this process and all that look at the clock after it. */
  function setClock(): InboxOptions {
    const real = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => real() + jump);
    return { now: () => real() + jump };
  }

  it('starves nothing that waits', async () => {
    const inbox = await opened();
    await inbox.accept({ rawBody: Buffer.from('{"before":1}') });
    const later = await opened(setClock());
    await later.accept({ rawBody: Buffer.from('{"after":1}') });
    let attempts = 0;
    later.process(() => {
      if (++attempts === 1) throw new Error('try again');
    });
    await settled(later, { handled: 2, waiting: 0 }, 5_000);
    expect((await later.stats()).oldestWaitingMs).toBe(0);
  });

  it('ends no lease: nothing runs twice', async () => {
    const inbox = await opened({ lease: 60_000 });
    await inbox.accept({ rawBody: Buffer.from('{"slow":1}') });
    let runs = 0;
    let release: () => void = () => undefined;
    const slow = () => {
      runs++;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    inbox.process(slow);
    await until(() => runs === 1);
    const later = await opened({ lease: 60_000, ...setClock() });
    later.process(slow);
    await sleep(200);
    expect(runs).toBe(1);
    release();
    await settled(later, { handled: 1, running: 0 });
  });

  it('forgets no copy', async () => {
    const inbox = await opened({ ttl: 7_000_000 });
    const rawBody = Buffer.from('{"once":1}');
    await inbox.accept({ rawBody });
    inbox.process(() => undefined);
    await settled(inbox, { handled: 1 });
    const later = await opened({ ttl: 7_000_000, ...setClock() });
    // The first accept deletes what is past its time.
    await later.accept({ rawBody: Buffer.from('{"other":1}') });
    await later.stats();
    expect(await later.accept({ rawBody })).toEqual({ duplicate: true });
    await inbox.close();
    await later.close();
    const reopened = await opened({ ttl: 7_000_000 });
    expect(await reopened.accept({ rawBody })).toEqual({ duplicate: true });
  });
});

it('starts no handler once stop() has resolved, though a take was under way', async () => {
  await expectNoStartAfterStop(`file:${file}`, 'stopped', locked);
});

describe('onDead', () => {
  it('is called when the dead letter is stored, not before', async () => {
    await expectOnDeadAfterCommit(`file:${file}`, 'announced', locked);
  });

  it('finds the dead letter of a worker that died in the file', async () => {
    const seen: unknown[] = [];
    const inbox = await opened({
      maxAttempts: 1,
      onDead: ({ id, reason }) => {
        // Another connection sees what is committed only.
        const db = new Database(file);
        seen.push([reason, db.prepare('SELECT state FROM deliveries WHERE key = ?').get([id])]);
        db.close();
      },
    });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    const db = new Database(file);
    db.exec("UPDATE deliveries SET state = 1, attempts = 1, due_at = 0, lease = 'of one that died'");
    db.close();
    inbox.process(() => undefined);
    await until(() => seen.length > 0);
    expect(seen).toMatchObject([['process_died', { state: 3 }]]);
  });
});

describe('after a reboot', () => {
  it('the clock of the file goes on, though the wall clock is behind', async () => {
    const first = await opened();
    await first.accept({ rawBody: Buffer.from('{"n":1}') });
    await first.close();
    const db = new Database(file);
    db.exec("UPDATE clock SET boot = 'another boot', monotonic = 1");
    db.close();
    const second = await opened({ now: () => Date.now() - HOUR });
    second.process(() => undefined);
    await settled(second, { handled: 1, waiting: 0 }, 5_000);
  });
});

describe('retention', () => {
  it('deletes what is past its time though nothing arrives any more', async () => {
    const inbox = await opened({ ttl: 7_000_000, deadLetterTtl: 20_000_000, maxAttempts: 1 });
    const accept = (text: string) => inbox.accept({ rawBody: Buffer.from(text) });
    await accept('good');
    await accept('bad');
    inbox.process(({ rawBody }) => {
      if (Buffer.from(rawBody).toString() === 'bad') throw new Error('no');
    });
    await settled(inbox, { handled: 1, dead: 1 });
    const db = new Database(file);
    const pass = (ms: number) => db.exec(`UPDATE deliveries SET due_at = due_at - ${ms}`);
    pass(7_100_000);
    await settled(inbox, { handled: 0, dead: 1 });
    // Retention goes on while the inbox is paused.
    await inbox.pause();
    pass(13_000_000);
    await settled(inbox, { handled: 0, dead: 0 });
    db.close();
  });

  it('deletes what was handled after ttl, dead letters after theirs, and nothing that waits', async () => {
    const inbox = await opened({ ttl: 7_000_000, deadLetterTtl: 20_000_000, maxAttempts: 1 });
    const accept = (text: string) => inbox.accept({ rawBody: Buffer.from(text) });
    await accept('good');
    await accept('bad');
    const worker = inbox.process(({ rawBody }) => {
      if (Buffer.from(rawBody).toString() === 'bad') throw new Error('no');
    });
    await settled(inbox, { handled: 1, dead: 1 });
    await worker.stop();
    await accept('waiting');
    const db = new Database(file);
    // Moves every deadline nearer, as if the time had passed.
    const pass = (ms: number) => db.exec(`UPDATE deliveries SET due_at = due_at - ${ms}`);

    pass(6_900_000);
    expect(await accept('good')).toEqual({ duplicate: true });
    pass(200_000);
    await sleep(1_000);
    await accept('sweeps');
    await until(async () => (await inbox.stats()).handled === 0);
    expect(await inbox.stats()).toMatchObject({ dead: 1, waiting: 2 });
    expect(await accept('good')).toEqual({ duplicate: false });

    pass(13_000_000);
    await sleep(1_000);
    await accept('sweeps again');
    await until(async () => (await inbox.stats()).dead === 0);
    expect((await inbox.stats()).waiting).toBe(4);
    db.close();
  });
});
