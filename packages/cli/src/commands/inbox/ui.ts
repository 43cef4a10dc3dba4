import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { reasonOf, remote } from '../../failure.js';
import { integer } from '../../input/read.js';
import { harmless, type Io, note, print, printJson, untilAborted } from '../../io.js';
import { callInbox, type InboxCommandOptions, withInbox } from './open.js';

const ADDRESS = '127.0.0.1';

interface UiOptions extends InboxCommandOptions {
  readonly port: string;
  readonly readOnly?: boolean;
}

/** `inbox ui`: the operations page, for this machine only. */
export function addUi(group: Command, io: Io): void {
  withInbox(group.command('ui').description(`serve the operations page on ${ADDRESS} until Ctrl-C`))
    .option('--port <n>', 'its port; 0 takes a free one', '0')
    .option('--read-only', 'the page changes nothing')
    .action(async (options: UiOptions) => {
      const port = integer('--port', options.port, 0, 65_535);
      await callInbox(io, options, async (inbox) => {
        const { createBoard } = await import('@videocloud/webhooks-inbox/board');
        const onError = (error: unknown) => note(io, `note: ${harmless(reasonOf(error))}`);
        let own: readonly string[] = [];
        const board = createBoard(inbox, {
          readOnly: options.readOnly,
          onError,
          // A name of another site that leads to this machine must not open the page.
          authorize: ({ headers }) => own.includes(headers.get('host') ?? ''),
        });
        const server = createServer((request, response) => void board.node(request, response));
        const taken = await listen(server, port);
        own = [`${ADDRESS}:${taken}`, `localhost:${taken}`];
        const page = `http://${ADDRESS}:${taken}/`;
        try {
          if (options.json) printJson(io, { page });
          else print(io, `page  ${page}`);
          await untilAborted(io.signal);
        } finally {
          server.close();
          server.closeAllConnections();
        }
      });
    });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(remote(`the page cannot be served: ${reasonOf(error)}`)));
    server.listen(port, ADDRESS, resolve);
  });
  return (server.address() as AddressInfo).port;
}
