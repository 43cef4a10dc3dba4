// The applications of the frameworks' pages, built and started as in production, with the contract's receivers in place of
// the page's own: the code is the page's, but for the package it imports.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathWith, startFramework, writePage } from '../../../../../tests/peers/framework.js';
import type { listPeers } from '../../../../../tests/peers/project.js';
import type { Call, Entry } from '../contract.js';
import type { Place } from './place.js';

type Peer = ReturnType<typeof listPeers>[number];

/** A folder of `tests/peers` with a framework. */
export interface FrameworkRow extends Peer {
  config: Peer['config'] & {
    page: string;
    start: string[];
    contract?: Partial<Pick<Entry, 'ownMethods' | 'buffered' | 'parsesFirst'>>;
  };
}

/** Without it SvelteKit and Astro take a POST for a form of another site. */
const JSON_TYPE = { 'content-type': 'application/json' };
const IMPOSTOR = 'contract-receiver';

export function frameworkEntry(row: FrameworkRow, { node, install }: Place): Entry {
  return {
    name: '',
    path: '/webhooks',
    tolerant: '/webhooks?tolerant',
    parsed: [],
    ...row.config.contract,
    async mount() {
      const folder = await install();
      const module = join(folder, 'node_modules', IMPOSTOR);
      mkdirSync(module, { recursive: true });
      const exports = { '.': './contract-receiver.js', './express': './contract-express.js' };
      writeFileSync(join(module, 'package.json'), JSON.stringify({ type: 'module', exports }));
      for (const file of ['behavior.js', 'contract-receiver.js', 'contract-express.js'])
        cpSync(join(import.meta.dirname, '..', file), join(module, file));
      writePage(folder, row.config, (code) =>
        code.replace(/'(npm:)?@videocloud\/webhooks(\/express)?'/g, `'${IMPOSTOR}$2'`),
      );
      const env = { ...process.env, PATH: pathWith(node) };
      const { port, stop } = await startFramework(folder, row.config, env);
      const calls = async () =>
        (await (
          await fetch(`http://127.0.0.1:${port}/webhooks?calls`, { method: 'POST', headers: JSON_TYPE, body: '{}' })
        ).json()) as Call[];
      return { port, calls, close: stop };
    },
  };
}
