import { sign } from '@videocloud/webhooks';
import type { Command } from 'commander';
import { readBytes } from '../input/read.js';
import { readSigningSecret, type SecretOptions } from '../input/secrets.js';
import { type Io, print, printJson } from '../io.js';
import { withJson, withSecret } from './options.js';

/** `sign`: prints the signature of a body. */
export function addSignCommand(program: Command, io: Io): void {
  withJson(withSecret(program.command('sign <file>').description('sign the bytes of a file, or of standard input (-)')))
    .addHelpText('after', '\nExample:\n  videocloud-webhooks sign body.json --secret-file secret.txt')
    .action(async (file: string, options: SecretOptions & { readonly json?: boolean }) => {
      const secret = await readSigningSecret(io, options);
      const signature = await sign(await readBytes(io, file), secret);
      if (options.json) printJson(io, { signature });
      else print(io, signature);
    });
}
