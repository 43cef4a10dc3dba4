import { describe, expect, it } from 'vitest';
import { cli } from './harness.js';

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
