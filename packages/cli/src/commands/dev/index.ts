import { createInterface } from 'node:readline';
import { EVENT_TYPES, generateSecret } from '@videocloud/webhooks';
import type { fixture } from '@videocloud/webhooks/testing';
import { VideoCloud } from '@videocloud/webhooks-client';
import type { Report } from '@videocloud/webhooks-conformance';
import type { ConformanceKit, Inspector } from '@videocloud/webhooks-inspector';
import type { Command } from 'commander';
import { deliveredName } from '../../choices.js';
import { isNamed, reasonOf, usage } from '../../failure.js';
import { httpUrl, integer, requireListenAddress } from '../../input/read.js';
import { readSecrets, type SecretOptions } from '../../input/secrets.js';
import { harmless, type Io, note, painter, print, printJsonLine, untilAborted } from '../../io.js';
import { requireSqlite } from '../../require-sqlite.js';
import { withJson, withSecret } from '../options.js';
import { eventBytes } from '../trigger/event.js';
import { activityLine, activityRecord } from './activity.js';

interface DevOptions extends SecretOptions {
  readonly json?: boolean;
  readonly to?: string;
  readonly port: string;
  readonly pagePort: string;
  readonly pageHost: string;
  readonly allowHost?: string[];
}

const HINT = 'the endpoint must have the secret of this run, or give dev that of the endpoint with --secret-file';

/** Loaded by this command only: it takes half a second. */
async function loadVideoCloud() {
  const [{ checkReceiver, formatReport, listCases }, { createSender }, { createInspector }] = await Promise.all([
    import('@videocloud/webhooks-conformance'),
    import('@videocloud/webhooks-sender'),
    import('@videocloud/webhooks-inspector'),
  ]);
  const conformance: ConformanceKit<Report> = {
    cases: listCases(),
    run: ({ url, ...options }) => checkReceiver(url, { ...options, fast: true }),
    format: formatReport,
  };
  return { createSender, createInspector, conformance };
}

/** `dev`: the reference VideoCloud on this machine, with your endpoint registered. */
export function addDevCommand(program: Command, io: Io): void {
  withJson(
    withSecret(program.command('dev [url]').description('run a local VideoCloud that delivers to your endpoint')),
  )
    .option('--to <url>', 'your endpoint; the same as naming it')
    .option('--port <n>', 'port of its management API; 0 takes a free one', '0')
    .option('--page-port <n>', 'port of its inspector page; 0 takes a free one', '0')
    .option(
      '--page-host <address>',
      'address of the page; with another than loopback, its URL holds a token',
      '127.0.0.1',
    )
    .option('--allow-host <name...>', "host names, besides this machine's own, that page and API answer to")
    .addHelpText(
      'after',
      '\nOpen the page it prints, or type an event name and Enter to deliver it.\n\nExample:\n  videocloud-webhooks dev --to http://localhost:3000/webhooks',
    )
    .action(async (named: string | undefined, options: DevOptions) => {
      if (named !== undefined && options.to !== undefined) {
        throw usage('name the endpoint once: as --to URL or without');
      }
      const address = named ?? options.to;
      const url = address === undefined ? undefined : httpUrl(address);
      const port = integer('--port', options.port, 0, 65_535);
      const pagePort = integer('--page-port', options.pagePort, 0, 65_535);
      requireListenAddress('--page-host', options.pageHost);
      const given = await givenSecret(io, options);
      const secret = given ?? generateSecret();
      requireSqlite('dev');
      const { createSender, createInspector, conformance } = await loadVideoCloud();
      const onError = (error: unknown) => note(io, `error: ${harmless(reasonOf(error))}`);
      // Virtual, so that the page can advance the schedule; it follows real time besides.
      const sender = inputOf('--allow-host', () =>
        createSender({ allowPrivateAddresses: true, clock: 'virtual', hosts: options.allowHost, onError }),
      );
      let inspector: Inspector | undefined;
      try {
        const { url: api } = await sender.listen(port);
        inspector = createInspector({ sender, apiUrl: api, conformance, hosts: options.allowHost, onError });
        const { url: page } = await inspector.listen(pagePort, options.pageHost);
        const { webhooks } = new VideoCloud({ baseUrl: api });
        const events = [...EVENT_TYPES];
        const webhook = url === undefined ? undefined : (await webhooks.create({ url: url.href, events, secret })).id;
        // A secret made for this run may be shown; a configured one never is.
        const shown = given === undefined ? secret : undefined;
        if (options.json) printJsonLine(io, { type: 'ready', page, api, webhook, secret: shown });
        else {
          print(io, `page            ${page}\nmanagement API  ${api}`);
          print(
            io,
            `webhook         ${webhook === undefined ? 'none: give your endpoint' : `${webhook} → ${url?.href}`}`,
          );
          print(io, `secret          ${shown === undefined ? 'the one you gave' : `${shown}  (for this run only)`}`);
          note(io, 'type an event name and Enter to deliver it; Ctrl-C ends');
        }
        const paint = painter(io);
        let hinted = false;
        sender.subscribe((activity) => {
          const line = options.json ? undefined : activityLine(activity, paint);
          if (options.json) printJsonLine(io, activityRecord(activity));
          else if (line !== undefined) print(io, line);
          if (hinted || activity.type !== 'attempt_finished' || activity.delivery.responseCode !== 401) return;
          hinted = true;
          note(io, `note: 401 refuses the signature: ${HINT}; the page says why`);
        });
        await deliverTyped(io, async (line) => {
          const event = deliveredName(line);
          const { data } = JSON.parse(eventBytes(event, [], true).toString('utf8')) as ReturnType<typeof fixture>;
          const { deliveryIds } = await sender.emit({ event, data });
          if (deliveryIds.length === 0) note(io, `note: no active webhook is subscribed to ${event}`);
        });
      } finally {
        await inspector?.close();
        await sender.close();
      }
    });
}

/** Wrong input of an option that the work checks itself: it ends the command as any other wrong option. */
function inputOf<T>(option: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isNamed(error, 'TypeError') ? usage(`${option}: ${reasonOf(error)}`) : error;
  }
}

async function givenSecret(io: Io, options: DevOptions): Promise<string | undefined> {
  const isGiven =
    options.secretFile !== undefined || options.secret !== undefined || io.env.VIDEOCLOUD_WEBHOOK_SECRET !== undefined;
  return isGiven ? (await readSecrets(io, options))[0] : undefined;
}

/** Reads event names line by line until Ctrl-C; a piped list that ends leaves the sender running until then. */
async function deliverTyped(io: Io, deliver: (line: string) => Promise<void>): Promise<void> {
  const lines = createInterface({ input: io.stdin, terminal: false });
  lines.on('line', (line) => {
    const name = line.trim();
    if (name !== '') deliver(name).catch((error: unknown) => note(io, `error: ${harmless(reasonOf(error))}`));
  });
  // Under `nohup` there is nothing to read from, and a terminal may be closed: the sender goes on.
  lines.on('error', (error) => note(io, `note: event names cannot be typed: ${harmless(reasonOf(error))}`));
  await untilAborted(io.signal);
  lines.close();
}
