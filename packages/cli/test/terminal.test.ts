import { describe, expect, it } from 'vitest';
import { cli, expected, hmac, path, put, SECRET, start, startEndpoint } from './harness.js';

const { url } = await startEndpoint();
const BODY =
  '{"event": "video.deleted", "timestamp": "2024-03-31T12:00:00Z", "data": {"videoId": "vid_1", "ratio": 1.0}}';
const COMPACT = JSON.stringify(JSON.parse(BODY));
const SIGNATURE = hmac(BODY);
expected.push(hmac(COMPACT));

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

  it('colors on a terminal, not with NO_COLOR, not when piped', async () => {
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
