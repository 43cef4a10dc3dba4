import type { Command } from 'commander';
import { deliveredName } from '../../choices.js';
import { EXIT, usage } from '../../failure.js';
import { httpUrl, integer, readBytes } from '../../input/read.js';
import { readSigningSecret, type SecretOptions } from '../../input/secrets.js';
import { harmless, harmlessLines, type Io, note, painter, print, printJson } from '../../io.js';
import { type Answer, isRefusal, isSuccess, meaningOf, meaningOfForgery, send } from '../../send.js';
import { collect, withJson, withSecret } from '../options.js';
import { eventBytes } from './event.js';
import { headerOf } from './header.js';
import { outgoing, TAMPERS, tamperOf } from './tamper.js';

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

/** One delivery and its answer. */
interface Triggered {
  readonly event: string;
  readonly bytes: number;
  readonly tamper: string | undefined;
  readonly answer: Answer;
}

/** More than this are summed up instead of shown one by one. */
const MAX_SHOWN = 20;
/** How much of an answer is kept; less of each where there are many. */
const MAX_ANSWER = 64 * 1024;
const MAX_ANSWER_OF_MANY = 1024;

/** `trigger`: sends a signed delivery, or one tampered with on purpose, without VideoCloud. */
export function addTriggerCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(
    withSecret(program.command('trigger <event> <url>').description('send a signed sample event to an endpoint')),
  )
    .option('--set <path=value>', 'change a member, such as data.title=Hello (JSON or text)', collect)
    .option('--body <file>', 'send the bytes of this file (- for standard input) instead of a sample')
    .option('--count <n>', 'how many', '1')
    .option('--concurrency <n>', 'how many at once', '1')
    .option('--timeout <ms>', 'how long to wait for each answer, in milliseconds', '10000')
    .option('--tamper <how>', `break it: ${TAMPERS.join(', ')}`)
    .option('--same', 'the same bytes every time, which a receiver takes for duplicates of one event')
    .option('--header <name:value>', 'one more request header', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  videocloud-webhooks trigger video.uploaded http://localhost:3000/webhooks --secret-file secret.txt' +
        '\n  videocloud-webhooks trigger video.deleted http://localhost:3000/webhooks --tamper reserialize',
    )
    .action(async (name: string, address: string, options: TriggerOptions) => {
      const event = deliveredName(name);
      const url = httpUrl(address);
      const count = integer('--count', options.count, 1, 100_000);
      const concurrency = integer('--concurrency', options.concurrency, 1, 256);
      const timeoutMs = integer('--timeout', options.timeout, 1, 600_000);
      const tamper = tamperOf(options.tamper);
      const extra = Object.fromEntries((options.header ?? []).map(headerOf));
      const fixed = options.body === undefined ? undefined : Buffer.from(await readBytes(io, options.body));
      if (fixed !== undefined && options.set !== undefined) {
        throw usage('--set changes the sample: it cannot be used with --body');
      }
      const secret = await readSigningSecret(io, options);

      const once = async (): Promise<Triggered> => {
        const bytes = fixed ?? eventBytes(event, options.set ?? [], options.same !== true);
        const { body, signature } = await outgoing(bytes, secret, tamper);
        const signed = signature === undefined ? {} : { 'x-videocloud-signature': signature };
        const headers = { 'content-type': 'application/json', ...extra, ...signed };
        const answer = await send({ url, method: 'POST', headers, body, timeoutMs, signal: io.signal });
        return { event, bytes: body.length, tamper, answer: kept(answer, count > MAX_SHOWN) };
      };
      let worst: number = EXIT.done;
      const results = await repeat(io, once, count, concurrency, (result) => {
        // Before it is shown: whoever reads may leave at any line.
        worst = Math.max(worst, codeOf(result));
        exit(worst);
        if (!options.json && count <= MAX_SHOWN) print(io, describe(io, result));
      });
      if (options.json) printJson(io, count === 1 ? results.map(record)[0] : results.map(record));
      else if (count > MAX_SHOWN) print(io, summary(results));
    });
}

/** Runs `once` so often and so many at a time, until Ctrl-C. */
async function repeat(
  io: Io,
  once: () => Promise<Triggered>,
  count: number,
  concurrency: number,
  onResult: (result: Triggered) => void,
): Promise<Triggered[]> {
  const results: Triggered[] = [];
  let started = 0;
  const worker = async () => {
    while (started < count && !io.signal.aborted) {
      started++;
      const result = await once();
      results.push(result);
      onResult(result);
      if (io.stderr.isTTY && count > MAX_SHOWN && results.length % 100 === 0) note(io, `${results.length} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
  return results;
}

/** The worse, the higher. */
function codeOf(triggered: Triggered): number {
  if ('error' in triggered.answer) return EXIT.remote;
  return isRight(triggered) ? EXIT.done : EXIT.failed;
}

/** A receiver must refuse what was tampered with, and accept everything else. */
function isRight({ answer, tamper }: Triggered): boolean {
  return tamper === undefined ? isSuccess(answer) : isRefusal(answer);
}

/** The answer with the beginning of its body, copied: a part of it would keep the whole in memory. */
function kept(answer: Answer, many: boolean): Answer {
  if ('error' in answer) return answer;
  return { ...answer, body: Buffer.from(answer.body.subarray(0, many ? MAX_ANSWER_OF_MANY : MAX_ANSWER)) };
}

function record({ event, bytes, tamper, answer }: Triggered): object {
  const { durationMs } = answer;
  return {
    event,
    bytes,
    ...(tamper === undefined ? {} : { tamper }),
    ...('error' in answer
      ? { error: answer.error, durationMs }
      : { status: answer.status, durationMs, body: answer.body.toString('utf8') }),
    meaning: tamper === undefined ? meaningOf(answer) : meaningOfForgery(answer),
  };
}

function describe(io: Io, triggered: Triggered): string {
  const { event, bytes, tamper, answer } = triggered;
  const paint = painter(io);
  const sent = `→ ${event} ${bytes} B${tamper === undefined ? '' : ` (tampered: ${tamper})`}`;
  const said =
    'error' in answer
      ? paint(harmless(answer.error), 'bad')
      : paint(String(answer.status), isRight(triggered) ? 'good' : 'bad');
  const meaning = tamper === undefined ? meaningOf(answer) : meaningOfForgery(answer);
  const body =
    'error' in answer || answer.body.length === 0 ? [] : [harmlessLines(answer.body.toString('utf8'), '  | ')];
  return [sent, `← ${said} ${answer.durationMs} ms`, ...body, `  ${meaning}`].join('\n');
}

function summary(results: readonly Triggered[]): string {
  const counts = new Map<string, number>();
  for (const { answer } of results) {
    const key = 'error' in answer ? harmless(answer.error, 200) : String(answer.status);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, times]) => `${times} × ${key}`).join('\n');
}
