// docs/receive/migrate.md says what the guide's sample does; here it does it, and the receiver after it does not.
import { sign } from '@videocloud/webhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fences, readPage } from './snippets/extract.js';
import { clear, type Running, start } from './snippets/run.js';

const secret = 'a secret to migrate with';
const [guide, ours, check, middleware] = fences('docs/receive/migrate.md', readPage('docs/receive/migrate.md'));
let before: Running;
let after: Running;

beforeAll(async () => {
  clear();
  if (guide === undefined || ours === undefined) throw new Error('docs/receive/migrate.md has lost its snippets');
  const env = { VIDEOCLOUD_WEBHOOK_SECRET: secret, NODE_ENV: 'development' };
  before = await start(guide, env);
  after = await start(ours, env);
});
afterAll(async () => {
  await before?.stop();
  await after?.stop();
});

const event = (data: string) => `{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":${data}}`;

async function post(program: Running, body: string, signature: string | null): Promise<[status: number, text: string]> {
  const headers = {
    'content-type': 'application/json',
    ...(signature !== null && { 'x-videocloud-signature': signature }),
  };
  const response = await fetch(program.url ?? '', { method: 'POST', headers, body });
  return [response.status, await response.text()];
}

/** What the guide's sample answers, and what the receiver does. */
async function both(body: string, signature: string | null): Promise<[before: number, after: number]> {
  return [(await post(before, body, signature))[0], (await post(after, body, signature))[0]];
}

describe("what docs/receive/migrate.md says of the guide's sample", () => {
  it.each([
    ['1.0', event('{"n":1.0}')],
    ['\\/', event('{"n":"a\\/b"}')],
    ['\\u00e9', event('{"n":"\\u00e9"}')],
    ['a space after a colon', event('{"n": 1}')],
    ['an integer above 2^53', event('{"n":9007199254740993}')],
    ['a newline at the end', `${event('{"n":1}')}\n`],
  ])('signed, with %s: it answers 401', async (_, body) => {
    expect(await both(body, await sign(body, secret))).toEqual([401, 200]);
  });

  it('accepts other bytes than were signed', async () => {
    const signature = await sign(event('{"n":2}'), secret);
    expect(await both(event('{ "n": 2.0 }'), signature)).toEqual([200, 401]);
  });

  it.each([
    ['without the header', async () => null],
    ['of another length', async (body: string) => (await sign(body, secret)).slice(2)],
  ])('a signature %s: 500, with its stack', async (_, broken) => {
    const body = event('{"n":3}');
    const [status, text] = await post(before, body, await broken(body));
    expect([status, text]).toEqual([500, expect.stringMatching(/\bat .*:\d+:\d+/)]);
    const [better, told] = await post(after, body, await broken(body));
    expect([better, told]).toEqual([401, expect.stringContaining('"signature_m')]);
  });

  it('accepts 64 good digits and anything after them', async () => {
    const body = event('{"n":4}');
    expect(await both(body, `${await sign(body, secret)}, and more`)).toEqual([200, 401]);
  });

  it('handles the same one twice', async () => {
    const body = event('{"n":"twice"}');
    const signature = await sign(body, secret);
    expect([await both(body, signature), await both(body, signature)]).toEqual([
      [200, 200],
      [200, 200],
    ]);
    expect(before.output().match(/twice/g)).toHaveLength(2);
    expect(after.output().match(/twice/g)).toHaveLength(1);
  });

  it('refuses what is over 100 KB', async () => {
    const body = event(`{"n":"${'x'.repeat(110_000)}"}`);
    expect(await both(body, await sign(body, secret))).toEqual([413, 200]);
  });

  it('answers signed JSON that is no object with 400 and its stack', async () => {
    const signature = await sign('"text"', secret);
    expect(await post(before, '"text"', signature)).toEqual([400, expect.stringMatching(/\bat .*:\d+:\d+/)]);
    // It is no event: onUnhandled takes it.
    expect((await post(after, '"text"', signature))[0]).toBe(200);
  });
});

describe('a check written by hand, replaced', () => {
  it.each([
    ['by verify', check],
    ['by a middleware', middleware],
  ])('%s: takes what is signed, refuses what is forged or unsigned', async (_, snippet) => {
    if (snippet === undefined) throw new Error('docs/receive/migrate.md has lost its snippets');
    const program = await start(snippet, { VIDEOCLOUD_WEBHOOK_SECRET: secret });
    const body = event('{"n":5}');
    const signatures = [await sign(body, secret), await sign(body, 'another secret'), null];
    const statuses = [];
    for (const signature of signatures) statuses.push((await post(program, body, signature))[0]);
    await program.stop();
    expect(statuses).toEqual([200, 401, 401]);
  });
});
