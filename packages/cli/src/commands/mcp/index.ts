import type { Command } from 'commander';
import { type Io, note } from '../../io.js';

const CONFIGURATION = {
  mcpServers: {
    'videocloud-webhooks': {
      command: 'npx',
      args: ['-y', '@videocloud/webhooks-cli', 'mcp'],
      env: { VIDEOCLOUD_WEBHOOK_SECRET: '…', INBOX_URL: 'file:/absolute/path/inbox.db' },
    },
  },
};

/** `mcp`: the tools for assistants, over standard input and output. */
export function addMcpCommand(program: Command, io: Io): void {
  program
    .command('mcp')
    .description('give an assistant read-only tools (Model Context Protocol, stdio)')
    .addHelpText(
      'after',
      `\nIn the configuration of most assistants; each variable is needed by some tools only:\n${JSON.stringify(CONFIGURATION, null, 2)}`,
    )
    .action(async () => {
      if (io.stdin.isTTY)
        note(io, 'note: waiting for an assistant on standard input; see `videocloud-webhooks mcp --help`');
      // Loaded by this command only.
      const { serve } = await import('./server.js');
      await serve(io);
    });
}
