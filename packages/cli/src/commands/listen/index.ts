import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { EXIT, reasonOf, remote, usage } from '../../failure.js';
import { httpUrl, integer, requireListenAddress } from '../../input/read.js';
import { readSecrets, type SecretOptions } from '../../input/secrets.js';
import {
  harmless,
  harmlessLines,
  type Io,
  note,
  painter,
  print,
  printJson,
  printJsonLine,
  untilAborted,
} from '../../io.js';
import { isSuccess, meaningOf, send } from '../../send.js';
import { describeCauses } from '../explain.js';
import { withJson, withSecret } from '../options.js';
import { defaultLog, openLog, type RequestLog } from './log.js';
import { createListener, type Seen } from './server.js';

interface ListenOptions extends SecretOptions {
  readonly json?: boolean;
  readonly port: string;
  readonly host: string;
  readonly forwardTo?: string;
  readonly log?: string;
  readonly replay?: string;
  readonly details?: boolean;
}

/** `listen`: a local receiver that shows what it gets. */
export function addListenCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(
    withSecret(program.command('listen').description('receive deliveries, verify, diagnose, keep and forward them')),
  )
    .option('--port <n>', 'port; 0 takes a free one', '4400')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--forward-to <url>', 'send each request on, byte for byte, and answer as it does')
    .option('--log <file>', 'SQLite file that keeps the last 1000 requests; by default in your folder for logs')
    .option('--replay <id>', 'send a kept request to --forward-to again and stop')
    .option('--details', 'also causes, headers and body of each request')
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks listen --forward-to http://localhost:3000/webhooks --secret-file secret.txt',
    )
    .action(async (options: ListenOptions) => {
      const port = integer('--port', options.port, 0, 65_535);
      requireListenAddress('--host', options.host);
      const forwardTo = options.forwardTo === undefined ? undefined : httpUrl(options.forwardTo, '--forward-to');
      const replayId = options.replay === undefined ? undefined : integer('--replay', options.replay, 1, 999_999_999);
      if (replayId !== undefined && forwardTo === undefined) throw usage('--replay needs --forward-to URL');
      const secrets = replayId === undefined ? await readSecrets(io, options) : [];
      const log = await logFor(io, options);
      try {
        if (replayId === undefined || forwardTo === undefined) await listen(io, log, secrets, port, forwardTo, options);
        else exit(await replay(io, log, replayId, forwardTo, options.json === true));
      } finally {
        log?.close();
      }
    });
}

/** The log that was asked for; without the default one `listen` still works. */
async function logFor(io: Io, options: ListenOptions): Promise<RequestLog | undefined> {
  const optional = options.log === undefined && options.replay === undefined;
  try {
    return await openLog(options.log ?? (await defaultLog()));
  } catch (error) {
    if (!optional) throw error;
    note(io, `note: requests are not kept: ${harmless(reasonOf(error), 300)}`);
    return undefined;
  }
}

async function replay(io: Io, log: RequestLog | undefined, id: number, url: URL, json: boolean): Promise<number> {
  const entry = log?.get(id);
  if (entry === undefined) throw usage(`no request ${id} in the log`);
  const { method, headers, body } = entry;
  const answer = await send({ url, method, headers, body, signal: io.signal });
  const meaning = meaningOf(answer);
  const { durationMs } = answer;
  if ('error' in answer) {
    if (json) printJson(io, { id, error: answer.error, durationMs, meaning });
    else print(io, `← ${harmless(answer.error)} ${durationMs} ms\n  ${meaning}`);
    return EXIT.remote;
  }
  const { status } = answer;
  if (json) printJson(io, { id, status, durationMs, body: answer.body.toString('utf8'), meaning });
  else print(io, `← ${status} ${durationMs} ms\n  ${meaning}`);
  return isSuccess(answer) ? EXIT.done : EXIT.failed;
}

async function listen(
  io: Io,
  log: RequestLog | undefined,
  secrets: readonly string[],
  port: number,
  forwardTo: URL | undefined,
  options: ListenOptions,
): Promise<void> {
  const onSeen = (seen: Seen) => {
    if (options.json) printJsonLine(io, record(seen));
    else print(io, describe(io, seen, options.details === true));
  };
  const others = log?.join() ?? [];
  if (others.length > 0) {
    note(
      io,
      `note: another listen (process ${others.join(', ')}) keeps its requests in the same log; --log FILE separates`,
    );
  }
  const onTrouble = (message: string) => note(io, `note: ${harmless(message, 400)}`);
  const server = createListener({ secrets, log, forwardTo, signal: io.signal, onSeen, onTrouble });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(remote(`cannot listen on ${options.host}:${port}: ${reasonOf(error)}`)));
    server.listen(port, options.host, resolve);
  });
  note(io, `listening on http://${options.host}:${(server.address() as AddressInfo).port}`);
  await untilAborted(io.signal);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** One NDJSON line, which `explain` and `verify` read. */
function record({ body, ...seen }: Seen): object {
  return { ...seen, bytes: body.length, bodyBase64: body.toString('base64') };
}

function describe(io: Io, seen: Seen, details: boolean): string {
  const paint = painter(io);
  const verdict = paint(seen.verdict, seen.verdict === 'valid' ? 'good' : 'bad');
  const why = seen.causes[0] === undefined ? '' : ` (${seen.causes[0].proof}: ${seen.causes[0].code})`;
  const event = harmless(seen.event ?? '(no event)', 80);
  const head = `${seen.time.slice(11, 19)} #${seen.id ?? '-'} → ${event} ${verdict}${why} ← ${seen.status} ${seen.durationMs} ms`;
  const failure = seen.forwardError === undefined ? '' : `\n  forwarding failed: ${harmless(seen.forwardError)}`;
  if (!details) return head + failure;
  const headers = Object.entries(seen.headers).map(([name, value]) => `  ${harmless(`${name}: ${value}`)}`);
  const causes = seen.causes.length === 0 ? [] : [describeCauses(io, seen.causes)];
  const line = `  ${harmless(`${seen.method} ${seen.path}`)}`;
  return [head + failure, ...causes, line, ...headers, harmlessLines(seen.body.toString('utf8'), '  | ')].join('\n');
}
