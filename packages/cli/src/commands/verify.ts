import { verify } from '@videocloud/webhooks';
import type { Command } from 'commander';
import { EXIT } from '../failure.js';
import { type DeliveryOptions, readDelivery, withDelivery } from '../input/delivery.js';
import { type Io, print, printJson } from '../io.js';

/** `verify`: checks the signature of a delivery. */
export function addVerifyCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withDelivery(program.command('verify <file>').description('check the signature of a body or of a captured request'))
    .addHelpText('after', '\nExample:\n  videocloud-webhooks verify request.http --secret-file secret.txt')
    .action(async (file: string, options: DeliveryOptions) => {
      const { body, signature, secrets } = await readDelivery(io, file, options);
      const verdict = await verify(body, signature, secrets);
      if (options.json) printJson(io, verdict);
      else if (verdict.ok) print(io, `valid${secrets.length > 1 ? ` (secret ${verdict.secretIndex + 1})` : ''}`);
      else print(io, `${verdict.code}: \`explain\` finds out why`);
      exit(verdict.ok ? EXIT.done : EXIT.failed);
    });
}
