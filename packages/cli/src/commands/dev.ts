import { createInterface } from 'node:readline';
import { EVENT_TYPES, generateSecret } from '@videocloud/webhooks';
import type { fixture } from '@videocloud/webhooks/testing';
import { VideoCloud } from '@videocloud/webhooks-client';
import type { ConformanceKit, Inspector } from '@videocloud/webhooks-inspector';
import type { Command } from 'commander';
import { deliveredName } from '../catalog.js';
import { reasonOf, usage } from '../failure.js';
import { httpUrl, integer } from '../input/read.js';
import { readSecrets, type SecretOptions } from '../input/secrets.js';
import { harmless, type Io, note, print } from '../io.js';
import { requireSqlite } from '../native.js';
import { withJson, withSecret } from './options.js';
import { eventBytes } from './trigger/event.js';

interface DevOptions extends SecretOptions {
  readonly json?: boolean;
  readonly to?: string;
  readonly port: string;
  readonly pagePort: string;
  readonly pageHost: string;
  readonly allowHost?: string[];
}

/** Loaded by this verb alone: half a second that no other should wait for. */
async function loadVideoCloud() {
  const [{ checkReceiver, listCases }, { createSender }, { createInspector }] = await Promise.all([
    import('@videocloud/webhooks-conformance'),
    import('@videocloud/webhooks-sender'),
    import('@videocloud/webhooks-inspector'),
  ]);
  const conformance: ConformanceKit = {
    cases: listCases(),
    run: ({ url, ...options }) => checkReceiver(url, { ...options, fast: true }),
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
      if (named !== undefined && options.to !== undefined)
        throw usage('name the endpoint once: as --to URL or without');
      const address = named ?? options.to;
      const url = address === undefined ? undefined : httpUrl(address);
      const port = integer('--port', options.port, 0, 65_535);
      const pagePort = integer('--page-port', options.pagePort, 0, 65_535);
      const given =
        options.secretFile !== undefined ||
        options.secret !== undefined ||
        io.env.VIDEOCLOUD_WEBHOOK_SECRET !== undefined;
      const secret = given ? ((await readSecrets(io, options))[0] ?? '') : generateSecret();
      requireSqlite('dev');
      const { createSender, createInspector, conformance } = await loadVideoCloud();
      // Virtual, so that the page can go forward in the schedule; it flows with real time besides.
      const sender = createSender({ allowPrivateAddresses: true, clock: 'virtual', hosts: options.allowHost });
      let inspector: Inspector | undefined;
      try {
        const { url: baseUrl } = await sender.listen(port);
        inspector = createInspector({ sender, apiUrl: baseUrl, conformance, hosts: options.allowHost });
        const { url: page } = await inspector.listen(pagePort, options.pageHost);
        const { webhooks } = new VideoCloud({ baseUrl });
        const events = [...EVENT_TYPES];
        const id = url === undefined ? undefined : (await webhooks.create({ url: url.href, events, secret })).id;
        // Made here for this run alone, and of no use elsewhere; one that was configured is never shown.
        const fresh = given ? {} : { secret };
        if (options.json) print(io, JSON.stringify({ type: 'ready', page, api: baseUrl, webhook: id, ...fresh }));
        else {
          print(
            io,
            `page            ${page}\nmanagement API  ${baseUrl}\nwebhook         ${id === undefined ? 'none: give your endpoint' : `${id} → ${url?.href}`}`,
          );
          print(io, given ? 'secret          the one you gave' : `secret          ${secret}  (for this run only)`);
          note(io, 'type an event name and Enter to deliver it; Ctrl-C ends');
        }
        sender.subscribe((activity) => {
          if (options.json) print(io, JSON.stringify(activity, withoutBytes));
          else print(io, harmless(summaryOf(activity), 400));
        });
        await deliverTyped(io, async (line) => {
          const event = deliveredName(line);
          const { data } = JSON.parse(eventBytes(event, [], true).toString('utf8')) as ReturnType<typeof fixture>;
          await sender.emit({ event, data });
        });
      } finally {
        await inspector?.close();
        await sender.close();
      }
    });
}

const withoutBytes = (_name: string, value: unknown) => (value instanceof Uint8Array ? undefined : value);

/** Name and short members of whatever the sender reports. */
function summaryOf(activity: object): string {
  const parts = Object.values(activity).map((value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    if (typeof value !== 'object' || value === null) return '';
    const shown = ['id', 'event', 'status', 'responseCode', 'error', 'number'];
    return Object.entries(value)
      .filter(([name, member]) => shown.includes(name) && (typeof member === 'string' || typeof member === 'number'))
      .map(([, member]) => String(member))
      .join(' ');
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** Reads event names line by line until Ctrl-C; a piped list that ends leaves the sender running until then. */
function deliverTyped(io: Io, deliver: (line: string) => Promise<void>): Promise<void> {
  const lines = createInterface({ input: io.stdin, terminal: false });
  lines.on('line', (line) => {
    const name = line.trim();
    if (name !== '') deliver(name).catch((error: unknown) => note(io, `error: ${reasonOf(error)}`));
  });
  return new Promise((resolve) => {
    const stop = () => {
      lines.close();
      resolve();
    };
    if (io.signal.aborted) stop();
    else io.signal.addEventListener('abort', stop, { once: true });
  });
}
