import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { path, SECRET, startEndpoint } from '../harness.js';
import { INBOX_WITH_PASSWORD, type McpServer, startMcp, TOKEN } from './server.js';

let bare: McpServer;
let server: McpServer;
/** A management API that quotes the token and sends terminal codes. */
let api = '';
beforeAll(async () => {
  const liar = createServer((_, response) => {
    const error = { code: `c_${TOKEN}`, message: `wrong token ${TOKEN} \u001b[2J\nerror: forged` };
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ success: false, error }));
  });
  await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
  afterAll(() => liar.close());
  api = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  bare = await startMcp();
  server = await startMcp({
    VIDEOCLOUD_WEBHOOK_SECRET: SECRET,
    INBOX_URL: INBOX_WITH_PASSWORD,
    VIDEOCLOUD_API_URL: api,
    VIDEOCLOUD_API_TOKEN: TOKEN,
  });
});

describe('what is not configured is named, with where to set it', () => {
  it.each([
    ['explain_request', { body: '{}', signature: 'a' }, 'VIDEOCLOUD_WEBHOOK_SECRET'],
    ['check_endpoint', { url: 'http://localhost:1/' }, 'VIDEOCLOUD_WEBHOOK_SECRET'],
    ['inbox_stats', {}, 'INBOX_URL'],
    ['dead_letters', {}, 'INBOX_URL'],
    ['list_deliveries', {}, 'VIDEOCLOUD_API_URL'],
  ])('%s', async (name, input, variable) => {
    const text = await bare.refused(name, input);
    expect(text).toMatch(new RegExp(`^${variable} is not set \\(.+\\): add it to \`env\` of this server`));
  });
});

describe('check_endpoint goes nowhere but to this machine', () => {
  it.each([
    'http://example.com/',
    'http://10.0.0.1/',
    'http://192.168.0.1:80/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0.0.0.0:3000/',
    'http://0/',
    'http://[::]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[fe80::1]/',
    'http://[2001:db8::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://167772161/',
    'http://0xa000001/',
    'http://012.0.0.1/',
    'http://localhost.example.com/',
    'http://127.0.0.1.nip.io/',
    'http://localtest.me/',
    'http://evil.localhost/',
    'http://localhost./',
    'http://①⓪.0.0.1/',
    'http://example.com#@localhost/',
    'http://example.com\\@localhost/',
  ])('%s', async (url) => {
    expect(await server.refused('check_endpoint', { url })).toMatch(
      /^`url` must be on this machine: http:\/\/localhost/,
    );
  });

  it.each<[string, RegExp, number?]>([
    ['http://localhost@example.com/', /user name or password/],
    ['http://user:pass@localhost/', /user name or password/],
    ['file:///etc/passwd', /must begin with http/],
    ['javascript:alert(1)', /must begin with http/],
    ['localhost:3000', /must begin with http/],
    ['', /must begin with http/],
    ['http://', /must begin with http/],
    ['http://localhost/', /must be the URL of an endpoint on this machine/, 3_000],
  ])('%s', async (url, message, longer = 0) => {
    expect(await server.refused('check_endpoint', { url: url + 'a'.repeat(longer) })).toMatch(message);
  });

  it('says when nothing listens, in every spelling of a loopback address', async () => {
    for (const url of [
      'http://127.1:1/',
      'http://2130706433:1/',
      'http://0x7f000001:1/',
      'http://127.9.9.9:1/',
      'http://[::1]:1/',
    ]) {
      expect(await server.refused('check_endpoint', { url })).toMatch(
        /^Nothing answers at http:\/\/.*: start the endpoint/,
      );
    }
  });

  it('follows no redirect, and runs once at a time', async () => {
    const outside = await startEndpoint();
    const redirecting = createServer((_, response) => response.writeHead(307, { location: outside.url }).end());
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    afterAll(() => redirecting.close());
    const url = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/`;
    const [first, second] = await Promise.all([
      server.call('check_endpoint', { url }),
      server.refused('check_endpoint', { url }),
    ]);
    expect(second).toBe('a check is running: wait for its result');
    expect(first.structured).toMatchObject({ level: 'none' });
    expect(first.structured?.failed).toBeGreaterThan(5);
    expect(first.text.length).toBeLessThan(200_000);
    expect(outside.received).toEqual([]);
  });
});

describe('bad input gets one line that names the fix', () => {
  const half = String.fromCharCode(0xd800);
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['explain_request', {}, /^give either `body` with `signature`, or `capture`$/],
    ['explain_request', { body: '{}', capture: '{}' }, /^give either `body`/],
    ['explain_request', { body: '{}' }, /^a body needs `signature`/],
    [
      'explain_request',
      { body: { event: 'x' }, signature: 'a' },
      /`body` must be the exact text.*a parsed object has lost its bytes/,
    ],
    [
      'explain_request',
      { body: 'x'.repeat(1_048_577), signature: 'a' },
      /`body` must be the exact text .* at most 1048576/,
    ],
    ['explain_request', { body: half, signature: 'a' }, /lone surrogate/],
    ['explain_request', { signature: 'a' }, /^give either/],
    [
      'explain_request',
      { body: 'POST / HTTP/1.1\nX-VideoCloud-Signature: a\n\n{}', signature: 'a' },
      /give it as `capture`$/,
    ],
    ['explain_request', { secret: SECRET }, /unknown input: explain_request takes `body`, `signature`, `capture`$/],
    [
      'explain_request',
      { capture: 'curl http://a.test -d @body.json' },
      /give that file's text as `body` with `signature`/,
    ],
    ['explain_request', { capture: 'wget http://a.test' }, /give the body alone as `body` with `signature`/],
    [
      'explain_request',
      { capture: 'curl http://a -H "X-VideoCloud-Signature: $SIGNATURE" -d x' },
      /give `signature` too/,
    ],
    ['sample_event', {}, /`event` must be the name of an event: see the tool list_events/],
    ['sample_event', { event: 'video.uploadd' }, /did you mean video\.uploaded\?$/],
    ['sample_event', { event: '__proto__' }, /see the tool list_events$/],
    ['sample_event', { event: 'x\n\u001b[31m\u202e' }, /^unknown event "x\\n\\u001b\[31m\\u202e"/],
    ['sample_event', { event: 'x'.repeat(1_000_000) }, /`event` must be the name/],
    ['dead_letters', { limit: 0 }, /`limit` must be a whole number from 1 to 100/],
    ['dead_letters', { limit: 1.5 }, /`limit` must be a whole number from 1 to 100/],
    ['dead_letters', { limit: '5' }, /`limit` must be a whole number from 1 to 100/],
    ['inbox_stats', { url: 'file:other.db' }, /unknown input: inbox_stats takes nothing$/],
  ])('%s: %#', async (name, input, message) => {
    expect(await server.refused(name, input)).toMatch(message);
  });

  it('a body of 1 MiB and a capture of many nested arrays are judged', async () => {
    const large = await server.call('explain_request', { body: 'x'.repeat(1_048_576), signature: 'ab'.repeat(32) });
    expect(large.structured).toMatchObject({ valid: false, bodyBytes: 1_048_576 });
    const nested = await server.call('explain_request', { capture: '['.repeat(500_000), signature: 'ab'.repeat(32) });
    expect(nested.structured).toMatchObject({ valid: false });
    expect(nested.text.length).toBeLessThan(20_000);
  });

  it('an unknown tool whose name is a megabyte long gets a short answer', async () => {
    await expect(server.client.callTool({ name: 'x'.repeat(1_000_000) })).rejects.toThrow('the answer is too large');
  });
});

it('list_deliveries shows little of an API that sends too much, and numbers of another type', async () => {
  const huge = '\u001b'.repeat(1_000);
  const delivery = {
    id: 'del_1',
    event: huge,
    status: huge,
    responseCode: '200',
    timestamp: null,
    retries: {},
    error: huge,
  };
  const webhook = {
    id: 'whk_1',
    url: `https://a:b@a.test/${huge}?token=t0ken`,
    events: Array(30).fill(huge.slice(0, 100)),
    status: null,
  };
  const odd = createServer(({ url }, response) => {
    const items = url?.includes('deliveries') ? Array(200).fill(delivery) : Array(100).fill(webhook);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ success: true, data: { items, total: 500 } }));
  });
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
  afterAll(() => odd.close());
  const other = await startMcp({ VIDEOCLOUD_API_URL: `http://127.0.0.1:${(odd.address() as AddressInfo).port}` });
  const { error, text, structured } = await other.call('list_deliveries');
  expect(error, text).toBe(false);
  expect(structured).toMatchObject({ more: true, webhooks: Array(10).fill({ status: '' }) });
  expect(text).not.toMatch(/t0ken|a:b@/);
  expect(text.length).toBeLessThan(200_000);
});

describe('secrets stay where they are, though others quote them', () => {
  it('in an answer of the management API', async () => {
    const text = await server.refused('list_deliveries');
    expect(text).toMatch(/^the API answered .*401.* Is VIDEOCLOUD_API_TOKEN right\?$/);
  });

  it('in the URL of an inbox that cannot be opened', async () => {
    expect(await server.refused('inbox_stats')).toMatch(/127\.0\.0\.1:1|PostgreSQL|ECONNREFUSED/);
  });

  it('in the names of tools and inputs', async () => {
    expect(await server.refused(SECRET)).toContain('Tool [secret] not found');
    await server.refused('list_events', { [SECRET]: TOKEN });
    await server.refused('sample_event', { event: SECRET });
    await server.refused('check_endpoint', { url: `http://${TOKEN}/` });
  });

  it('when an inbox is no inbox', async () => {
    for (const url of [
      `file:${path('absent.db')}`,
      ':memory:',
      `nonsense ${SECRET}`,
      'redis://:hunter-22@127.0.0.1:1/99',
    ]) {
      const other = await startMcp({ INBOX_URL: url, VIDEOCLOUD_WEBHOOK_SECRET: SECRET });
      const text = await other.refused('dead_letters');
      expect(text).not.toContain('hunter-22');
      if (url.endsWith('.db'))
        expect(text).toMatch(/absent\.db: is the path right, seen from \/.*\? Give an absolute one$/);
      await other.client.close();
    }
  });
});
