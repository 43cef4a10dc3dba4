import { describe, expect, it } from 'vitest';
import { cli, start } from '../harness.js';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const called = (id: number, name: string, input: unknown = {}) =>
  ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input } }) as const;
const lines = (...messages: unknown[]) =>
  messages.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');

describe('mcp as a process', () => {
  it('answers what was asked before standard input ended, and exits 0', async () => {
    const input = lines(
      INITIALIZE,
      called(2, 'list_events'),
      called(3, 'explain_request', { body: '{}', signature: '' }),
    );
    const { code, out, err } = await cli(['mcp'], { input });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).id)
        .sort(),
    ).toEqual([1, 2, 3]);
  });

  it('exits 0 when nothing was asked, and 130 on Ctrl-C', async () => {
    expect(await cli(['mcp'])).toEqual({ code: 0, out: '', err: '' });
    const running = start(['mcp'], { open: true });
    running.type(lines(INITIALIZE));
    await running.said(/"id":1/);
    running.kill('SIGINT');
    expect((await running.done).code).toBe(130);
  });

  it('writes the protocol alone to standard output, whatever comes in', async () => {
    const nested = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const garbage = [
      'garbage',
      '{}',
      '[]',
      'null',
      '{"jsonrpc":"2.0"}',
      nested,
      '\u0000\u001b[2J',
      '{"jsonrpc":"1.0","id":9}',
    ];
    const deep = `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_events","arguments":{"a":${nested}}}}`;
    const { code, out, err } = await cli(['mcp'], {
      input: lines(...garbage, INITIALIZE, deep, called(3, 'list_events')),
    });
    expect(code).toBe(0);
    const answers = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.every(({ jsonrpc }) => jsonrpc === '2.0')).toBe(true);
    expect(answers.find(({ id }) => id === 2)).toMatchObject({ result: { isError: true } });
    expect(answers.find(({ id }) => id === 3)).toMatchObject({ result: { structuredContent: { events: {} } } });
    expect(err).toMatch(/^(note: a message of the client was not understood\n)+$/);
  });

  it('ends with an error when a message is over 10 MiB, whether it ends or not', async () => {
    const { code, out, err } = await cli(['mcp'], { input: `{"jsonrpc":"${'x'.repeat(11 * 1024 * 1024)}` });
    expect({ code, out, err }).toEqual({
      code: 2,
      out: '',
      err: 'error: the client sent a message of more than 10 MiB\n',
    });
  });

  it('its help shows the configuration', async () => {
    expect((await cli(['mcp', '--help'])).out).toContain('"args": [');
  });
});
