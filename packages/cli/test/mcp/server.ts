import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, expect } from 'vitest';
import { BIN, dir, expected, SECRET } from '../harness.js';

export const TOKEN = 'mcp-token-0123456789';
const PASSWORD = 'inbox-Passw0rd';
export const INBOX_WITH_PASSWORD = `postgres://user:${PASSWORD}@127.0.0.1:1/db`;

/** Whatever the servers of this test file sent. */
const messages: string[] = [];
afterAll(() => {
  const all = messages.join('\n');
  for (const secret of [SECRET, TOKEN, PASSWORD, ...expected]) expect(all).not.toContain(secret);
});

export interface Called {
  readonly error: boolean;
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
}

export interface McpServer {
  readonly client: Client;
  call(name: string, input?: Record<string, unknown>): Promise<Called>;
  /** The text of a call that must fail. */
  refused(name: string, input?: Record<string, unknown>): Promise<string>;
}

/** The built command with the SDK's own client; closed after the tests of the file. */
export async function startMcp(env: Record<string, string> = {}): Promise<McpServer> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [BIN, 'mcp'],
    env: { PATH: process.env.PATH ?? '', HOME: dir, ...env },
    stderr: 'pipe',
  });
  transport.stderr?.on('data', (data) => messages.push(String(data)));
  await client.connect(transport);
  const handle = transport.onmessage;
  transport.onmessage = (message) => {
    messages.push(JSON.stringify(message));
    handle?.(message);
  };
  afterAll(() => client.close());
  // So that the client checks structured results against the output schemas.
  await client.listTools();

  const call = async (name: string, input: Record<string, unknown> = {}): Promise<Called> => {
    const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: input }));
    const [content] = result.content;
    if (result.content.length !== 1 || content?.type !== 'text') throw new Error('not one text');
    return { error: result.isError === true, text: content.text, structured: result.structuredContent };
  };
  return {
    client,
    call,
    refused: async (name, input) => {
      const { error, text, structured } = await call(name, input);
      expect({ error, structured }, text).toEqual({ error: true, structured: undefined });
      expect(text).not.toMatch(/\p{Cc}|--\w/u);
      return text;
    },
  };
}
