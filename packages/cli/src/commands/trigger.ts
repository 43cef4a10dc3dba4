import type { Command } from 'commander';
import { deliveredName } from '../catalog.js';
import { EXIT, usage } from '../failure.js';
import { httpUrl, integer, readBytes } from '../input/read.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { harmless, harmlessLines, type Io, note, painter, print, printJson } from '../io.js';
import { eventBytes } from '../trigger/event.js';
import { type Answer, meaningOf, send } from '../trigger/send.js';
import { outgoing, TAMPERS, tamperOf } from '../trigger/tamper.js';
import { collect, withJson, withSecret } from './options.js';

interface TriggerOptions extends SecretOptions {
  readonly json?: boolean;
  readonly set?: readonly string[];
  readonly body?: string;
  readonly count: string;
  readonly concurrency: string;
  readonly timeout: string;
  readonly tamper?: string;
  readonly same?: boolean;
  readonly header?: readonly string[];
}

/** `trigger`: a signed delivery, or one spoilt on purpose, without VideoCloud. */
export function addTriggerCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(
    withSecret(program.command('trigger <event> <url>').description('send a signed sample event to an endpoint')),
  )
    .option('--set <path=value>', 'change a member, such as data.title=Hello (JSON or text)', collect)
    .option('--body <file>', 'send the bytes of this file (- for standard input) instead of a sample')
    .option('--count <n>', 'how many', '1')
    .option('--concurrency <n>', 'how many at once', '1')
    .option('--timeout <ms>', 'how long to wait for each answer, in milliseconds', '10000')
    .option('--tamper <how>', `spoil it: ${TAMPERS.join(', ')}`)
    .option('--same', 'the same bytes every time, which a receiver takes for copies of one event')
    .option('--header <name:value>', 'one more request header', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  videocloud-webhooks trigger video.uploaded http://localhost:3000/webhooks --secret-file secret.txt' +
        '\n  videocloud-webhooks trigger video.deleted http://localhost:3000/webhooks --tamper reserialize',
    )
    .action(async (event: string, address: string, options: TriggerOptions) => {
      const name = deliveredName(event);
      const url = httpUrl(address);
      const count = integer('--count', options.count, 1, 100_000);
      const concurrency = integer('--concurrency', options.concurrency, 1, 256);
      const timeoutMs = integer('--timeout', options.timeout, 1, 600_000);
      const tamper = tamperOf(options.tamper);
      const extra = (options.header ?? []).map(headerOf);
      const fixed = options.body === undefined ? undefined : Buffer.from(await readBytes(io, options.body));
      if (fixed !== undefined && options.set !== undefined)
        throw usage('--set changes the sample: it cannot be used with --body');
      const secret = (await readSecrets(io, options))[0] ?? '';

      const once = async () => {
        const bytes = fixed ?? eventBytes(name, options.set ?? [], options.same !== true);
        const { body, signature } = await outgoing(bytes, secret, tamper);
        const signed = signature === undefined ? {} : { 'x-videocloud-signature': signature };
        const headers = { 'content-type': 'application/json', ...Object.fromEntries(extra), ...signed };
        const answer = await send({ url, body, headers, timeoutMs, signal: io.signal });
        return {
          event: name,
          bytes: body.length,
          ...(tamper === undefined ? {} : { tamper }),
          ...answer,
          meaning: meaningOf(answer),
        };
      };
      const results: Awaited<ReturnType<typeof once>>[] = [];
      let started = 0;
      const worker = async () => {
        while (started < count && !io.signal.aborted) {
          started++;
          const result = await once();
          results.push(result);
          if (!options.json && count <= 20) print(io, describe(io, result));
          else if (io.stderr.isTTY && results.length % 100 === 0) note(io, `${results.length} of ${count}`);
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
      if (options.json) printJson(io, count === 1 ? results[0] : results);
      else if (count > 20) print(io, summary(results));
      exit(codeOf(results, tamper !== undefined));
    });
}

function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  const value = text.slice(colon + 1).trim();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[^\t\x20-\x7e]/.test(value)) throw usage('--header takes name:value');
  return [name, value];
}

function codeOf(answers: readonly Answer[], tampered: boolean): number {
  if (answers.some((answer) => 'error' in answer)) return EXIT.remote;
  const accepted = answers.every((answer) => 'status' in answer && answer.status >= 200 && answer.status < 300);
  return accepted || tampered ? EXIT.done : EXIT.failed;
}

function describe(io: Io, result: Answer & { event: string; bytes: number; meaning: string; tamper?: string }): string {
  const paint = painter(io);
  const sent = `→ ${result.event} ${result.bytes} B${result.tamper === undefined ? '' : ` (tampered: ${result.tamper})`}`;
  if ('error' in result)
    return `${sent}\n← ${paint(harmless(result.error), 'bad')} ${result.durationMs} ms\n  ${result.meaning}`;
  const good = result.status >= 200 && result.status < 300;
  const body = result.body === '' ? '' : `\n${harmlessLines(result.body, '  ')}`;
  return `${sent}\n← ${paint(String(result.status), good ? 'good' : 'bad')} ${result.durationMs} ms${body}\n  ${result.meaning}`;
}

function summary(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) {
    const key = 'error' in answer ? harmless(answer.error, 200) : String(answer.status);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, times]) => `${times} × ${key}`).join('\n');
}
