// docs/receive/migrate.md, framework by framework: the usual check does what the page says, the receiver after it does better.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sign } from '@videocloud/webhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fences, readPage, type Snippet } from './snippets/extract.js';
import { clear, type Running, start } from './snippets/run.js';

const PAGE = 'docs/receive/migrate.md';
const secret = 'a secret to migrate with';
const lines = readPage(PAGE).split('\n');
const snippets = fences(PAGE, readPage(PAGE));

/** The `###` section that a snippet stands in. */
const sectionOf = ({ line }: Snippet) =>
  lines
    .slice(0, line)
    .filter((one) => /^###? /.test(one))
    .at(-1);

const event = (data: string) => `{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":${data}}`;
const encode = (text: string) => new TextEncoder().encode(text);
const RESERIALIZED = [event('{"n":1.0}'), event('{"n":"\\u00e9"}'), event('{"n": 1}'), `${event('{"n":1}')}\n`];
const BOM = [`\ufeff${event('{}')}`];

/** What each refuses though it is signed, and how the module is served where it does not listen. */
const FRAMEWORKS: readonly [name: string, lost: readonly string[], as?: string][] = [
  ['Koa', BOM],
  ['NestJS', RESERIALIZED],
  ['node:http', [event('{"title":"\u00e9"}')]],
  ['AWS Lambda', [event('{}')], 'lambda'],
  ['SvelteKit', BOM, 'sveltekit'],
  ['Nuxt', RESERIALIZED, 'nuxt'],
  ['Fastify', RESERIALIZED],
  ['Hono', RESERIALIZED],
  ['Next.js', RESERIALIZED],
];

/** Posts a body in two pieces, the second of which begins inside a character where there is one of two bytes. */
async function post({ url }: Running, body: Uint8Array, signature: string, type = 'application/json'): Promise<number> {
  const headers = { 'content-type': type, 'x-videocloud-signature': signature, 'content-length': body.length };
  const middle = body.findIndex((byte) => byte > 0x7f) + 1;
  return new Promise((resolve, reject) => {
    const posting = request(url ?? '', { method: 'POST', headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
    posting.flushHeaders();
    posting.write(body.subarray(0, middle));
    sleep(50).then(() => posting.end(body.subarray(middle)));
  });
}

it('every section of the page is here', () => {
  const shown = snippets.map(sectionOf).filter((heading) => heading?.startsWith('### '));
  expect([...new Set(shown)].sort()).toEqual(FRAMEWORKS.map(([name]) => `### ${name}`).sort());
});

beforeAll(clear);

describe.each(FRAMEWORKS)('%s', (name, lost, as = '') => {
  let before: Running;
  let after: Running;
  beforeAll(async () => {
    const [usual, ours] = snippets.filter((one) => sectionOf(one) === `### ${name}`);
    if (usual === undefined || ours === undefined) throw new Error(`${PAGE} has lost the snippets of ${name}`);
    const env = { VIDEOCLOUD_WEBHOOK_SECRET: secret, SNIPPET_AS: as };
    [before, after] = await Promise.all([start(usual, env), start(ours, env)]);
  });
  afterAll(async () => {
    await before?.stop();
    await after?.stop();
  });

  const both = async (body: string, signature: string, type?: string) => [
    await post(before, encode(body), signature, type),
    await post(after, encode(body), signature, type),
  ];

  it('both take a signed delivery and refuse a forged one', async () => {
    const body = event('{"n":1}');
    expect(await both(body, await sign(body, secret))).toEqual([200, 200]);
    expect(await both(body, await sign(body, 'another secret'))).toEqual([401, 401]);
  });

  it('the receiver handles a copy once', async () => {
    const count = ({ output }: Running) => output().match(/^handled video\.deleted$/gm)?.length ?? 0;
    const [first, second] = [count(before), count(after)];
    const body = event('{"n":2}');
    const signature = await sign(body, secret);
    await both(body, signature);
    expect(await both(body, signature)).toEqual([200, 200]);
    await expect.poll(() => [count(before) - first, count(after) - second]).toEqual([2, 1]);
  });

  it.each(lost)('the receiver takes what the check refuses, signed: %j', async (body) => {
    // The host of the test hands Lambda functions other bodies than JSON in base64, as API Gateway does.
    const type = as === 'lambda' ? 'application/octet-stream' : undefined;
    expect(await both(body, await sign(body, secret), type)).toEqual([401, 200]);
  });
});
