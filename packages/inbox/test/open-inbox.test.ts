import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { type InboxOptions, openInbox } from '../src/index.js';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'inbox-opening-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const PACKAGE = new URL('..', import.meta.url).pathname;

describe('a URL that is no inbox', () => {
  it.each([
    ['', 'needs a URL'],
    ['   ', 'needs a URL'],
    [undefined, 'needs a URL'],
    [new URL('redis://:hunter2@localhost'), 'as a string (of a URL object, its href)'],
    [5, 'as a string'],
    ['inbox.db', "put 'file:' in front"],
    ['/var/lib/inbox.db', "put 'file:' in front"],
    ['mysql://user:hunter2@host/db', "no 'mysql:' inbox"],
    ['mongodb://hunter2@host', "no 'mongodb:' inbox"],
    ['file:', 'names no file'],
    ['file:dir/', 'names no file'],
    ['file:a%00b', 'names no file'],
    ['file:inbox.db?mode=ro', '%3F'],
    ['file:%zz', 'not a path'],
    ['file://elsewhere/inbox.db', 'not a path'],
    ['postgres://user:hunter2@host:port/db', 'cannot be parsed'],
    ['redis://:hunter2@host:99999', 'cannot be parsed'],
    ['redis://:hunter2@host/abc', 'number of a database'],
    ['redis://:hunter2@host/-1', 'number of a database'],
  ])('%j is refused with the fix, and without its password', async (url, fix) => {
    const error = await openInbox(url as string).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TypeError);
    const { message, stack } = error as Error;
    expect(message).toContain(fix);
    expect(`${message}${stack}`).not.toContain('hunter2');
  });

  it.each(['relative.db', 'with space.db', 'per%25cent.db', 'ünï.db'])('file:%s is opened', async (name) => {
    const inbox = await openInbox(`file:${join(folder, name)}`);
    await inbox.accept({ rawBody: Buffer.from('{}') });
    expect((await inbox.stats()).waiting).toBe(1);
    await inbox.close();
  });
});

describe('a wrong option', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ ttl: 60_000 }, 'ttl must be at least 6960000'],
    [{ ttl: Number.NaN }, 'ttl'],
    [{ ttl: '1 day' }, 'ttl'],
    [{ deadLetterTtl: 7_000_000 }, 'deadLetterTtl must be at least 86400000'],
    [{ maxAttempts: 0 }, 'maxAttempts'],
    [{ maxAttempts: 1.5 }, 'maxAttempts'],
    [{ retryDelay: 0 }, 'retryDelay'],
    [{ retryDelay: 1e12 }, 'retryDelay must be at least 1 milliseconds and at most 86400000'],
    [{ lease: 999 }, 'lease'],
    // Beyond what a timer takes: every handler would have timed out at once.
    [{ lease: 30 * 86_400_000 }, 'lease must be at least 1000 milliseconds and at most 86400000'],
    [{ pollInterval: 30 * 86_400_000 }, 'pollInterval'],
    [{ ttl: Number.MAX_SAFE_INTEGER }, 'ttl'],
    [{ deadLetterTtl: 1e15 }, 'deadLetterTtl'],
    [{ pollInterval: Number.POSITIVE_INFINITY }, 'pollInterval'],
    [{ busyTimeout: -1 }, 'busyTimeout'],
    [{ name: 'Robert"; DROP TABLE x' }, 'name must match'],
    [{ name: '' }, 'name must match'],
    [{ key: 'x' }, 'key must be a function'],
    [{ onError: {} }, 'onError must be a function'],
    [{ onDead: 1 }, 'onDead must be a function'],
    [{ now: 0 }, 'now must be a function'],
    [{ now: () => new Date() }, 'now must return milliseconds'],
    [{ now: () => Number.NaN }, 'now must return milliseconds'],
    [{ tll: 86_400_000 }, "no option 'tll'"],
  ])('%o is a TypeError that names it', async (options, fix) => {
    for (const url of [':memory:', 'postgres://127.0.0.1:1/x', 'redis://127.0.0.1:1']) {
      const error = await openInbox(url, options as InboxOptions).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain(fix);
    }
  });

  it('of process, deadLetters and retry likewise', async () => {
    const inbox = await openInbox(':memory:');
    for (const concurrency of [0, -1, 1.5, Number.NaN, 10_001])
      expect(() => inbox.process(() => undefined, { concurrency })).toThrow(/concurrency/);
    expect(() => inbox.process(() => undefined, { concurency: 1 } as never)).toThrow(
      "process has no option 'concurency'",
    );
    for (const options of [16, null, [], new Map()]) {
      expect(() => inbox.process(() => undefined, options as never)).toThrow('process takes its options as an object');
      await expect(inbox.deadLetters(options as never)).rejects.toThrow('deadLetters takes its options as an object');
      await expect(inbox.retry('x', options as never)).rejects.toThrow('retry takes its options as an object');
    }
    await expect(inbox.deadLetters({ limt: 1 } as never)).rejects.toThrow("deadLetters has no option 'limt'");
    for (const target of [undefined, null, {}, 'receiver'])
      expect(() => inbox.process(target as never)).toThrow(TypeError);
    await expect(inbox.deadLetters({ limit: 0 })).rejects.toThrow(/limit/);
    await expect(inbox.retry(7 as never)).rejects.toThrow(TypeError);
    expect(await inbox.retry('nothing has this id')).toBe(0);
    await inbox.close();
    await inbox.close();
    for (const call of [
      () => inbox.stats(),
      () => inbox.deadLetters(),
      () => inbox.retry('x'),
      () => inbox.accept({ rawBody: new Uint8Array() }),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'closed' });
    expect(() => inbox.process(() => undefined)).toThrow(/closed/);
  });

  it.each(['', 'a\0b', 'x'.repeat(513), '\ud800', 7, undefined])('the key %j acknowledges nothing', async (key) => {
    const inbox = await openInbox(':memory:', { key: () => key as string });
    await expect(inbox.accept({ rawBody: Buffer.from('{}') })).rejects.toThrow(/key must return/);
    expect((await inbox.stats()).waiting).toBe(0);
    await inbox.close();
  });
});

describe('close()', () => {
  it('resolves though a key of the caller’s never does', async () => {
    const inbox = await openInbox(':memory:', { key: () => new Promise<never>(() => undefined) });
    inbox.accept({ rawBody: Buffer.from('{}') });
    const began = performance.now();
    await inbox.close();
    expect(performance.now() - began).toBeLessThan(30_000);
  });
});

describe('a process', () => {
  const script = (text: string) => {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
    writeFileSync(file, text);
    return file;
  };

  it('ends by itself after close(), with handlers having been at work', async () => {
    const program = script(`
      import { openInbox } from '${PACKAGE}dist/index.js';
      const inbox = await openInbox('file:${join(folder, 'ends.db')}');
      let done;
      const handled = new Promise((resolve) => { done = resolve; });
      inbox.process(() => done());
      await inbox.accept({ rawBody: Buffer.from('{}') });
      await handled;
      await inbox.close();
      process.stdout.write('closed');
    `);
    const { stdout } = await run(process.execPath, [program], { timeout: 20_000 });
    expect(stdout).toBe('closed');
  });

  it('ends by itself after close(), though the result of a handler cannot be stored', async () => {
    const file = join(folder, 'locked.db');
    const program = script(`
      import { createRequire } from 'node:module';
      import { openInbox } from '${PACKAGE}dist/index.js';
      const Database = createRequire('${PACKAGE}dist/index.js')('libsql');
      const inbox = await openInbox('file:${file}', { lease: 86_400_000, busyTimeout: 50, onError() {} });
      await inbox.accept({ rawBody: Buffer.from('{}') });
      const locked = new Promise((resolve) => {
        inbox.process(() => {
          const other = new Database('${file}');
          other.exec('BEGIN IMMEDIATE');
          resolve();
        });
      });
      await locked;
      await inbox.close();
      process.stdout.write('closed');
    `);
    const { stdout } = await run(process.execPath, [program], { timeout: 60_000 });
    expect(stdout).toBe('closed');
  });
});
