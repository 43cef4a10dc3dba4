import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixture } from '@videocloud/webhooks/testing';
import { type Inbox, type InboxStats, openInbox } from '@videocloud/webhooks-inbox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli, path, put, start } from './harness.js';

const NASTY = 'no\u001b[2J table\u202e\nerror: all is well';
let inbox: Inbox;
let url: string;
let made = 0;

beforeEach(async () => {
  url = `file:${path(`inbox-${made++}.db`)}`;
  inbox = await openInbox(url, { maxAttempts: 1, onError: () => {}, pollInterval: 20 });
});
afterEach(() => inbox.close());

const run = (...args: string[]) => cli(['inbox', ...args], { env: { INBOX_URL: url } });
const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);

async function becomes(expected: Partial<InboxStats>): Promise<void> {
  await expect.poll(() => inbox.stats(), { timeout: 30_000 }).toMatchObject(expected);
}

/** Dead letters of two events in turn, and one whose bytes are no event. */
async function withDeadLetters(count: number): Promise<string[]> {
  const bodies = Array.from({ length: count }, (_, n) =>
    Buffer.from(
      n === 0 ? 'not an event' : JSON.stringify({ ...fixture(n % 2 ? 'video.uploaded' : 'video.deleted'), n }),
    ),
  );
  for (const rawBody of bodies) await inbox.accept({ rawBody });
  const processing = inbox.process(() => {
    throw new Error(NASTY);
  });
  await becomes({ dead: count, waiting: 0, running: 0 });
  await processing.stop();
  return bodies.map((body) => createHash('sha256').update(body).digest('hex'));
}

describe('inbox stats', () => {
  it('shows the figures, and fails when a condition holds', async () => {
    await withDeadLetters(3);
    const { code, out } = await run('stats');
    expect(code).toBe(0);
    expect(out).toMatch(/^waiting +0\nrunning +0\ndead +3 +see `inbox list --state dead`\nhandled +0\noldest +-\n/);
    expect(out).toMatch(/last minute +3 +accepted, 0 handled, 3 dead\n$/);
    expect(await json('stats')).toEqual(await inbox.stats());
    const failing = await run('stats', '--fail-if', 'waiting>=100, dead>2,oldest>5m');
    expect(failing).toMatchObject({ code: 1, out: expect.stringMatching(/\nfailed: dead>2\n$/) });
    expect(await run('stats', '--fail-if', 'dead>3,oldest>5m,paused')).toMatchObject({ code: 0 });
    await inbox.accept({ rawBody: Buffer.from('waits') });
    await sleep(20);
    const ran = await run('stats', '--fail-if', 'oldest>=10ms,handled=0,running<1', '--json');
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out).failed).toEqual(['oldest>=10ms', 'handled=0', 'running<1']);
  });

  it.each(['', 'dead', 'dead>x', 'dead>5m', 'oldest>5', 'old>5m', 'dead>0,,', 'dead=>1', 'constructor>0'])(
    'refuses the condition %j',
    async (conditions) => {
      const { code, out, err } = await run('stats', '--fail-if', conditions);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^error: --fail-if takes conditions such as/);
    },
  );
});

describe('inbox list and show', () => {
  it('list dead letters with filters; a stranger’s text stays on its line', async () => {
    const ids = await withDeadLetters(5);
    const { code, out, err } = await run('list', '--state', 'dead');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBe(6);
    expect(lines[0]).toMatch(/^STATE +EVENT +SIZE +ATTEMPTS +AGE +ERROR +ID$/);
    expect(lines[1]).toMatch(
      /^dead +\S+ +\d+ B +1 +\d+ m?s +Error no\\u001b\[2J table\\u202e\\nerror: all is well +[0-9a-f]{64}$/,
    );
    expect((await json('list')).map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort());
    expect(await json('list', '--event', 'video.deleted', '--state', 'dead')).toMatchObject([
      { event: 'video.deleted' },
      { event: 'video.deleted' },
    ]);
    expect(await json('list', '--state', 'dead', '--until', '1h')).toEqual([]);
    expect((await json('list', '--state', 'dead', '--since', '1h', '--error', 'all is')).length).toBe(5);
    expect(await run('list', '--state', 'waiting')).toMatchObject({ code: 0, out: 'no records\n' });
    const cut = await run('list', '--limit', '2', '--json');
    expect([JSON.parse(cut.out).length, cut.err]).toEqual([2, 'note: there may be more: raise --limit\n']);
  });

  it('show a record as text, hexadecimal, JSON and bytes', async () => {
    const bodies = ['{"a":"\u009b31m","b":1}', 'two\nlines\u001b]0;title\u0007', Buffer.from([0, 255, 27, 65])];
    const ids = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
    for (const body of bodies) await inbox.accept({ rawBody: Buffer.from(body as string) });
    const show = async (id: number, ...options: string[]) => (await run('show', ids[id] ?? '', ...options)).out;
    expect(await show(0)).toMatch(
      /^id +[0-9a-f]{64}\nstate +waiting\nevent +not an event\nsize +\d+ bytes\nattempts +0\n/,
    );
    expect(await show(0)).toMatch(/\n\n {2}\{\n {4}"a": "\\u009b31m",\n {4}"b": 1\n {2}\}\n$/);
    expect(await show(1)).toMatch(/\n\n {2}two\n {2}lines\\u001b\]0;title\\u0007\n$/);
    expect(await show(2)).toMatch(/\n\n00000000 {2}00 ff 1b 41 +\.\.\.A\n$/);
    expect(await show(0, '--hex')).toMatch(/\n\n00000000 {2}7b 22 61 .* {2}\{"a":"\.\.31m.*\n00000010 {2}/);
    expect(await show(0, '--raw')).toBe(bodies[0]);
    expect(JSON.parse(await show(1, '--json'))).toMatchObject({
      state: 'waiting',
      body: bodies[1],
      rawBody: Buffer.from(bodies[1] ?? '').toString('base64'),
    });
    expect(await run('show', 'nothing\u001b')).toMatchObject({
      code: 1,
      err: 'error: no record has the id nothing\\u001b\n',
    });
    expect(await run('show', ids[0] ?? '', '--raw', '--hex')).toMatchObject({ code: 2 });
    const terminal = await cli(['inbox', 'show', ids[1] ?? '', '--raw'], { env: { INBOX_URL: url }, pty: true });
    expect(terminal).toMatchObject({ code: 2, out: expect.stringContaining('direct it into a file') });
  });
});

describe('inbox retry and discard', () => {
  it('change records by id, and say which were not changed', async () => {
    const [first = '', second = '', third = ''] = await withDeadLetters(3);
    expect(await run('retry', first, second)).toMatchObject({ code: 0, out: 'retried 2 of 2\n' });
    expect(await run('discard', third)).toMatchObject({ code: 0, out: 'discarded 1 of 1\n' });
    expect(await run('retry', third)).toMatchObject({
      code: 1,
      out: 'retried 0 of 1\n',
      err: `note: ${third} is not dead or retrying\n`,
    });
    expect(await json('discard', first, third)).toEqual({ discarded: 1, unchanged: [third] });
    expect(await inbox.stats()).toMatchObject({ waiting: 1, dead: 0 });
  });

  it('change all that match, but only with --yes', async () => {
    await withDeadLetters(6);
    expect(await run('retry', '--all')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^would retry 6 \((\d [\w. ]+(, )?){3}\): add --yes to do it\n$/),
    });
    expect(await json('retry', '--all', '--event', 'video.uploaded')).toEqual({
      retried: 0,
      matching: 3,
      events: { 'video.uploaded': 3 },
      dryRun: true,
    });
    expect(await run('discard', '--all', '--event', 'video.none')).toMatchObject({ code: 0, out: 'would discard 0\n' });
    expect(await inbox.stats()).toMatchObject({ waiting: 0, dead: 6 });
    expect(await run('discard', '--all', '--event', 'video.uploaded', '--yes')).toMatchObject({ out: 'discarded 3\n' });
    expect(await json('retry', '--all', '--error', 'table', '--per-second', '50', '--yes')).toEqual({
      retried: 3,
      dryRun: false,
    });
    expect(await inbox.stats()).toMatchObject({ waiting: 3, dead: 0 });
  });

  it.each([
    [['retry'], /give ids, or --all/],
    [['discard', '--event', 'video.deleted'], /give ids, or --all/],
    [['retry', 'abc', '--all'], /not both/],
    [['retry', 'abc', '--event', 'video.deleted'], /not both/],
    [['retry', '--all', '--per-second', '0'], /--per-second takes a number above 0/],
    [['retry', '--all', '--state', 'handled'], /--state must be one of dead, retrying/],
    [['discard', '--all', '--state', 'runing'], /--state must be one of dead, retrying, waiting/],
    [['list', '--since', 'yesterday'], /--since takes a time such as/],
    [['list', '--limit', 'many'], /--limit/],
    [['stat'], /stats/],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

describe('inbox pause, resume and watch', () => {
  it('pause and resume the handlers of another process', async () => {
    let runs = 0;
    inbox.process(() => void runs++);
    expect(await run('pause')).toMatchObject({ code: 0, out: expect.stringMatching(/^paused/) });
    await inbox.accept({ rawBody: Buffer.from('{}') });
    await sleep(200);
    expect(runs).toBe(0);
    expect((await run('stats')).out).toMatch(/paused: no handler starts until `inbox resume`/);
    expect(await run('stats', '--fail-if', 'paused')).toMatchObject({ code: 1 });
    expect(await json('resume')).toEqual({ paused: false });
    await expect.poll(() => runs, { timeout: 30_000 }).toBe(1);
  });

  it('watch prints a line each time, and ends on Ctrl-C', async () => {
    await withDeadLetters(2);
    const watching = start(['inbox', 'watch', '--interval', '1', '--inbox', url]);
    await watching.said(/TIME +WAITING.*OUT\/MIN\n\d\d:\d\d:\d\d +0 +0 +0 +2 +0 +- +2 +0\n/);
    watching.kill('SIGINT');
    expect((await watching.done).code).toBe(130);
    const lines = start(['inbox', 'watch', '--interval', '1', '--inbox', url, '--json']);
    await lines.said(/\n.*\n/);
    lines.kill('SIGINT');
    const { code, out } = await lines.done;
    expect(code).toBe(130);
    for (const line of out.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ dead: 2, paused: false });
  });
});

describe('inbox ui', () => {
  it('serves the page to this machine only, under its own names', async () => {
    const [id = ''] = await withDeadLetters(1);
    const ui = start(['inbox', 'ui', '--inbox', url]);
    const page = await ui.said(/page +(http:\/\/127\.0\.0\.1:\d+\/)/);
    expect(await (await fetch(page)).text()).toContain('<title>');
    const { port } = new URL(page);
    expect((await fetch(`http://localhost:${port}/api/records?state=dead`)).status).toBe(200);
    const foreign = await new Promise<number | undefined>((resolve) =>
      get(
        { host: '127.0.0.1', port, path: `/api/record?id=${id}`, headers: { host: `evil.test:${port}` } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      ),
    );
    expect(foreign).toBe(403);
    const second = await run('ui', '--port', port);
    expect(second).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^error: the page cannot be served: .*EADDRINUSE/),
    });
    ui.kill('SIGINT');
    expect((await ui.done).code).toBe(130);
  });
});

it.each<[string, string[], number, RegExp]>([
  ['no URL', [], 2, /no inbox: give --inbox URL or set INBOX_URL/],
  ['a file that is not there', ['--inbox', 'file:nowhere.db'], 2, /There is no inbox file nowhere\.db/],
  [
    'a file that is no inbox',
    ['--inbox', `file:${put('text.db', 'just text\n'.repeat(200))}`],
    3,
    /check that it is a SQLite file/,
  ],
  ['memory', ['--inbox', ':memory:'], 2, /only in the process that opened it/],
  ['an unknown scheme', ['--inbox', 'mysql://root:hunter2@host/db'], 2, /no 'mysql:' inbox/],
  ['no server', ['--inbox', 'redis://:hunter2@127.0.0.1:1'], 3, /is the server up/],
  ['a wrong name', ['--inbox', 'redis://:hunter2@127.0.0.1:1', '--name', '1'], 2, /name must match/],
])('ends with one line for %s, without the password', async (_, options, code, message) => {
  const ran = await cli(['inbox', 'stats', ...options]);
  expect({ code: ran.code, out: ran.out }).toEqual({ code, out: '' });
  expect(ran.err).toMatch(message);
  expect(ran.err.trimEnd()).not.toMatch(/\n|hunter2/);
});
