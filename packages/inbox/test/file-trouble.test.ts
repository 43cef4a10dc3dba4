// A full disk, and a file that another process keeps locked.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startProgram } from '../../../tests/support/processes.js';
import { Load } from './load.js';

const OUTAGE_MS = Number(process.env.OUTAGE_MS ?? 2_000);
const BUSY_TIMEOUT_MS = 300;
const LOCKER = new URL('./programs/locker.js', import.meta.url);

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'inbox-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'pipe' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    process.stderr.write('\n!!! SKIPPED: the full disk: this user may not mount a tmpfs\n\n');
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a SQLite inbox in trouble', () => {
  const cleanups: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  function folder(): string {
    const made = mkdtempSync(join(tmpdir(), 'inbox-trouble-'));
    cleanups.push(() => rmSync(made, { recursive: true, force: true }));
    return made;
  }

  it.skipIf(!canMount())(
    'answers 503 while the disk is full, and goes on once there is room',
    async () => {
      const disk = folder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
      cleanups.push(() => execFileSync('umount', ['--lazy', disk]));
      const load = await Load.on(`file:${join(disk, 'inbox.db')}`);
      cleanups.push(() => load.close());
      load.start();
      await load.acknowledgedAgain();
      expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(8 << 20))).toThrow(/ENOSPC/);
      // What is left in the log's last pages is used up first.
      const full = performance.now() + 20_000;
      while (load.answers.at(-1)?.status !== 503 && performance.now() < full) await sleep(10);
      await sleep(200);
      const from = performance.now();
      await sleep(OUTAGE_MS);
      const to = performance.now();
      rmSync(join(disk, 'filler'));
      await load.acknowledgedAgain();
      await load.finish();
      // Now and then a checkpoint makes room in the log for a few more, and those are as durable as any.
      const during = load.statuses(from, to);
      expect(during).toContain(503);
      expect([...during].filter((status) => status !== 200 && status !== 503)).toEqual([]);
    },
    60_000,
  );

  it('answers 503 while another process holds the lock, without blocking the event loop', async () => {
    const file = join(folder(), 'inbox.db');
    const load = await Load.on(`file:${file}`, { busyTimeout: BUSY_TIMEOUT_MS });
    cleanups.push(() => load.close());
    load.start();
    await load.acknowledgedAgain();
    const locker = await startProgram(LOCKER, { FILE: file }, /locked/);
    cleanups.push(() => locker.kill());
    const from = performance.now();
    let turns = 0;
    const refused = () => load.answers.at(-1)?.status === 503;
    for (; performance.now() < from + OUTAGE_MS || !refused(); turns++) await sleep(5);
    const to = performance.now();
    await locker.kill();
    await load.acknowledgedAgain();
    await load.finish();
    const during = load.statuses(from, to);
    expect(during).toContain(503);
    const acknowledged = load.answers.filter(({ given, status }) => status === 200 && given > from && given < to);
    expect(acknowledged).toEqual([]);
    // A loop that each wait for the lock blocks turns once a wait.
    expect(turns).toBeGreaterThan((3 * OUTAGE_MS) / BUSY_TIMEOUT_MS);
  }, 60_000);

  it('waits out a short lock instead of refusing', async () => {
    const file = join(folder(), 'inbox.db');
    const load = await Load.on(`file:${file}`);
    cleanups.push(() => load.close());
    load.start(2);
    await load.acknowledgedAgain();
    const locker = await startProgram(LOCKER, { FILE: file }, /locked/);
    await sleep(400);
    await locker.kill();
    await load.acknowledgedAgain();
    await load.finish();
    expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([200]));
  }, 60_000);
});
