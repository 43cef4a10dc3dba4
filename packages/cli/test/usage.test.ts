import { describe, expect, it } from 'vitest';
import { cli, dir, path, put } from './harness.js';

const BODY = '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{}}';

describe('a wrong command line ends with 2 and one line that names what was probably meant', () => {
  const url = 'http://127.0.0.1:1/';
  it.each<[string[], RegExp]>([
    [[], /^error: no command: see `videocloud-webhooks --help`$/],
    [['sgn'], /^error: unknown command 'sgn' \(Did you mean sign\?\)$/],
    [['quux'], /^error: unknown command 'quux': see `videocloud-webhooks --help`$/],
    [['help', 'quux'], /^error: no such command: see `videocloud-webhooks --help`$/],
    [['subscriptions'], /^error: no command: see `videocloud-webhooks subscriptions --help`$/],
    [['subscriptions', 'lst'], /^error: unknown command 'lst' \(Did you mean list\?\)$/],
    [['subscriptions', 'quux'], /^error: unknown command 'quux': see `videocloud-webhooks subscriptions --help`$/],
    [['trigger', '--temper'], /^error: unknown option '--temper' \(Did you mean --tamper\?\)$/],
    [['types', 'video.uploadd'], /^error: unknown event "video\.uploadd", did you mean video\.uploaded\?$/],
    [['types', 'user.registred'], /did you mean user\.registered\?$/],
    [
      ['types', 'x\n\u001b[31mforged'],
      /^error: unknown event "x\\n\\u001b\[31mforged": see `videocloud-webhooks types`$/,
    ],
    [['trigger', 'video.upload', url], /did you mean video\.uploaded\?$/],
    [['trigger', 'video.uploaded', url, '--tamper', 'bdy'], /did you mean body\?/],
    [['check', url, '--reporter', 'junt'], /did you mean junit\?/],
    [['check', url, '--i-own-this-host', 'false'], /^error: too many arguments/],
    [['check', url, '--i-own-this-host=false'], /^error: unknown option '--i-own-this-host=false'/],
    [['check', url, '--fast=no'], /^error: unknown option '--fast=no'/],
    [['completion', 'bsh'], /did you mean bash\?/],
    [['explain', 'x', '--framework', 'expres'], /did you mean express\?/],
    [['check', url, '--only', 'signatur'], /Did you mean "signature"\? The families are signature, bytes,/],
    [
      ['check', 'http://example.com/'],
      /Refusing to test example\.com: .* Say that you own it with --i-own-this-host\.$/,
    ],
    [['listen', '--log', 'http://127.0.0.1:1/x'], /it is not the path of a file$/],
    [['sign', '/nothing/\nerror: forged'], /^error: cannot read \/nothing\/\\?n? ?error: forged: /],
  ])('%j', async (args, message) => {
    const { code, out, err } = await cli(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.endsWith('\n')).toBe(true);
    expect(err.trimEnd()).toMatch(message);
  });

  it('the help names the package', async () => {
    const { code, out } = await cli(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('npx @videocloud/webhooks-cli');
  });
});

describe('a secret that was given in a wrong place is not repeated', () => {
  const misplaced = 'whsec_0123456789abcdef';
  const body = put('body-of-misplaced.json', BODY);
  it.each([
    [['sign', body, `--secrets=${misplaced}`]],
    [['sign', body, `--secre=${misplaced}\n${misplaced}'`]],
    [['sign', body, '--secret-file', misplaced]],
    [['sign', body, misplaced]],
    [['verify', body, `--signatur=${misplaced}`]],
    [['subscriptions', 'list', '--base-url', 'http://127.0.0.1:1', `--token=${misplaced}`]],
    [['subscriptions', 'list', '--base-url', 'http://127.0.0.1:1', '--token-file', misplaced]],
    [['subscriptions', 'list', '--base-url', `http://user:${misplaced}@127.0.0.1:1`]],
    [['trigger', 'user.created', `http://user:${misplaced}@127.0.0.1:1`]],
    [['trigger', 'user.created', 'http://127.0.0.1:1', '--header', `authorization ${misplaced}`]],
  ])('%j', async (args) => {
    const { code, out, err } = await cli(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toContain(misplaced.slice(6));
    expect(err.trimEnd()).toMatch(/^error: \S.{10}/);
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
    [['listen', '--host', '']],
    [['listen', '--replay', '1']],
    [['listen', '--log', path('absent/\0/x')].slice(0, 2)],
    [['types', 'video.nope']],
    [['check', 'nonsense']],
    [['check', 'http://127.0.0.1:1/', '--only', 'no-such-case']],
    [['check', 'http://127.0.0.1:1/', '--reporter', 'xml']],
    [['dev', 'nonsense']],
    [['dev', '--page-host', ' ']],
    [['dev', '--allow-host', 'http://a.test']],
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

  it('one standard input for body and secret', async () => {
    const { code, out, err } = await cli(['sign', '-', '--secret-file', '-'], { input: 'a secret, or a body' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe('error: standard input can be read only once: give one file as -\n');
  });

  it('no secret at all', async () => {
    const { code, err } = await cli(['sign', body], { env: { VIDEOCLOUD_WEBHOOK_SECRET: '' } });
    expect({ code, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, lines: 1 });
  });
});
