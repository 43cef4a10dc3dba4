// The contract over sockets for the rows of the table of frameworks; `npm run long -- frameworks` runs it row by row.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROWS } from '../../../../tests/frameworks/rows.js';
import { packAll } from '../../../../tests/packages/tarballs.js';
import { nodeOf } from '../../../../tests/peers/framework.js';
import { install, listPeers } from '../../../../tests/peers/project.js';
import { contract } from './contract.js';
import { ENTRIES } from './entries/all.js';
import { type FrameworkRow, frameworkEntry } from './entries/framework.js';
import type { Place } from './entries/place.js';

/** Where a failed wait of a platform's own difference may end: there are dozens, and each would take a minute. */
const LOOKS = 500;

/** With the packages of this repository, and ours as npm would publish it. */
const BESIDE_RUNTIMES = fileURLToPath(new URL('../../../../tests/runtimes/build', import.meta.url));

const chosen = process.env.FRAMEWORKS?.split(';');
const root = mkdtempSync(join(tmpdir(), 'frameworks-'));
const peers = listPeers();
const tarballs = new Map<string, string>(
  process.env.TARBALLS === undefined
    ? packAll().map(({ folder, tarball }) => [basename(folder), tarball])
    : JSON.parse(process.env.TARBALLS),
);

for (const { name, peer: folder, platforms } of ROWS) {
  if (chosen !== undefined && !chosen.includes(name)) continue;
  const peer = peers.find((one) => one.name === folder);
  let installed: Promise<string> | undefined;
  const installOn = (node: string) => {
    if (peer === undefined) return Promise.resolve(BESIDE_RUNTIMES);
    installed ??= install(root, peer, tarballs, node);
    return installed;
  };
  for (const platform of platforms) {
    const node = platform === 'Node 20' ? process.execPath : nodeOf(platform);
    const place: Place = { platform, node, install: () => installOn(node) };
    const entry = ENTRIES[name]?.(place) ?? frameworkEntry(peer as FrameworkRow, place);
    contract({ ...entry, name: platform }, LOOKS);
  }
  if (platforms.length === 0) {
    describe('types', () => {
      it('compile', async () => expect(await installOn(nodeOf('Node 24'))).toContain(root));
    });
  }
}
