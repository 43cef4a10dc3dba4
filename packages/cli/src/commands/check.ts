import type { CheckOptions, Level, Report } from '@videocloud/webhooks-conformance';
import type { Command } from 'commander';
import { choice, deliveredName } from '../choices.js';
import { EXIT, isNamed, reasonOf, remote, usage } from '../failure.js';
import { httpUrl } from '../input/read.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { type Io, note, painter, print } from '../io.js';
import { inFlags, reportInFlags } from './check-flags.js';
import { collect, withJson, withSecret } from './options.js';
import { headerOf } from './trigger/header.js';

interface CheckCommandOptions extends SecretOptions {
  readonly json?: boolean;
  readonly fast?: boolean;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly reporter: string;
  readonly level?: string;
  readonly iOwnThisHost?: boolean;
  readonly effects?: string;
  readonly failNext?: string;
  readonly event?: string;
  readonly header?: readonly string[];
}

/** A probe of the receiver as the kit takes it: a URL, or a command for the shell. */
function probe(text: string | undefined) {
  if (text === undefined || /^https?:\/\//.test(text)) return text;
  const command: [string, ...string[]] =
    process.platform === 'win32' ? ['cmd', '/d', '/s', '/c', text] : ['sh', '-c', text];
  return { command };
}

/** `check`: runs the conformance kit against an endpoint. */
export function addCheckCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(
    withSecret(
      program.command('check <url>').description('prove that an endpoint receives webhooks as it should'),
      'given again: the previous secret, which the endpoint still accepts',
    ),
  )
    .option('--fast', 'shorter pauses and deadlines, for a local endpoint')
    .option('--only <id>', 'only this case or family', collect)
    .option('--skip <id>', 'not this case or family', collect)
    .option('--reporter <name>', 'terminal, json, junit, tap, markdown or html', 'terminal')
    .option('--level <name>', 'exit 1 unless this level is reached: verifies, safe or reliable')
    .option('--event <name>', 'the event to send, one that the endpoint handles', 'video.processed')
    .option('--header <name:value>', 'one more request header', collect)
    .option(
      '--effects <probe>',
      'how often a delivery was handled: a URL, called with ?key=…, or a command with {key}; proves that each is handled once',
    )
    .option(
      '--fail-next <probe>',
      'makes the handler fail for a delivery once: a URL, called by POST with ?key=…, or a command with {key}',
    )
    .option('--i-own-this-host', 'the endpoint is not on this machine, and you may test it')
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks check http://localhost:3000/webhooks --secret-file secret.txt --fast',
    )
    .action(async (address: string, options: CheckCommandOptions) => {
      const url = httpUrl(address);
      // Loaded by this command only.
      const { formatReport, LEVELS, REPORTERS } = await import('@videocloud/webhooks-conformance');
      const reporter = options.json ? 'json' : choice('--reporter', options.reporter, REPORTERS);
      const level = options.level === undefined ? undefined : choice('--level', options.level, LEVELS);
      const event = options.event === undefined ? undefined : deliveredName(options.event);
      const headers = Object.fromEntries((options.header ?? []).map(headerOf));
      const [secret = '', previousSecret] = await readSecrets(io, options);
      const { fast, only, skip, iOwnThisHost } = options;
      const report = await runCheck(url, {
        secret,
        previousSecret,
        fast,
        only,
        skip,
        iOwnThisHost,
        event,
        headers,
        effects: probe(options.effects),
        failNext: probe(options.failNext),
        signal: io.signal,
        onResult: ({ id, status }) => {
          if (io.stderr.isTTY) io.stderr.write(`\r\u001b[K${status} ${id}`);
        },
      });
      if (io.stderr.isTTY) io.stderr.write('\r\u001b[K');
      const color = painter(io)('', 'bold') !== '';
      print(io, formatReport(report, reporter, { color }).trimEnd());
      // Ctrl-C ends with a code of its own.
      const missing = io.signal.aborted ? [] : shortcomings(report, level);
      for (const what of missing) note(io, `error: ${what}`);
      exit(report.failed > 0 || missing.length > 0 ? EXIT.failed : EXIT.done);
    });
}

/** Why a run without a failed case is no success either. */
export function shortcomings(report: Report, level: Level | undefined): string[] {
  const reached = level === undefined || report.levels.some((one) => one.level === level && one.reached);
  return [
    report.interrupted
      ? ['the run was cut off by its time limit: find what makes the endpoint slow, or run fewer cases with --only']
      : [],
    report.passed === 0 && report.failed === 0 && !report.interrupted
      ? ['no case passed, so nothing is proven: the report names why each was skipped']
      : [],
    reached ? [] : [`level ${level} is not reached`],
  ].flat();
}

/** Runs the kit. The report and what it throws are in words of the command line. */
export async function runCheck(url: URL, options: CheckOptions): Promise<Report> {
  const { ConformanceError, checkReceiver } = await import('@videocloud/webhooks-conformance');
  try {
    return reportInFlags(await checkReceiver(url, options));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (!(error instanceof ConformanceError)) {
      throw isNamed(error, 'TypeError') ? usage(reasonOf(error)) : remote(reasonOf(error));
    }
    // Its own message: the innermost cause does not name the option.
    const message = inFlags(error.message);
    throw error.code === 'target_unreachable' ? remote(message) : usage(message);
  }
}
