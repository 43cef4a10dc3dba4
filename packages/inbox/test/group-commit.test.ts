// What waits to be written is bounded by bytes as well as by count.
import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../src/group-commit.js';

const MIB = 1_048_576;

/** A commit whose writes end at `endWrites`; an item is its size in bytes. */
function commitOf() {
  const writes: number[][] = [];
  const started: (() => void)[] = [];
  const commit = new GroupCommit<number, void>({
    write: async (sizes) => {
      writes.push([...sizes]);
      await new Promise<void>((resolve) => started.push(resolve));
      return sizes.map(() => undefined);
    },
    bytesOf: (size) => size,
  });
  const endWrites = async () => {
    let idle = false;
    void commit.idle().then(() => (idle = true));
    while (!idle) {
      for (const end of started.splice(0)) end();
      await new Promise(setImmediate);
    }
  };
  return { commit, writes, endWrites };
}

describe('group commit', () => {
  it('puts at most 4 MiB of large items into one write, or one item that is larger', async () => {
    const { commit, writes, endWrites } = commitOf();
    const all = Promise.all([...Array<number>(10).fill(MIB), 9 * MIB, 5].map((size) => commit.add(size)));
    await endWrites();
    await all;
    expect(writes).toEqual([[5, MIB, MIB, MIB, MIB], [MIB, MIB, MIB, MIB], [MIB, MIB], [9 * MIB]]);
  });

  it('refuses what would make more than 512 MiB wait, and takes it again once they are written', async () => {
    const { commit, endWrites } = commitOf();
    const waiting = Array.from({ length: 512 }, () => commit.add(MIB));
    const refused = commit.add(1).catch((error: unknown) => error);
    await endWrites();
    await Promise.all(waiting);
    const message = expect.stringMatching(/^512 writes of 536870912 bytes/);
    expect(await refused).toMatchObject({ code: 'unavailable', message });
    const later = commit.add(600 * MIB);
    await endWrites();
    await later;
  });

  it('refuses what would make more than 20,000 wait', async () => {
    const { commit, endWrites } = commitOf();
    const waiting = Array.from({ length: 20_000 }, () => commit.add(1));
    const refused = commit.add(1).catch((error: unknown) => error);
    await endWrites();
    await Promise.all(waiting);
    expect(await refused).toMatchObject({ code: 'unavailable' });
  });
});
