import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { EXIT, reasonOf, remote, usage } from '../failure.js';
import { httpUrl, integer } from '../input/read.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { harmless, type Io, note, painter, print, printJson } from '../io.js';
import type { RequestLog } from '../listen/log.js';
import { createListener, forward, type Seen } from '../listen/server.js';
import { requireSqlite } from '../native.js';
import { meaningOf } from '../trigger/send.js';
import { describeCauses } from './bytes.js';
import { withJson, withSecret } from './options.js';

interface ListenOptions extends SecretOptions {
  readonly json?: boolean;
  readonly port: string;
  readonly host: string;
  readonly forwardTo?: string;
  readonly log?: string;
  readonly replay?: string;
  readonly details?: boolean;
}

/** `listen`: a local receiver that says what it sees. */
export function addListenCommand(program: Command, io: Io, exit: (code: number) => void): void {
  withJson(
    withSecret(program.command('listen').description('receive deliveries, verify, diagnose, keep and forward them')),
  )
    .option('--port <n>', 'port; 0 takes a free one', '4400')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--forward-to <url>', 'send each request on, byte for byte, and answer as it does')
    .option('--log <file>', 'SQLite file that keeps the last 1000 requests')
    .option('--replay <id>', 'send a kept request to --forward-to again and stop')
    .option('--details', 'also causes, headers and body of each request')
    .addHelpText(
      'after',
      '\nExample:\n  videocloud-webhooks listen --forward-to http://localhost:3000/webhooks --secret-file secret.txt',
    )
    .action(async (options: ListenOptions) => {
      const port = integer('--port', options.port, 0, 65_535);
      const forwardTo = options.forwardTo === undefined ? undefined : httpUrl(options.forwardTo, '--forward-to');
      const replayId = options.replay === undefined ? undefined : integer('--replay', options.replay, 1, 999_999_999);
      if (replayId !== undefined && forwardTo === undefined) throw usage('--replay needs --forward-to URL');
      const secrets = replayId === undefined ? await readSecrets(io, options) : [];
      requireSqlite('listen');
      const { defaultLog, RequestLog } = await import('../listen/log.js');
      const log = new RequestLog(options.log ?? defaultLog(io));
      try {
        if (replayId !== undefined && forwardTo !== undefined)
          exit(await replay(io, log, replayId, forwardTo, options.json === true));
        else await listen(io, log, secrets, port, forwardTo, options);
      } finally {
        log.close();
      }
    });
}

async function replay(io: Io, log: RequestLog, id: number, url: URL, json: boolean): Promise<number> {
  const entry = log.get(id);
  if (entry === undefined) throw usage(`no request ${id} in the log`);
  const answer = await forward(url, entry.headers, entry.body, io.signal);
  const meaning = meaningOf(answer);
  if (json) printJson(io, { id, ...answer, meaning });
  else
    print(io, `← ${'error' in answer ? harmless(answer.error) : answer.status} ${answer.durationMs} ms\n  ${meaning}`);
  if ('error' in answer) return EXIT.remote;
  return answer.status >= 200 && answer.status < 300 ? EXIT.done : EXIT.failed;
}

async function listen(
  io: Io,
  log: RequestLog,
  secrets: readonly string[],
  port: number,
  forwardTo: URL | undefined,
  options: ListenOptions,
): Promise<void> {
  const onSeen = (seen: Seen) => print(io, options.json ? line(seen) : describe(io, seen, options.details === true));
  const server = createListener({ secrets, log, forwardTo, signal: io.signal, onSeen });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(remote(`cannot listen on ${options.host}:${port}: ${reasonOf(error)}`)));
    server.listen(port, options.host, resolve);
  });
  note(io, `listening on http://${options.host}:${(server.address() as AddressInfo).port}`);
  await new Promise<void>((resolve) => {
    const stop = () => {
      server.close(() => resolve());
      server.closeAllConnections();
    };
    if (io.signal.aborted) stop();
    else io.signal.addEventListener('abort', stop, { once: true });
  });
}

/** One NDJSON line, which `explain` and `verify` read. */
function line({ body, ...seen }: Seen): string {
  return JSON.stringify({ ...seen, bytes: body.length, bodyBase64: body.toString('base64') });
}

function describe(io: Io, seen: Seen, details: boolean): string {
  const paint = painter(io);
  const verdict = paint(seen.verdict, seen.verdict === 'valid' ? 'good' : 'bad');
  const why = seen.causes[0] === undefined ? '' : ` (${seen.causes[0].proof}: ${seen.causes[0].code})`;
  const event = harmless(seen.event ?? '(no event)', 80).replace(/\s/g, ' ');
  const head = `${seen.time.slice(11, 19)} #${seen.id} → ${event} ${verdict}${why} ← ${seen.status} ${seen.durationMs} ms`;
  const failure = seen.forwardError === undefined ? '' : `\n  forwarding failed: ${harmless(seen.forwardError)}`;
  if (!details) return head + failure;
  const headers = Object.entries(seen.headers).map(([name, value]) => `  ${name}: ${harmless(value)}`);
  const causes = seen.causes.length === 0 ? [] : [describeCauses(io, seen.causes)];
  return [head + failure, ...causes, ...headers, '', `  ${harmless(seen.body.toString('utf8'))}`].join('\n');
}
