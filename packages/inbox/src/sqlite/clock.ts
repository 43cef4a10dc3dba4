import { readFileSync } from 'node:fs';
import type { Database } from 'libsql';

/**
 * The clock of an inbox file, in milliseconds: it starts near the wall clock and then follows the machine's monotonic
 * clock, which all processes of a machine share. Setting the wall clock therefore neither ends a lease nor makes a
 * delivery wait, and two processes never disagree. After a reboot it starts at the wall clock again, but never earlier
 * than what the file has seen.
 */
export class FileClock {
  readonly #offset: number;

  /** To be made inside a write transaction. */
  constructor(db: Database, wall: number) {
    const monotonic = monotonicNow();
    const boot = bootId();
    const anchor = db.prepare('SELECT boot, monotonic, time FROM clock').get([]) as Anchor | undefined;
    const newest = db.prepare('SELECT stored_at FROM deliveries ORDER BY id DESC LIMIT 1').get([]) as
      | { stored_at: number }
      | undefined;
    const seen = Math.max(anchor?.time ?? 0, newest?.stored_at ?? 0);
    const same = anchor?.boot === boot && monotonic >= anchor.monotonic;
    const running = same ? anchor.time + monotonic - anchor.monotonic : Number.NaN;
    // Where there is no id of the boot, a clock behind the newest delivery gives a reboot away.
    const time = running >= seen ? running : Math.max(wall, seen);
    if (time !== running) {
      db.prepare('INSERT OR REPLACE INTO clock (one, boot, monotonic, time) VALUES (1, ?, ?, ?)').run([
        boot,
        monotonic,
        time,
      ]);
    }
    this.#offset = time - monotonic;
  }

  now(): number {
    return monotonicNow() + this.#offset;
  }
}

interface Anchor {
  readonly boot: string;
  readonly monotonic: number;
  readonly time: number;
}

/** Milliseconds since some moment of the machine's, the same in each of its processes. */
function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
