import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cli, expected, hmac, put, startEndpoint } from './harness.js';

const endpoint = await startEndpoint();
const { url, received } = endpoint;

describe('trigger', () => {
  it('sends signed, fresh and byte-exact', async () => {
    received.length = 0;
    const runs = [
      await cli(['trigger', 'video.uploaded', url]),
      await cli(['trigger', 'video.uploaded', url, '--json']),
    ];
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    for (const { headers, body } of received) expect(headers['x-videocloud-signature']).toBe(hmac(body));
    expect(received[0]?.body.equals(received[1]?.body ?? Buffer.alloc(0))).toBe(false);
    expect(Date.now() - Date.parse(JSON.parse(String(received[0]?.body)).timestamp)).toBeLessThan(60_000);
    expect(JSON.parse(runs[1]?.out ?? '')).toMatchObject({ status: 200, body: 'answer', event: 'video.uploaded' });
  });

  it('repeats with --same, sets members, sends files, many at once', async () => {
    received.length = 0;
    await cli([
      'trigger',
      'user.deleted',
      url,
      '--same',
      '--count',
      '3',
      '--concurrency',
      '3',
      '--set',
      'data.more.deep=[1]',
    ]);
    expect(new Set(received.map(({ body }) => body.toString()))).toHaveLength(1);
    expect(JSON.parse(String(received[0]?.body)).data).toEqual({ userId: 'usr_123456', more: { deep: [1] } });
    const many = await cli(['trigger', 'user.deleted', url, '--count', '30', '--concurrency', '8', '--json']);
    expect(JSON.parse(many.out)).toHaveLength(30);
    received.length = 0;
    await cli(['trigger', 'user.deleted', url, '--body', put('bytes', Buffer.from([0xff, 1]))]);
    expect(received[0]?.body).toEqual(Buffer.from([0xff, 1]));
  });

  it('keeps only the beginning of each answer: 200 of 1 MiB do not stay in memory', async () => {
    const server = createServer((_, response) => response.end(Buffer.alloc(1024 * 1024, 'x')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const atExit = "process.on('exit', () => console.error(process.resourceUsage().maxRSS + ' KiB at most'))";
    const env = { NODE_OPTIONS: `--import ${put('memory.mjs', atExit)}` };
    const { code, err } = await cli(['trigger', 'video.deleted', address, '--count', '200', '--json'], { env });
    server.close();
    expect(code).toBe(0);
    expect(Number(/(\d+) KiB at most/.exec(err)?.[1])).toBeLessThan(300 * 1024);
  });

  it.each(['body', 'signature', 'reserialize', 'unsigned'])(
    '--tamper %s is not what was signed, and exits 0',
    async (how) => {
      received.length = 0;
      endpoint.status = 401;
      const ran = await cli(['trigger', 'video.uploaded', url, '--tamper', how]);
      endpoint.status = 200;
      expect(ran.code).toBe(0);
      expect(ran.out).toContain('refused, as it must be');
      const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received;
      expected.push(hmac(body));
      expect(headers['x-videocloud-signature']).not.toBe(hmac(body));
      expect(() => JSON.parse(String(body))).not.toThrow();
    },
  );

  it.each([
    [400, 0],
    [401, 0],
    [403, 0],
    [422, 0],
    [302, 1],
    [404, 1],
    [405, 1],
    [429, 1],
    [500, 1],
    [503, 1],
  ])('a forgery answered %i ends with %i: only what refuses it proves something', async (answer, code) => {
    endpoint.status = answer;
    const ran = await cli(['trigger', 'video.uploaded', url, '--tamper', 'unsigned']);
    endpoint.status = 200;
    expect([ran.code, ran.out]).toEqual([
      code,
      expect.stringContaining(code === 0 ? 'refused, as' : 'nothing is proven'),
    ]);
  });

  it.each(['{}', '[]', '1', '"x"', '{"a":1}'])(
    '--tamper reserialize of %s changes the bytes, not the value',
    async (text) => {
      received.length = 0;
      await cli(['trigger', 'video.uploaded', url, '--tamper', 'reserialize', '--body', put('tampered.json', text)]);
      const sent = String(received[0]?.body);
      expect(sent).not.toBe(text);
      expect(JSON.parse(sent)).toEqual(JSON.parse(text));
    },
  );

  it('exits 1 when a forgery is accepted', async () => {
    endpoint.status = 200;
    const ran = await cli(['trigger', 'video.uploaded', url, '--tamper', 'body']);
    expect([ran.code, ran.out]).toEqual([1, expect.stringContaining('ACCEPTED A FORGERY')]);
  });

  it.each([
    [401, 1],
    [500, 1],
    [302, 1],
    [204, 0],
  ])('answer %i ends with %i', async (answer, code) => {
    endpoint.status = answer;
    expect((await cli(['trigger', 'video.uploaded', url])).code).toBe(code);
    endpoint.status = 200;
  });

  it.each([
    ['another protocol', 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc', 101],
    ['no status of an answer', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n', 99],
  ])('an answer with %s is none, and that is said', async (_name, answer, status) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end(answer));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const ran = await cli(['trigger', 'video.uploaded', target]);
    server.close();
    expect(ran).toMatchObject({ code: 3, err: '', out: expect.stringContaining(`with the status ${status}`) });
  });

  it('ends with 3 where nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await cli(['trigger', 'video.uploaded', `http://127.0.0.1:${port}/`])).toMatchObject({ code: 3 });
  });
});
