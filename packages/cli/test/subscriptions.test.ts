import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSender, type Sender } from '@videocloud/webhooks-sender';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cli, path, put, SECRET_FILE, start } from './harness.js';

const TOKEN = 'cli-token-0123456789';
let sender: Sender;
let endpoint: Server;
let url = '';
let env: Record<string, string> = {};
let status = 200;

beforeAll(async () => {
  endpoint = createServer((_, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hooks`;
  sender = await createSender({ allowPrivateAddresses: true, token: TOKEN, clock: 'virtual' });
  env = { VIDEOCLOUD_API_URL: (await sender.listen()).url, VIDEOCLOUD_API_TOKEN: TOKEN };
});
afterAll(async () => {
  endpoint.close();
  await sender.close();
});
beforeEach(async () => {
  status = 200;
  for (const { id } of await json('list')) await json('delete', id);
});

const run = (...args: string[]) => cli(['subscriptions', ...args], { env });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);
const create = async (target = url): Promise<string> =>
  (await json('create', target, '--events', 'video.uploaded,user.created', '--secret-file', SECRET_FILE)).id;

describe('subscriptions', () => {
  it('create, list, update, test, deliveries, delete', async () => {
    const id = await create();
    expect(await json('list')).toMatchObject([{ id, status: 'active' }]);
    expect((await run('list')).out).toMatch(new RegExp(`^ID .*STATUS.*\\n${id} +active`));
    expect(await json('test', id, 'video.uploaded')).toMatchObject({ deliveryId: expect.any(String) });
    expect(await run('test', id, 'video.deleted')).toMatchObject({
      out: expect.stringMatching(/^sent del_/),
      err: `note: \`subscriptions deliveries ${id}\` shows whether it was delivered\n`,
    });
    await sender.idle();
    expect(await json('deliveries', id)).toMatchObject([
      { event: 'video.deleted', status: 'success' },
      { event: 'video.uploaded', status: 'success' },
    ]);
    expect(await json('update', id, '--events', 'video.deleted')).toMatchObject({ events: ['video.deleted'] });
    expect((await run('update', id, '--secret-file', SECRET_FILE)).code).toBe(0);
    expect((await run('update', id, '--secret', 'on-the-command-line')).code).toBe(0);
    expect(await json('delete', id)).toEqual({ id, deleted: true });
    expect(await run('delete', id)).toMatchObject({ code: 3, err: expect.stringContaining('404 not_found') });
  });

  it('rotate writes the secret first and uses it with --confirm', async () => {
    const id = await create();
    const file = path('new-secret');
    expect(await json('rotate', id, '--new-secret-file', file)).toEqual({ id, written: file, inForce: false });
    expect(readFileSync(file, 'utf8')).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await json('rotate', id, '--new-secret-file', file, '--confirm')).toMatchObject({ id, inForce: true });
    expect(await run('rotate', id, '--new-secret-file', file)).toMatchObject({ code: 2, err: /EEXIST/ });
  });

  it.each([
    [
      'a wrong token',
      { VIDEOCLOUD_API_TOKEN: 'wrong-token-0123456789' },
      /401 unauthorized: .* Is VIDEOCLOUD_API_TOKEN/,
    ],
    ['no token', { VIDEOCLOUD_API_TOKEN: undefined }, /401 unauthorized/],
    ['nobody there', { VIDEOCLOUD_API_URL: 'http://127.0.0.1:2' }, /^error: the API was not reached: .*ECONNREFUSED/],
  ])('ends with 3 and shows no token: %s', async (_, more, message) => {
    const { code, out, err } = await cli(['subscriptions', 'list'], { env: { ...env, ...more } });
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toMatch(/\n|0123456789/);
  });

  it('reads a token file with a byte order mark and a newline', async () => {
    const file = put('token.txt', `\ufeff${TOKEN}\r\n`);
    const wrong = { ...env, VIDEOCLOUD_API_TOKEN: 'wrong' };
    expect(await cli(['subscriptions', 'list', '--token-file', file], { env: wrong })).toMatchObject({ code: 0 });
    for (const content of ['\n', Buffer.from([0xff, 0xfe, 0x61, 0])]) {
      const bad = await cli(['subscriptions', 'list', '--token-file', put('bad-token.txt', content)], { env });
      expect(bad).toMatchObject({ code: 2, err: expect.stringMatching(/^error: the token .*\n$/) });
    }
  });
});

describe('subscriptions ensure', () => {
  const yaml = (text: string) => put('wanted.yaml', text);

  it('shows what differs, changes it, and has nothing to do then', async () => {
    const id = await create();
    const file = yaml(`\ufeffwebhooks:\r\n  - url: ${url}\r\n    events: [video.uploaded, video.deleted]\r\n`);
    expect(await json('ensure', file, '--dry-run')).toMatchObject({ dryRun: true, update: [{ id }] });
    const checked = await run('ensure', file, '--check');
    expect(checked.code).toBe(1);
    expect(checked.out).toBe(`~ would update ${id} ${url}\n    - events: user.created\n    + events: video.deleted\n`);
    expect((await run('ensure', file)).out).toContain(`~ update ${id}`);
    expect(await run('ensure', file, '--check')).toMatchObject({ code: 0, out: `= unchanged ${id} ${url}\n` });
  });

  it('says that secrets are not compared, where a webhook exists and its secret is not set', async () => {
    const note = 'note: secrets cannot be read back and are not compared; --update-secret sets them\n';
    const file = yaml(`webhooks:\n  - url: ${url}/compared\n    events: [video.uploaded]\n`);
    expect(await run('ensure', file)).toMatchObject({ code: 0, err: '' });
    expect(await run('ensure', file)).toMatchObject({ code: 0, err: note });
    expect(await run('ensure', file, '--dry-run', '--json')).toMatchObject({ code: 0, err: note });
    expect(await run('ensure', file, '--update-secret')).toMatchObject({ code: 0, err: '' });
  });

  it('takes secrets from the environment variables the file names', async () => {
    const file = yaml(
      `- {url: "${url}", events: [video.uploaded], secret: $FIRST}\n- {url: "${url}/2", events: [user.created]}\n`,
    );
    const missing = await run('ensure', file);
    expect(missing).toMatchObject({
      code: 2,
      err: expect.stringContaining('webhook 1: the environment variable FIRST is not set'),
    });
    const made = await cli(['subscriptions', 'ensure', file], { env: { ...env, FIRST: 'first-secret-0123' } });
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^\+ create .*\n\+ create .*\n$/) });
    expect(made.out + made.err).not.toContain('first-secret-0123');
  });

  it.each<[string, string, string[], RegExp]>([
    [
      'an empty list with --prune',
      'webhooks: []',
      ['--prune'],
      /has no webhooks, and --prune would delete every webhook of the account/,
    ],
    ['an empty list', '[]', [], /has no webhooks: there is nothing to ensure/],
    ['no list', 'webhooks: {}', ['--prune'], /must hold a list of webhooks, each with url and events/],
    ['nothing', '', [], /must hold a list/],
    ['no YAML', '{ [ :', [], /is neither YAML nor JSON: .*line 1/],
    [
      'a secret',
      `[{url: "http://x", events: [video.uploaded], secret: abc}]`,
      [],
      /keep secrets out of the file: write secret: \$NAME/,
    ],
    [
      'an unknown member',
      `[{url: "http://x", evnts: []}]`,
      [],
      /unknown member "evnts": there are url, events and secret/,
    ],
    [
      'a misspelled event',
      `[{url: "http://x", events: [video.uplaoded]}]`,
      [],
      /"video\.uplaoded" cannot be subscribed to, did you mean video\.uploaded\?/,
    ],
    ['a delivered name', `[{url: "http://x", events: [user.registered]}]`, [], /it is delivered for user\.created/],
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nwebhooks: [${'*c,'.repeat(9)}]`,
      [],
      /Excessive alias count/,
    ],
  ])('%s: nothing is changed, and the error names what is wrong', async (_, text, more, message) => {
    const id = await create();
    const { code, out, err } = await run('ensure', yaml(text), ...more);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err.trimEnd()).not.toContain('\n');
    expect(await json('list')).toMatchObject([{ id }]);
  });

  it('a file of UTF-16 is named as such', async () => {
    const { code, err } = await run('ensure', put('utf16.yaml', Buffer.from('\ufeff[]', 'utf16le')));
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(/is not UTF-8 text/) });
  });
});

describe('subscriptions health and reactivate', () => {
  it('exits 1 when a webhook is off or fails too often, and 0 after it was switched on', async () => {
    expect(await run('health')).toMatchObject({ code: 0, out: 'no webhooks\n' });
    const id = await create();
    expect(await run('health')).toMatchObject({ code: 0 });
    status = 500;
    await sender.emit({ event: 'video.uploaded', data: {} });
    await sender.idle();
    expect(await json('health')).toMatchObject([{ id, status: 'active', failureRate: 0, pending: 1 }]);
    expect((await run('health')).out).toMatch(/ PENDING [\s\S]* 0 % +0 +1 /);
    await sender.advance(3 * 3_600_000);
    const off = await run('health', id);
    expect(off.code).toBe(1);
    expect(off.out).toMatch(new RegExp(`${id} +failed +100 %[\\s\\S]*${id} is off: .*reactivate[\\s\\S]*http_status`));
    expect(await json('health')).toMatchObject([
      { id, url, status: 'failed', failureRate: 1, failed: [{ status: 'failed' }] },
    ]);
    expect(await json('reactivate', id)).toMatchObject({ id, status: 'active' });
    expect(await run('health')).toMatchObject({ code: 0 });
    expect(await run('health', '--max-failure-rate', '50')).toMatchObject({ code: 1, out: /fails too often/ });
    expect(await run('health', 'whk_none')).toMatchObject({
      code: 3,
      err: 'error: health: there is no webhook whk_none\n',
    });
    expect(await run('reactivate', 'whk_none')).toMatchObject({ code: 3 });
    expect(await run('health', '--on-failed', 'true')).toMatchObject({ code: 2 });
  });

  it('--watch runs the command when a webhook fails, once, and ends on Ctrl-C', async () => {
    const id = await create();
    const file = path('failed.txt');
    const command = `echo "$WEBHOOK_ID $WEBHOOK_URL" >> ${file}; echo "ran for $WEBHOOK_ID"`;
    const watching = start(['subscriptions', 'health', '--watch', '--interval', '1', '--on-failed', command], { env });
    await watching.said(new RegExp(`${id} +active`));
    status = 500;
    await sender.emit({ event: 'video.uploaded', data: {} });
    await sender.advance(3 * 3_600_000);
    await watching.said(new RegExp(`ran for ${id}[\\s\\S]*${id} +failed[\\s\\S]*${id} +failed`));
    watching.kill('SIGINT');
    expect((await watching.done).code).toBe(130);
    expect(readFileSync(file, 'utf8')).toBe(`${id} ${url}\n`);
  });
});

describe('health --watch --on-failed', () => {
  const failing = async () => {
    await create();
    status = 500;
    await sender.emit({ event: 'video.uploaded', data: {} });
    await sender.advance(3 * 3_600_000);
  };
  const watch = (command: string, ...more: string[]) =>
    start(['subscriptions', 'health', '--watch', '--interval', '1', '--on-failed', command, ...more], { env });

  it('with --json, what the command says is no part of the document', async () => {
    await failing();
    const watching = watch('echo "told of $WEBHOOK_STATUS"', '--json');
    await watching.said(/told of failed/);
    watching.kill('SIGINT');
    const { out, err } = await watching.done;
    for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject([{ status: 'failed' }]);
    expect(err).toContain('told of failed');
  });

  it('runs a command again that failed, until it worked', async () => {
    await failing();
    const file = put('alerts.txt', '');
    const watching = watch(`echo . >> ${file}; test $(wc -l < ${file}) -ge 2 && echo worked`);
    await watching.said(/--on-failed ended with 1/);
    await watching.said(/worked\n[\s\S]*ID[\s\S]*ID/);
    watching.kill('SIGINT');
    await watching.done;
    expect(readFileSync(file, 'utf8')).toBe('.\n.\n');
  });
});

describe('what a server says', () => {
  const FORGED = 'ok\nerror: forged\r\u001b[2K\u001b[31m\u009b1A\u202e\u2028';
  let hostile: Server;
  let hostileEnv: Record<string, string> = {};
  let reply: (path: string) => [status: number, body: unknown] = () => [200, {}];
  beforeAll(async () => {
    hostile = createServer((request, response) => {
      const [code, body] = reply(request.url ?? '');
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
    hostileEnv = {
      VIDEOCLOUD_API_URL: `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`,
      VIDEOCLOUD_API_TOKEN: TOKEN,
    };
  });
  afterAll(() => {
    hostile.close();
  });

  const webhook = { id: FORGED, url: FORGED, events: [FORGED], status: FORGED, createdAt: FORGED };
  const delivery = { id: FORGED, event: FORGED, status: FORGED, timestamp: FORGED, retries: 0, error: FORGED };
  const data = { ...webhook, items: [{ ...webhook, ...delivery }], total: 1, deliveryId: FORGED, deleted: true };

  it.each([
    [['list'], 2],
    [['deliveries', 'whk_1'], 2],
    [['update', 'whk_1', '--activate'], 2],
    [['reactivate', 'whk_1'], 2],
    [['test', 'whk_1', 'video.uploaded'], 1],
    [['delete', 'whk_1'], 1],
    [['health'], 4],
  ])('forges no line: %j', async (args, lines) => {
    // `health` asks for the deliveries of each id, and an id with spaces is refused.
    const items = args[0] === 'health' ? [{ ...webhook, ...delivery, id: `whk${'\u001b'}[2K` }] : data.items;
    reply = () => [200, { success: true, data: { ...data, items } }];
    const shown = await cli(['subscriptions', ...args], { env: hostileEnv });
    expect(shown.out.trimEnd().split('\n').length).toBeLessThanOrEqual(lines);
    expect(`${shown.out}${shown.err}`).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}/u);
    expect(shown.out).not.toMatch(/^error: forged/m);
    const asJson = await cli(['subscriptions', ...args, '--json'], { env: hostileEnv });
    expect(asJson.out).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Zl}/u);
    expect(() => JSON.parse(asJson.out)).not.toThrow();
  });

  it.each([
    [
      'an error',
      422,
      {
        success: false,
        error: { code: 'validation_failed', message: FORGED, details: [{ path: FORGED, message: FORGED }] },
      },
    ],
    [
      'an error that repeats the token',
      422,
      { success: false, error: { code: 'validation_failed', message: `got ${TOKEN} ${btoa(TOKEN)}` } },
    ],
    ['something else', 200, { hello: FORGED }],
    ['paging without an end', 200, { success: true, data: { items: [], nextCursor: 'c' } }],
  ])('is one line of an error, with 3: %s', async (_, code, body) => {
    reply = () => [code, body];
    const { code: ended, out, err } = await cli(['subscriptions', 'list'], { env: hostileEnv });
    expect({ ended, out }).toEqual({ ended: 3, out: '' });
    expect(err).toMatch(/^error: [^\p{Cc}\p{Cf}]*\n$/u);
    expect(err).not.toContain(TOKEN);
    expect(err).not.toContain(btoa(TOKEN));
  });
});
