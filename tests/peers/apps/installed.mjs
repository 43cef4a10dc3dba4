// Loads each package named on the command line. A command-line tool is asked for its help.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { webhookHandler } from '@videocloud/webhooks/node';
import { countingReceiver, listen } from './lib.mjs';

export async function start() {
  for (const name of process.argv.slice(3)) {
    const { bin, exports } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'));
    for (const file of Object.values(bin ?? {})) {
      execFileSync(process.execPath, [`node_modules/${name}/${file}`, '--help'], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    }
    if (exports?.['.'] !== undefined || bin === undefined) await import(name);
  }
  const { receiver, handled } = countingReceiver();
  return { ...(await listen(webhookHandler(receiver))), handled };
}
