import { createHmac, timingSafeEqual } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DELIVERED_EVENT_TYPES } from '@videocloud/webhooks';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUMMARIES } from '../../webhooks/src/generated/summaries.js';
import { allOutput, cli, dir, expected, hmac, path, put, SECRET, SECRET_FILE, start } from './harness.js';

const BODY =
  '{"event": "video.deleted", "timestamp": "2024-03-31T12:00:00Z", "data": {"videoId": "vid_1", "ratio": 1.0}}';
const COMPACT = JSON.stringify(JSON.parse(BODY));
const SIGNATURE = hmac(BODY);
expected.push(hmac(COMPACT));

let server: Server;
let url = '';
const received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
let status = 200;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterAll(() => {
  server.close();
});

describe('sign, verify, explain', () => {
  it('signs bytes from a file and from standard input', async () => {
    const file = put('body.json', BODY);
    expect(await cli(['sign', file], { unrecorded: true })).toMatchObject({ code: 0, out: `${SIGNATURE}\n`, err: '' });
    const binary = Buffer.from([0xff, 0, 0x0a]);
    const piped = await cli(['sign', '-', '--json', '--secret-file', SECRET_FILE], { input: binary, unrecorded: true });
    expect(JSON.parse(piped.out)).toEqual({ signature: hmac(binary) });
    expect(piped.err).toContain('newline at the end');
  });

  it('verifies', async () => {
    const file = put('body.json', BODY);
    expect(await cli(['verify', file, '--signature', SIGNATURE])).toMatchObject({ code: 0, out: 'valid\n' });
    const bad = await cli(['verify', '-', '--signature', SIGNATURE, '--json'], { input: COMPACT });
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toEqual({ ok: false, code: 'signature_mismatch' });
  });

  const base64 = Buffer.from(BODY).toString('base64');
  it.each([
    ['raw HTTP', `POST /hooks HTTP/1.1\r\nHost: x\r\nX-VideoCloud-Signature: ${SIGNATURE}\r\n\r\n${BODY}`],
    ['curl', `curl -X POST 'http://x/hooks' -H 'X-VideoCloud-Signature: ${SIGNATURE}' \\\n  --data-raw '${BODY}'`],
    [
      'curl with $',
      `curl http://x -H $'x-videocloud-signature: ${SIGNATURE}' --data-binary $'${BODY.replace('vid', '\\u0076id')}'`,
    ],
    [
      'HAR',
      JSON.stringify({
        log: {
          entries: [
            { request: { headers: [{ name: 'X-VideoCloud-Signature', value: SIGNATURE }], postData: { text: BODY } } },
          ],
        },
      }),
    ],
    [
      'NDJSON',
      `{"id":1}\n${JSON.stringify({ id: 2, headers: { 'x-videocloud-signature': SIGNATURE }, bodyBase64: base64 })}\n`,
    ],
  ])('reads %s', async (_name, text) => {
    expect(await cli(['verify', put('captured', text)])).toMatchObject({ code: 0, out: 'valid\n' });
  });

  it('explains with proof and fix', async () => {
    const file = put('rewritten.json', COMPACT);
    const human = await cli(['explain', file, '--signature', SIGNATURE, '--framework', 'express']);
    expect(human.code).toBe(1);
    expect(human.out).toMatch(/proven {2}body_reserialized[\s\S]*fix: .*express\.json\(\)/);
    const json = await cli(['explain', file, '--signature', SIGNATURE, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      valid: false,
      causes: [{ code: 'body_reserialized', proof: 'proven' }],
    });
    expect((await cli(['explain', put('body.json', BODY), '--signature', SIGNATURE])).code).toBe(0);
  });
});

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

  it.each(['body', 'signature', 'reserialize', 'unsigned'])(
    '--tamper %s is not what was signed, and exits 0',
    async (how) => {
      received.length = 0;
      status = 401;
      const ran = await cli(['trigger', 'video.uploaded', url, '--tamper', how]);
      status = 200;
      expect(ran.code).toBe(0);
      const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = received;
      expected.push(hmac(body));
      expect(headers['x-videocloud-signature']).not.toBe(hmac(body));
      expect(() => JSON.parse(String(body))).not.toThrow();
    },
  );

  it.each([
    [401, 1],
    [500, 1],
    [302, 1],
    [204, 0],
  ])('answer %i ends with %i', async (answer, code) => {
    status = answer;
    expect((await cli(['trigger', 'video.uploaded', url])).code).toBe(code);
    status = 200;
  });

  it('ends with 3 where nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect(await cli(['trigger', 'video.uploaded', `http://127.0.0.1:${port}/`])).toMatchObject({ code: 3 });
  });
});

it('the guide’s own Express sample in front of trigger: explain proves body_reserialized', async () => {
  const captured: { payload: string; headers: IncomingHttpHeaders }[] = [];
  const app = express();
  app.use(express.json());
  app.post('/webhooks', (req, res) => {
    const payload = JSON.stringify(req.body);
    captured.push({ payload, headers: req.headers });
    const signature = String(req.headers['x-videocloud-signature']);
    const calculated = createHmac('sha256', SECRET).update(payload).digest('hex');
    const good = timingSafeEqual(Buffer.from(calculated, 'hex'), Buffer.from(signature, 'hex'));
    res.status(good ? 200 : 401).send(good ? 'OK' : 'Invalid signature');
  });
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const target = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/webhooks`;
  for (const tweak of ['spaces', '1.0', '\\/', '\\u00e9', 'newline']) {
    const body = {
      spaces: BODY,
      '1.0': COMPACT.replace('"ratio":1', '"ratio":1.0'),
      '\\/': COMPACT.replace('vid_1', 'a\\/b'),
      '\\u00e9': COMPACT.replace('vid_1', '\\u00e9'),
      newline: `${COMPACT}\n`,
    }[tweak] as string;
    const ran = await cli(['trigger', 'video.deleted', target, '--body', put('sent.json', body)]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.out).toContain('Invalid signature');
    const { payload = '', headers = {} } = captured.at(-1) ?? {};
    expected.push(hmac(payload));
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const seen = put('seen.http', `POST /webhooks HTTP/1.1\r\n${head.join('')}\r\n${payload}`);
    const explained = await cli(['explain', seen]);
    expect(explained.code).toBe(1);
    expect(explained.out).toMatch(/proven {2}body_reserialized[\s\S]*Express: mount webhookHandler/);
  }
  listening.close();
});

describe('listen', () => {
  it('verifies, diagnoses, keeps, forwards byte for byte, replays, ends on Ctrl-C', async () => {
    const log = path('log.db');
    const listening = start(['listen', '--port', '0', '--log', log, '--forward-to', url, '--json']);
    const address = await listening.said(/listening on (http:\S+)/);
    received.length = 0;
    const body = Buffer.from(`${BODY}\n`);
    const headers = { 'content-type': 'application/json', 'x-videocloud-signature': hmac(body) };
    expect((await fetch(address, { method: 'POST', body, headers })).status).toBe(200);
    await fetch(address, {
      method: 'POST',
      body: COMPACT,
      headers: { ...headers, 'x-videocloud-signature': SIGNATURE },
    });
    await listening.said(/body_reserialized/);
    listening.kill('SIGINT');
    const { code, out } = await listening.done;
    expect(code).toBe(130);
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ id: 1, verdict: 'valid', status: 200, event: 'video.deleted' });
    expect(second).toMatchObject({
      verdict: 'signature_mismatch',
      causes: [{ code: 'body_reserialized', proof: 'proven' }],
    });
    expect(received[0]?.body.equals(body)).toBe(true);
    expect(received[0]?.headers['x-videocloud-signature']).toBe(hmac(body));
    expect((await cli(['explain', put('log.ndjson', out)])).out).toContain('body_reserialized');
    expect((await cli(['listen', '--replay', '1', '--forward-to', url, '--log', log])).code).toBe(0);
    expect(received.at(-1)?.body.equals(body)).toBe(true);
    expect((await cli(['listen', '--replay', '99', '--forward-to', url, '--log', log])).code).toBe(2);
  });
});

describe('types, check, dev, completion', () => {
  it('types', async () => {
    const rows = JSON.parse((await cli(['types', '--json'])).out);
    expect(rows.map((row: { event: string }) => row.event)).toEqual([...DELIVERED_EVENT_TYPES]);
    expect(rows.filter((row: { subscribable: boolean }) => row.subscribable)).toHaveLength(13);
    for (const row of rows) expect(row.meaning).toBe(SUMMARIES[row.event as keyof typeof SUMMARIES]);
    expect(JSON.parse((await cli(['types', 'video.processed', '--sample'])).out).event).toBe('video.processed');
  });

  it('check fails an endpoint that accepts everything', async () => {
    const ran = await cli(['check', url, '--fast', '--only', 'signature', '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ failed: expect.any(Number) });
  });

  it.each([
    ['a closed port', 'http://127.0.0.1:1/hooks', []],
    ['a closed port, asked for JSON', 'http://127.0.0.1:1/hooks', ['--json']],
    ['a name that does not resolve', 'http://no-such-host.invalid/hooks', ['--i-own-this-host']],
    ['plain HTTP where TLS was asked for', 'https://127.0.0.1:PORT/hooks', []],
  ])('check ends with 3 and says so in one line: %s', async (_what, address, more) => {
    const target = address.replace('PORT', new URL(url).port);
    const { code, out, err } = await cli(['check', target, '--fast', ...more]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toBe(`error: Nothing answers at ${target}: start the endpoint, and check host, port and TLS.\n`);
  });

  it('dev registers, delivers what is typed, ends on Ctrl-C', async () => {
    received.length = 0;
    const dev = start(['dev', url, '--json'], { open: true });
    await dev.said(/"type":"ready"/);
    dev.type('video.deleted\nnonsense\n');
    await dev.said(/attempt_finished/);
    await dev.said(/unknown event "nonsense"/);
    dev.kill('SIGINT');
    expect((await dev.done).code).toBe(130);
    expect(received[0]?.headers['x-videocloud-signature']).toBe(hmac(received[0]?.body ?? ''));
  });

  it.each(['bash', 'zsh', 'fish'])('completion for %s names every verb', async (shell) => {
    const { code, out } = await cli(['completion', shell]);
    expect(code).toBe(0);
    for (const verb of ['explain', 'trigger', 'rotate', 'video.processed']) expect(out).toContain(verb);
  });
});

describe('malformed input: one line and exit code 2', () => {
  const body = put('some.json', BODY);
  const wrong = put('wrong.yaml', 'webhooks: [{url: "http://x", events: [video.nope]}]');
  const leaky = put('leaky.yaml', 'webhooks: [{url: "http://x", events: [video.uploaded], secret: abc}]');
  const blank = put('blank.txt', '\n');
  it.each([
    [[]],
    [['nonsense']],
    [['sign']],
    [['sign', path('absent')]],
    [['sign', dir]],
    [['sign', body, '--what']],
    [['sign', body, '--secret-file', path('absent')]],
    [['sign', body, '--secret-file', blank]],
    [['sign', body, '--secret-file', put('binary.key', Buffer.from([0xff, 0xfe]))]],
    [['verify', body]],
    [['explain', body, '--signature', 'x', '--framework', 'rails']],
    [['explain', put('bad.http', 'POST / HTTP/1.1\r\nHost: x'), '--signature', 'x']],
    [['explain', put('bad.curl', "curl http://x --data 'abc")]],
    [['explain', put('none.curl', 'curl http://x')]],
    [['explain', put('bad.har', '{"log":{"entries":[]}}')]],
    [['trigger', 'video.upload', 'http://127.0.0.1:1/']],
    [['trigger', 'video.uploaded', 'ftp://x']],
    [['trigger', 'video.uploaded', 'nonsense']],
    [['trigger', 'video.uploaded', 'http://127.0.0.1:1/', '--tamper', 'all']],
    [['trigger', 'video.uploaded', 'http://127.0.0.1:1/', '--count', '0']],
    [['trigger', 'video.uploaded', 'http://127.0.0.1:1/', '--count', '1e3']],
    [['trigger', 'video.uploaded', 'http://127.0.0.1:1/', '--set', 'nonsense']],
    [['trigger', 'video.uploaded', 'http://127.0.0.1:1/', '--header', 'a b: c']],
    [['trigger', 'video.uploaded', 'http://127.0.0.1:1/', '--body', blank, '--tamper', 'reserialize']],
    [['listen', '--port', '70000']],
    [['listen', '--replay', '1']],
    [['listen', '--log', path('absent/\0/x')].slice(0, 2)],
    [['types', 'video.nope']],
    [['check', 'nonsense']],
    [['check', 'http://127.0.0.1:1/', '--only', 'no-such-case']],
    [['check', 'http://127.0.0.1:1/', '--reporter', 'xml']],
    [['dev', 'nonsense']],
    [['completion', 'tcsh']],
    [['subscriptions', 'list']],
    [['subscriptions', 'list', '--base-url', 'nonsense']],
    [['subscriptions', 'create', 'http://x', '--events', 'comment.created', '--base-url', 'http://127.0.0.1:1']],
    [['subscriptions', 'ensure', wrong, '--base-url', 'http://127.0.0.1:1']],
    [['subscriptions', 'ensure', leaky, '--base-url', 'http://127.0.0.1:1']],
    [['subscriptions', 'ensure', put('bad.yaml', '{ [ :'), '--base-url', 'http://127.0.0.1:1']],
    [['subscriptions', 'update', 'whk_1', '--base-url', 'http://127.0.0.1:1']],
    [['subscriptions', 'nonsense']],
  ])('%j', async (args) => {
    const { code, out, err } = await cli(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/^error: \S/);
  });

  it('no secret at all', async () => {
    const { code, err } = await cli(['sign', body], { env: { VIDEOCLOUD_WEBHOOK_SECRET: '' } });
    expect({ code, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, lines: 1 });
  });
});

describe('in a terminal', () => {
  const body = put('term.json', COMPACT);
  it.each([
    [['explain', body, '--signature', SIGNATURE], 1, /body_reserialized/],
    [['verify', body, '--signature', SIGNATURE], 1, /signature_mismatch/],
    [['types'], 0, /video\.uploaded/],
    [['types', 'video.nope'], 2, /unknown event/],
    [['subscriptions', 'list', '--base-url', 'http://127.0.0.1:9'], 3, /error/],
    [['completion', 'bash'], 0, /complete/],
    [['--help'], 0, /trigger/],
    [['trigger', '--help'], 0, /Examples/],
  ])('%j', async (args, code, pattern) => {
    const ran = await cli(args, { pty: true });
    expect(ran.code).toBe(code);
    expect(ran.out).toMatch(pattern);
  });

  it('sign', async () => {
    expect(await cli(['sign', body], { pty: true, unrecorded: true })).toMatchObject({
      code: 0,
      out: `${hmac(COMPACT)}\r\n`,
    });
  });

  it('colours on a terminal, not with NO_COLOR, not when piped', async () => {
    const args = ['trigger', 'video.uploaded', url];
    const esc = '\u001b[';
    expect((await cli(args, { pty: true })).out).toContain(esc);
    expect((await cli(args, { pty: true, env: { NO_COLOR: '1' } })).out).not.toContain(esc);
    expect((await cli(args)).out).not.toContain(esc);
  });

  it('check shows progress', async () => {
    const ran = await cli(['check', url, '--fast', '--only', 'signature'], { pty: true });
    expect(ran.code).toBe(1);
  });

  it('asks for the secret without echo', async () => {
    const env = { VIDEOCLOUD_WEBHOOK_SECRET: undefined };
    const asking = start(['verify', body, '--signature', hmac(COMPACT)], { pty: true, open: true, env });
    await asking.said(/not shown/);
    asking.type(`${SECRET}\r`);
    const { code, out } = await asking.done;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/valid/) });
    expect(out).not.toContain(SECRET);
  });

  it.each([
    ['listen', ['listen', '--port', '0', '--log', path('pty.db')], /listening on/],
    ['dev', ['dev', '--port', '0'], /management API/],
  ])('%s ends on Ctrl-C', async (_name, args, pattern) => {
    const running = start(args, { pty: true, open: true });
    await running.said(pattern);
    running.type('\u0003');
    expect((await running.done).code).toBe(130);
  });
});

it('no output of this whole run holds a secret or an expected digest', () => {
  const said = allOutput();
  writeFileSync(path('checked'), String(said.length));
  expect(said.length).toBeGreaterThan(10_000);
  expect(said).not.toContain(SECRET);
  for (const digest of expected) expect(said).not.toContain(digest);
});
