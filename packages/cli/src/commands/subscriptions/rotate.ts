import { writeFile } from 'node:fs/promises';
import { generateSecret } from '@videocloud/webhooks';
import { RETRY_HORIZON_MS } from '@videocloud/webhooks/protocol';
import type { Webhooks } from '@videocloud/webhooks-client';
import type { Command } from 'commander';
import { reasonOf, usage } from '../../failure.js';
import { readSecrets } from '../../input/secrets.js';
import { harmless, type Io, note, print, printJson } from '../../io.js';
import { type ApiOptions, callApi, withApi } from './api.js';

interface RotateOptions extends ApiOptions {
  readonly newSecretFile: string;
  readonly confirm?: boolean;
}

const PROCEDURE = `1. this run wrote the new secret to the file; nothing else happened
2. give the receivers both secrets, the new one first, and deploy them
3. run it again with --confirm: VideoCloud signs with the new secret from then on
4. after ${RETRY_HORIZON_MS / 60_000} minutes (the last retry signed before) take the old secret out of the receivers`;

export function addRotate(group: Command, io: Io): void {
  withApi(group.command('rotate <id>').description('change the secret without losing a delivery'))
    .requiredOption('--new-secret-file <file>', 'where the new secret is written (must not exist) before it is used')
    .option('--confirm', 'the receivers accept the new secret beside the old one: use it from now on')
    .action((id: string, options: RotateOptions) =>
      callApi(io, options, (webhooks) =>
        options.confirm ? putInForce(io, webhooks, id, options) : write(io, id, options),
      ),
    );
}

async function write(io: Io, id: string, { newSecretFile, json }: RotateOptions): Promise<void> {
  try {
    await writeFile(newSecretFile, generateSecret(), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw usage(`cannot write ${newSecretFile}: ${reasonOf(error)}`);
  }
  if (json) printJson(io, { id, written: newSecretFile, inForce: false });
  else print(io, `the new secret is in ${harmless(newSecretFile)}; VideoCloud does not use it yet\n${PROCEDURE}`);
}

async function putInForce(
  io: Io,
  webhooks: Webhooks,
  id: string,
  { newSecretFile, json }: RotateOptions,
): Promise<void> {
  const newSecret = (await readSecrets({ ...io, env: {} }, { secretFile: [newSecretFile] }))[0];
  const { webhook, dropOldAfter } = await webhooks.rotateSecret(id, { newSecret, signal: io.signal });
  if (json) printJson(io, { id: webhook.id, inForce: true, dropOldAfter: dropOldAfter.toISOString() });
  else print(io, `rotated ${harmless(webhook.id)}; take the old secret out after ${dropOldAfter.toISOString()}`);
  note(io, 'note: keep the file with the new secret, it cannot be read back from VideoCloud');
}
