import type { Command } from 'commander';
import { choice } from '../catalog.js';
import { EXIT, isNamed, reasonOf, remote, usage } from '../failure.js';
import { httpUrl } from '../input/read.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { harmless, type Io, painter, print } from '../io.js';
import { collect, withJson, withSecret } from './options.js';

interface CheckCommandOptions extends SecretOptions {
  readonly json?: boolean;
  readonly fast?: boolean;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly reporter: string;
  readonly iOwnThisHost?: boolean;
}

/** `check`: the conformance suite against an endpoint. */
export function addCheckCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(
    withSecret(program.command('check <url>').description('prove that an endpoint receives webhooks as it should')),
  )
    .option('--fast', 'shorter pauses and deadlines, for a local endpoint')
    .option('--only <id>', 'only this case or family', collect)
    .option('--skip <id>', 'not this case or family', collect)
    .option('--reporter <name>', 'terminal, json, junit, tap or markdown', 'terminal')
    .option('--i-own-this-host', 'the endpoint is not on this machine, and you may test it')
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks check http://localhost:3000/webhooks --secret-file secret.txt --fast',
    )
    .action(async (address: string, options: CheckCommandOptions) => {
      const url = httpUrl(address);
      // Loaded by this verb alone.
      const { ConformanceError, checkReceiver, formatReport, REPORTERS } = await import(
        '@videocloud/webhooks-conformance'
      );
      const reporter = options.json ? 'json' : choice('--reporter', options.reporter, REPORTERS);
      const [secret = '', previousSecret] = await readSecrets(io, options);
      const { fast, only, skip, iOwnThisHost } = options;
      try {
        const report = await checkReceiver(url, {
          secret,
          previousSecret,
          fast,
          only,
          skip,
          iOwnThisHost,
          signal: io.signal,
          onResult: ({ id, status }) => {
            if (io.stderr.isTTY) io.stderr.write(`\r\u001b[K${status} ${id}`);
          },
        });
        if (io.stderr.isTTY) io.stderr.write('\r\u001b[K');
        const color = painter(io)('', 'bold') !== '';
        print(io, formatReport(report, reporter, { color }).trimEnd());
        exit(report.failed > 0 ? EXIT.failed : EXIT.done);
      } catch (error) {
        if (io.signal.aborted) throw error;
        const message = harmless(reasonOf(error), 400);
        if (error instanceof ConformanceError && /unreachable|connection|network/.test(error.code))
          throw remote(message);
        throw error instanceof ConformanceError || isNamed(error, 'TypeError') ? usage(message) : remote(message);
      }
    });
}
