import { readdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cli, dir, hmac, path, put, type Running, SECRET, start } from './harness.js';

const BODY = '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_1"}}';
const signed = (body: string) => ({ 'x-videocloud-signature': hmac(body), 'content-type': 'application/json' });
const MISMATCH = { 'x-videocloud-signature': 'b'.repeat(64) };
const ESC = '\u001b';

let started: Running[] = [];
afterEach(async () => {
  for (const one of started) one.kill('SIGINT');
  await Promise.all(started.map(({ done }) => done));
  started = [];
});

async function listen(...options: string[]) {
  const running = start(['listen', '--port', '0', ...options], { open: true });
  started.push(running);
  return { running, url: await running.said(/listening on (http:\S+)/) };
}

const post = (url: string, body: string | Uint8Array, headers: Record<string, string>) =>
  fetch(url, { method: 'POST', body, headers, redirect: 'manual' });

let answerWith: (request: IncomingMessage, response: ServerResponse) => void;
const endpoint = createServer((incoming, response) => {
  incoming.resume().on('end', () => answerWith(incoming, response));
});
let endpointUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  endpointUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hooks`;
});
afterAll(() => void endpoint.close());

describe('what a stranger sends', () => {
  it('never passes for a line of ours', async () => {
    const { running, url } = await listen('--details', '--log', path('forged.db'));
    const forged = '00:00:00 #9 → video.uploaded valid ← 200 1 ms';
    const event = `x\n${forged}\r\n\t${ESC}[2K\u202e\u2028${forged}\u009b31m`;
    const body = `${JSON.stringify({ event })}\n${forged}\r${ESC}[1A${ESC}[31m\u0085${forged}\u2029${forged}\u202e\n`;
    expect((await post(url, body, { ...MISMATCH, 'x-note': '\u009b31mred' })).status).toBe(401);
    await post(url, BODY, signed(BODY));
    await running.said(/#2 → video\.deleted/);
    running.kill('SIGINT');
    const { out } = await running.done;
    expect(out).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const lines = out.split('\n');
    expect(lines.filter((line) => line.startsWith('00:00:00'))).toEqual([]);
    expect(lines.filter((line) => /^\d\d:\d\d:\d\d #\d+ → /.test(line))).toHaveLength(2);
    expect(lines.filter((line) => line.includes(forged)).every((line) => /^ {2}|^\d\d:\d\d:\d\d #1 /.test(line))).toBe(
      true,
    );
  });

  it('has no character in --json that acts on a terminal', async () => {
    const { running, url } = await listen('--json', '--log', path('forged-json.db'));
    const body = JSON.stringify({ event: `a${ESC}[31m\u009b\u202e\u2028\n` });
    await post(url, body, { ...MISMATCH, 'x-note': '\u009b31mred' });
    const line = await running.said(/(\{.*\})\n/);
    expect(line).not.toMatch(/[^ -~]/);
    expect(JSON.parse(line)).toMatchObject({ event: JSON.parse(body).event, headers: { 'x-note': '\u009b31mred' } });
  });

  it('freezes nothing: others are answered, and Ctrl-C ends it', async () => {
    const { running, url } = await listen('--log', path('freeze.db'));
    const hostile = [
      '1\r\na\r\n-6\r\n',
      `${'['.repeat(30_000)}`,
      `{"a":"a${'\u0315\u0300'.repeat(200_000)}"}`,
      '='.repeat(1_000_000),
    ];
    const answers = await Promise.all(
      [...hostile, ...hostile, ...hostile, ...hostile, ...hostile].map((body) => post(url, body, MISMATCH)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect((await post(url, BODY, signed(BODY))).status).toBe(200);
    running.kill('SIGINT');
    expect((await running.done).code).toBe(130);
  });

  it('is refused with 413 when it is too long, in one piece or in many', async () => {
    const { running, url } = await listen('--log', path('long.db'));
    expect(await statusOf(url, Buffer.alloc(1024 * 1024 + 1))).toBe(413);
    expect(await statusOf(url, Buffer.alloc(20_000), 1)).toBe(401);
    await running.said(/body_too_large/);
    expect((await post(url, BODY, signed(BODY))).status).toBe(200);
  });

  it('keeps nobody out for long: connections that stall are ended', { timeout: 60_000 }, async () => {
    const { url } = await listen();
    const { hostname, port } = new URL(url);
    const stalled = ['POST / HTTP/1.1\r\nhost: x', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{'];
    const ended = stalled.map((sent) => {
      const socket = connect(Number(port), hostname, () => void socket.write(sent));
      socket.on('error', () => undefined).resume();
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.all(ended);
    expect((await post(url, BODY, signed(BODY))).status).toBe(200);
  });

  it('may end in the middle', async () => {
    const { running, url } = await listen('--log', path('gone.db'));
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc', () => socket.destroy());
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await post(url, BODY, signed(BODY))).status).toBe(200);
    await running.said(/#1 → video\.deleted/);
  });
});

describe('the log', () => {
  it('is shared by two processes without losing a request, and that is said', async () => {
    const first = await listen();
    const second = await listen();
    await second.running.said(/another listen \(process \d+\)/);
    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, at) => post(at % 2 ? first.url : second.url, BODY, signed(BODY))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    answerWith = (_request, response) => void response.end();
    const replayed = await Promise.all(
      [1, 120].map((id) => cli(['listen', '--replay', String(id), '--forward-to', endpointUrl])),
    );
    expect(replayed.map(({ code }) => code)).toEqual([0, 0]);
    const folder = `${dir}/.local/state/videocloud-webhooks`;
    for (const name of readdirSync(folder)) expect(statSync(`${folder}/${name}`).mode & 0o777).toBe(0o600);
  });

  it('that another program holds, or that cannot be opened, fails no delivery', async () => {
    const file = put('not-a-database', 'x'.repeat(5_000));
    expect(await cli(['listen', '--log', file])).toMatchObject({ code: 2 });
    const running = start(['listen', '--port', '0'], { open: true, env: { XDG_STATE_HOME: put('a-file', '') } });
    started.push(running);
    const url = await running.said(/listening on (http:\S+)/);
    await running.said(/requests are not kept/);
    expect((await post(url, BODY, signed(BODY))).status).toBe(200);
    await running.said(/#- → video\.deleted/);
  });
});

describe('--forward-to', () => {
  it('passes the answer on with its headers, but for those of the connection', async () => {
    const { url } = await listen('--log', path('forward.db'), '--forward-to', endpointUrl);
    const seen: IncomingMessage[] = [];
    answerWith = (incoming, response) => {
      seen.push(incoming);
      response.writeHead(307, [
        ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Location', '/elsewhere', 'X-Custom', 'é'],
        ...['Retry-After', '7', 'Connection', 'close, x-hop', 'X-Hop', 'gone', 'Content-Encoding', 'gzip'],
      ]);
      response.end(Buffer.from([0x1f, 0x8b, 0, 255]));
    };
    const answer = await raw(url, BODY, { ...signed(BODY), Connection: 'x-mine', 'X-Mine': 'gone', 'X-Kept': 'é' });
    expect(answer.status).toBe(307);
    expect(answer.headers).toMatchObject({ location: '/elsewhere', 'retry-after': '7', 'content-encoding': 'gzip' });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers['x-hop']).toBeUndefined();
    expect(answer.body).toEqual(Buffer.from([0x1f, 0x8b, 0, 255]));
    expect(seen[0]?.headers).toMatchObject({ 'x-kept': 'é', 'x-videocloud-signature': hmac(BODY) });
    expect(seen[0]?.headers['x-mine']).toBeUndefined();
  });

  it('cuts an answer without end, and says so', async () => {
    const { running, url } = await listen('--log', path('endless.db'), '--forward-to', endpointUrl);
    answerWith = (_request, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more).on('close', () => response.destroy());
      more();
    };
    const answer = await post(url, BODY, signed(BODY));
    expect((await answer.arrayBuffer()).byteLength).toBe(1024 * 1024);
    await running.said(/over 1 MiB/);
  });

  it('answers 502 where nothing listens', async () => {
    const { running, url } = await listen('--log', path('nobody.db'), '--forward-to', 'http://127.0.0.1:1/');
    expect((await post(url, BODY, signed(BODY))).status).toBe(502);
    await running.said(/forwarding failed: .*ECONNREFUSED/);
  });
});

describe('a secret file', () => {
  const verify = (file: string) =>
    cli(['verify', put('signed.json', BODY), '--signature', hmac(BODY), '--secret-file', file], {
      env: { VIDEOCLOUD_WEBHOOK_SECRET: undefined },
    });
  it('may begin with a byte order mark and end with a newline, which is said', async () => {
    const ran = await verify(put('bom.txt', `\ufeff${SECRET}\r\n`));
    expect(ran).toMatchObject({ code: 0, out: 'valid\n' });
    expect(ran.err).toMatch(/byte order mark.*\n.*newline/);
  });

  it('in UTF-16 is refused with what to do', async () => {
    const ran = await verify(put('utf16.txt', Buffer.from(`\ufeff${SECRET}`, 'utf16le')));
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/UTF-16.*save it as UTF-8/);
  });
});

/** The status of a request that is written in pieces of `size` bytes. */
function statusOf(url: string, body: Buffer, size = body.length): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers: MISMATCH }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.on('error', reject);
    for (let at = 0; at < body.length; at += size) outgoing.write(body.subarray(at, at + size));
    outgoing.end();
  });
}

/** An exchange without what fetch does to headers and bodies. */
function raw(url: string, body: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
    outgoing.on('error', reject).end(Buffer.from(body));
  });
}
