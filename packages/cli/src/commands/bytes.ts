import { sign, verify } from '@videocloud/webhooks';
import { type Cause, type DiagnoseInput, diagnose } from '@videocloud/webhooks/doctor';
import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import type { Command } from 'commander';
import { EXIT, usage } from '../failure.js';
import { readCaptured } from '../input/captured.js';
import { integer, readBytes } from '../input/read.js';
import { notUnderstood } from '../input/request.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { type Io, painter, print, printJson } from '../io.js';
import { withJson, withSecret } from './options.js';

interface BytesOptions extends SecretOptions {
  readonly json?: boolean;
  readonly signature?: string;
  readonly raw?: boolean;
  readonly framework?: string;
  readonly request?: string;
}

/** `sign`, `verify` and `explain`: they work on bytes, offline. */
export function addBytesCommands(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(withSecret(program.command('sign <file>').description('sign the bytes of a file, or of standard input (-)')))
    .addHelpText('after', '\nExample:\n  videocloud-webhooks sign body.json --secret-file secret.txt')
    .action(async (file: string, options: BytesOptions) => {
      const secret = (await readSecrets(io, options))[0] ?? '';
      const signature = await sign(await readBytes(io, file), secret);
      if (options.json) printJson(io, { signature });
      else print(io, signature);
    });

  captured(program, 'verify <file>', 'check the signature of a body or of a captured request')
    .addHelpText('after', '\nExample:\n  videocloud-webhooks verify request.http --secret-file secret.txt')
    .action(async (file: string, options: BytesOptions) => {
      const { delivery, signature, secrets } = await read(io, file, options);
      const verdict = await verify(delivery.body, signature, secrets);
      if (options.json) printJson(io, verdict);
      else if (verdict.ok) print(io, `valid${secrets.length > 1 ? ` (secret ${verdict.secretIndex + 1})` : ''}`);
      else print(io, `${verdict.code}: \`explain\` finds out why`);
      exit(verdict.ok ? EXIT.done : EXIT.failed);
    });

  captured(program, 'explain <file>', 'find out why a signature does not match, with proof')
    .option('--framework <name>', `put the fix in its words: ${FRAMEWORKS.join(', ')}`)
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks explain body.bin --signature 0a1b… --secret-file secret.txt --framework express',
    )
    .action(async (file: string, options: BytesOptions) => {
      const framework = FRAMEWORKS.find((name) => name === options.framework);
      if (options.framework !== undefined && framework === undefined) {
        throw usage(`--framework must be one of ${FRAMEWORKS.join(', ')}`);
      }
      const { delivery, signature, secrets } = await read(io, file, options);
      const input: DiagnoseInput = { body: delivery.body, signature, secrets, headers: delivery.headers, framework };
      const diagnosis = await diagnose(input);
      if (options.json) printJson(io, diagnosis);
      else if (diagnosis.valid) print(io, 'valid: the signature matches these bytes');
      else print(io, describeCauses(io, diagnosis.causes));
      exit(diagnosis.valid ? EXIT.done : EXIT.failed);
    });
}

function captured(program: Command, name: string, description: string): Command {
  return withJson(withSecret(program.command(name).description(description)))
    .option('--signature <hex>', 'the value of X-VideoCloud-Signature; a captured request has its own')
    .option('--raw', 'the file is the body itself, whatever it looks like')
    .option('--request <n>', 'which request of a capture that has several; 1 is the first');
}

async function read(io: Io, file: string, options: BytesOptions) {
  const request = options.request === undefined ? undefined : integer('--request', options.request, 1, 1_000_000);
  const delivery = readCaptured(await readBytes(io, file), { raw: options.raw, request });
  const signature = options.signature ?? delivery.headers['x-videocloud-signature'];
  if (signature === undefined && delivery.form === 'body') throw usage('a bare body needs --signature HEX');
  // An absent header proves nothing where the capture may have left headers out.
  if (signature === undefined && !delivery.allHeaders) {
    throw notUnderstood('the capture does not hold all headers: give --signature HEX');
  }
  return { delivery, signature, secrets: await readSecrets(io, options) };
}

/** Causes for people: code, what happened, what to change. */
export function describeCauses(io: Io, causes: readonly Cause[]): string {
  const paint = painter(io);
  const entries = causes.map(({ code, proof, message, fix }) => {
    const head = `${paint(proof, proof === 'proven' ? 'bad' : 'dim')}  ${paint(code, 'bold')}`;
    return `${head}\n  ${message}\n  fix: ${fix}`;
  });
  return entries.join('\n\n');
}
