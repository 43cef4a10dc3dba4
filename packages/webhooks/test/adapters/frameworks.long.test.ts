// `npm run long -- frameworks`: the contract over sockets on the application of every framework's page.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packAll } from '../../../../tests/packages/tarballs.js';
import { nodeOf } from '../../../../tests/peers/framework.js';
import { install, listPeers } from '../../../../tests/peers/project.js';
import { contract } from './contract.js';
import { type FrameworkRow, frameworkEntry } from './entries/framework.js';

const chosen = process.env.FRAMEWORKS?.split(',');
const root = mkdtempSync(join(tmpdir(), 'frameworks-'));
const tarballs = new Map(packAll().map(({ folder, tarball }) => [basename(folder), tarball]));
const rows = (listPeers() as FrameworkRow[]).filter(
  ({ name, config }) =>
    config.app === 'framework' && config.page !== 'function-hosts' && (chosen?.includes(name) ?? true),
);

for (const row of rows) {
  const platforms = row.config.platforms ?? ['Node 22', 'Node 24', 'Node 26'];
  let installed: Promise<string> | undefined;
  for (const platform of platforms) {
    const node = nodeOf(platform);
    contract(
      frameworkEntry(row, platform, node, () => {
        installed ??= install(root, row, tarballs, node);
        return installed;
      }),
    );
  }
}
