import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { webhookHandler } from '@videocloud/webhooks/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCheck, shortcomings } from '../src/commands/check.js';
import { cli, put, SECRET, startEndpoint } from './harness.js';

const { url } = await startEndpoint();

describe('check', () => {
  it('fails an endpoint that accepts everything', async () => {
    const ran = await cli(['check', url, '--fast', '--only', 'signature', '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ failed: expect.any(Number) });
  });

  it('fails an endpoint that does not reach the level demanded', async () => {
    const receiver = createReceiver({ secrets: SECRET });
    const server = createServer(webhookHandler(receiver)).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const args = ['check', `http://127.0.0.1:${port}/`, '--fast', '--only', 'signature.genuine'];
      const ran = await cli([...args, '--level', 'reliable']);
      expect(ran.code).toBe(1);
      expect(ran.err).toContain('level reliable is not reached');
      expect((await cli([...args, '--level', 'best'])).code).toBe(2);
    } finally {
      server.close();
    }
  });

  it('fails when the run was cut off, though all that ran passed', async () => {
    const stop = new AbortController();
    // Accepts what has a signature, and never answers the rest.
    const server = createServer((request, response) => {
      if (request.headers['x-videocloud-signature'] === undefined) stop.abort();
      else request.resume().on('end', () => response.end());
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const report = await runCheck(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`), {
        secret: SECRET,
        signal: stop.signal,
        only: ['signature.genuine', 'signature.absent'],
      });
      expect(report).toMatchObject({ interrupted: true, passed: 1, failed: 0 });
      expect(shortcomings(report, undefined)).toEqual([expect.stringMatching(/cut off by its time limit/)]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it.each([
    ['left out', ['--only', 'signature', '--skip', 'signature']],
    ['not able to run', ['--only', 'effects']],
  ])('fails when nothing was proven, every case being %s', async (_, more) => {
    const ran = await cli(['check', url, '--fast', ...more]);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/^error: no case passed/);
  });

  it.each([
    ['in words', []],
    ['as JSON', ['--json']],
  ])('names its flags, not options of the kit, in what it could not prove: %s', async (_, more) => {
    const only = ['--only', 'effects', '--only', 'signature'];
    const { out } = await cli(['check', url, '--fast', ...only, ...more]);
    for (const flag of ['`--effects`', 'a second `--secret-file`']) expect(out).toContain(flag);
    for (const option of ['effects', 'failNext', 'previousSecret', 'only', 'skip'])
      expect(out).not.toContain(`\`${option}\``);
  });

  it('says with which flag one owns a host that is not on this machine', async () => {
    const { code, err } = await cli(['check', 'http://192.0.2.1/hooks', '--fast']);
    expect(code).toBe(2);
    expect(err).toContain('--i-own-this-host');
    expect(err).not.toContain('hosts:');
  });

  it.each([
    ['a closed port', 'http://127.0.0.1:1/hooks', []],
    ['a closed port, with --json', 'http://127.0.0.1:1/hooks', ['--json']],
    ['a name that does not resolve', 'http://no-such-host.invalid/hooks', ['--i-own-this-host']],
    ['plain HTTP where TLS was asked for', 'https://127.0.0.1:PORT/hooks', []],
  ])('ends with 3 and one line: %s', async (_what, address, more) => {
    const target = address.replace('PORT', new URL(url).port);
    const { code, out, err } = await cli(['check', target, '--fast', ...more]);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toBe(`error: Nothing answers at ${target}: start the endpoint, and check host, port and TLS.\n`);
  });
});

describe('check --effects', () => {
  const handled = put('handled.txt', '');
  const counts = new Map<string, number>();
  let server: Server;
  let target = '';
  beforeAll(async () => {
    const receiver = createReceiver({ secrets: SECRET, idempotency: memoryStore(), onUnhandled: () => undefined });
    receiver.on('*', (_event, { rawBody }) => {
      const key = createHash('sha256').update(rawBody).digest('hex');
      counts.set(key, (counts.get(key) ?? 0) + 1);
      appendFileSync(handled, `${key}\n`);
    });
    const hook = webhookHandler(receiver);
    server = createServer((request, response) => {
      const [, key] = /^\/handled\?.*key=(\w+)/.exec(request.url ?? '') ?? [];
      if (key === undefined) hook(request, response);
      else response.end(String(counts.get(key) ?? 0));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
  });

  it.each([
    ['a URL', () => `${target}/handled`],
    ['a command', () => `grep -c {key} ${handled} || true`],
  ])('proves with %s that deliveries are handled once', async (_, probe) => {
    const options = ['--fast', '--only', 'effects', '--json', '--event', 'video.uploaded', '--header', 'x-test: 1'];
    const ran = await cli(['check', `${target}/hooks`, ...options, '--effects', probe()]);
    const report: { failed: number; passed: number; results: { status: string; detail?: string }[] } = JSON.parse(
      ran.out,
    );
    expect(report.passed).toBeGreaterThan(0);
    expect(report.results.filter(({ detail }) => detail?.includes('needs `effects`'))).toEqual([]);
    expect(ran.code).toBe(report.failed > 0 ? 1 : 0);
    expect(report.failed).toBe(0);
  });

  it.each([
    ['a command that fails', 'exit 7'],
    ['a command that prints no number', 'echo many'],
    ['a URL where nothing answers', 'http://127.0.0.1:2/'],
  ])('names a probe that does not work: %s', async (_, probe) => {
    const ran = await cli(['check', `${target}/hooks`, '--fast', '--only', 'effects', '--effects', probe]);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/^error: .*effects.*\n$/);
  });

  it.each([
    ['a command that fails', () => 'exit 22', /exit code 22/],
    ['a program that is missing', () => 'no-such-program-4f1c {key}', /exit code 127/],
    ['a URL where nothing answers', () => 'http://127.0.0.1:1/', /ECONNREFUSED|fetch failed/],
    ['a URL of another page', () => `${target}/nowhere`, /answered 4/],
  ])('names a --fail-next that does not work: %s', async (_, probe, reason) => {
    const more = ['--only', 'delivery.retry-after-failure', '--effects', `${target}/handled`];
    const ran = await cli(['check', `${target}/hooks`, '--fast', ...more, '--fail-next', probe()]);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 2, out: '' });
    expect(ran.err).toMatch(/^error: The `--fail-next` probe failed \(.*\)\. .*\n$/m);
    expect(ran.err).toMatch(reason);
  });

  it.each([
    [['--event', 'video.nope'], /unknown event "video\.nope"/],
    [['--header', 'content-length: 5'], /--header cannot set content-length/],
    [['--header', 'x-videocloud-signature: 5'], /use --tamper/],
  ])('%j ends with 2', async (more, message) => {
    expect(await cli(['check', url, ...more])).toMatchObject({ code: 2, err: expect.stringMatching(message) });
  });
});
