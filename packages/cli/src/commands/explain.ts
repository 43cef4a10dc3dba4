import { type Cause, diagnose } from '@videocloud/webhooks/doctor';
import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import type { Command } from 'commander';
import { choice } from '../choices.js';
import { EXIT } from '../failure.js';
import { type DeliveryOptions, readDelivery, withDelivery } from '../input/delivery.js';
import { type Io, painter, print, printJson } from '../io.js';
import { pageOf } from '../version.js';

const VALID = `valid: the signature matches these bytes
  Was it refused all the same? Give the secret as the receiver has it, or the bytes that it hashed.`;

/** `explain`: finds out why a signature does not match. */
export function addExplainCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withDelivery(program.command('explain <file>').description('find out why a signature does not match, with proof'))
    .option('--framework <name>', `put the fix in its words: ${FRAMEWORKS.join(', ')}`)
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks explain body.bin --signature 0a1b… --secret-file secret.txt --framework express',
    )
    .action(async (file: string, options: DeliveryOptions & { readonly framework?: string }) => {
      const framework =
        options.framework === undefined ? undefined : choice('--framework', options.framework, FRAMEWORKS);
      const diagnosis = await diagnose({ ...(await readDelivery(io, file, options)), framework });
      if (options.json) printJson(io, diagnosis);
      else if (diagnosis.valid) print(io, VALID);
      else print(io, describeCauses(io, diagnosis.causes));
      exit(diagnosis.valid ? EXIT.done : EXIT.failed);
    });
}

/** Causes as text: the code, what happened, what to change, and the cause's page where its address is known. */
export function describeCauses(io: Io, causes: readonly Cause[]): string {
  const paint = painter(io);
  const entries = causes.map(({ code, proof, message, fix }) => {
    const head = `${paint(proof, proof === 'proven' ? 'bad' : 'dim')}  ${paint(code, 'bold')}`;
    const page = pageOf(`reference/causes/${code}`);
    return `${head}\n  ${message}\n  fix: ${fix}${page === undefined ? '' : `\n  docs: ${page}`}`;
  });
  return entries.join('\n\n');
}
