import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ask } from '../../../../tests/support/ask.js';
import { type BoardOptions, createBoard } from '../../src/board/index.js';
import { openInbox } from '../../src/index.js';
import { accept, makeDead, startBoard } from './support/start-board.js';

const OWN = { 'x-videocloud-board': '1' };

async function memoryInbox() {
  const inbox = await openInbox(':memory:');
  onTestFinished(() => inbox.close());
  return inbox;
}

/** A board with one dead letter. */
async function oneDead(options: Partial<BoardOptions> = {}) {
  const started = await startBoard(options, { maxAttempts: 1, onDead: () => undefined });
  await accept(started.inbox, 1);
  await makeDead(started.inbox, () => 'broken');
  const [record] = (await started.inbox.list({ state: 'dead' })).items;
  return { ...started, id: record?.id ?? '', dead: async () => (await started.inbox.stats()).dead };
}

const WRITES = (id: string) => [
  `api/retry?id=${id}`,
  'api/retry?state=dead',
  `api/discard?id=${id}`,
  'api/discard?state=dead',
  'api/pause',
  'api/resume',
];

describe('the options of createBoard', () => {
  it('refuses to start without authorize, and names the fix', async () => {
    const inbox = await memoryInbox();
    for (const options of [undefined, {}, { authorize: undefined }, { authorize: true }, { authorize: 'false' }])
      expect(() => createBoard(inbox, options as BoardOptions)).toThrow(
        new TypeError(
          'createBoard needs authorize, a function (request) => boolean that lets operators in; ' +
            'authorize: false leaves the page open to everybody who can reach it',
        ),
      );
  });

  it('refuses what makes no sense', async () => {
    const inbox = await memoryInbox();
    const open = { authorize: false } as const;
    for (const [options, message] of [
      [{ ...open, readonly: true }, /no option 'readonly'; it has authorize, basePath, readOnly/],
      [{ ...open, readOnly: 'true' }, /readOnly must be true or false/],
      [{ ...open, basePath: 'admin' }, /basePath must be the path the board is mounted at/],
      [{ ...open, basePath: '/a"b' }, /basePath must be/],
      [{ ...open, basePath: '//evil.example' }, /basePath must be/],
      [{ ...open, onError: 1 }, /onError must be a function/],
    ] as const)
      expect(() => createBoard(inbox, options as BoardOptions)).toThrow(message);
    expect(() => createBoard({} as typeof inbox, open)).toThrow(/createBoard takes an inbox/);
    expect(() => createBoard(undefined as unknown as typeof inbox, open)).toThrow(/createBoard takes an inbox/);
  });
});

describe('authorize', () => {
  it('lets nothing pass but true, for the page, its files and its API', async () => {
    const inbox = await memoryInbox();
    const spied = vi.spyOn(inbox, 'stats');
    const errors: unknown[] = [];
    for (const authorize of [
      () => false,
      () => undefined,
      () => 'true',
      () => 1,
      () => Promise.resolve({}),
      () => Promise.reject(new Error('session store is down')),
      () => {
        throw new Error('a fault');
      },
    ]) {
      const board = createBoard(inbox, {
        authorize: authorize as () => boolean,
        onError: (error) => void errors.push(error),
      });
      for (const path of ['/', '/api/stats', '/api/records', '/assets/x/board.js', '/nothing']) {
        const answer = await board.fetch(new Request(`http://app.example${path}`));
        expect([path, answer.status]).toEqual([path, 403]);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(await answer.text()).not.toMatch(/session store|a fault/);
      }
    }
    expect(spied).not.toHaveBeenCalled();
    expect(errors).toHaveLength(10);
  });

  it('is given the request, and lets the page pass with true', async () => {
    const inbox = await memoryInbox();
    const board = createBoard(inbox, {
      basePath: '/ops/',
      authorize: async (request) => request.headers.get('authorization') === 'Bearer x',
    });
    const headers = { authorization: 'Bearer x' };
    for (const path of ['/ops', '/ops/', '/ops/api/stats', '/ops/api/records'])
      expect((await board.fetch(new Request(`http://app.example${path}`, { headers }))).status).toBe(200);
    expect((await board.fetch(new Request('http://app.example/ops/'))).status).toBe(403);
  });
});

describe('who may change something', () => {
  it('nobody in read-only mode, whatever is sent', async () => {
    const { url, id, dead, inbox } = await oneDead({ readOnly: true });
    const { origin } = new URL(url);
    for (const path of WRITES(id))
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'GET']) {
        const { status } = await ask(`${url}${path}`, { ...OWN, origin, 'sec-fetch-site': 'same-origin' }, method);
        expect([path, method, status >= 400]).toEqual([path, method, true]);
      }
    expect(await dead()).toBe(1);
    expect((await inbox.stats()).paused).toBe(false);
    expect((await ask(`${url}api/records?state=dead`)).status).toBe(200);
  });

  it('the page itself, and no page of another origin', async () => {
    const { url, id, dead } = await oneDead();
    const { origin, port } = new URL(url);
    for (const headers of [
      {},
      OWN,
      { origin },
      { 'sec-fetch-site': 'same-origin' },
      { ...OWN, origin: 'https://evil.example' },
      { ...OWN, origin: 'null' },
      { ...OWN, origin: '' },
      { ...OWN, origin: `http://localhost:${port}` },
      { ...OWN, origin: `${origin}.evil.example` },
      { ...OWN, origin, 'sec-fetch-site': 'cross-site' },
      { ...OWN, origin, 'sec-fetch-site': 'same-site' },
      { ...OWN, origin, 'sec-fetch-site': 'none' },
      { ...OWN, origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ])
      for (const path of WRITES(id))
        expect([headers, path, (await ask(`${url}${path}`, headers, 'POST')).status]).toEqual([headers, path, 403]);
    expect(await dead()).toBe(1);
    const preflight = await ask(`${url}api/discard?state=dead`, { origin: 'https://evil.example' }, 'OPTIONS');
    expect(preflight.status).toBe(405);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask(`${url}api/retry?id=${id}`, OWN, 'GET')).status).toBe(404);
    expect((await ask(`${url}api/retry?id=${id}`, { ...OWN, origin }, 'POST')).status).toBe(200);
    expect(await dead()).toBe(0);
  });

  it('the path that was asked for, whatever Host says', async () => {
    const { url, dead } = await oneDead({ basePath: '/admin/inbox' });
    for (const host of ['x/admin/inbox/api/records?', 'x?', 'x#', 'user@x', 'x\\admin', 'x:y', '[::1', 'a b']) {
      const { status, body } = await ask(`${new URL(url).origin}/admin/inbox/`, { host });
      expect([host, status, body]).toEqual([host, 400, expect.stringMatching(/^(Bad request\n)?$/)]);
    }
    for (const host of ['x', 'x.example:8443', '127.0.0.1', '[::1]:80', 'xn--e1aybc.example', 'under_score'])
      expect([host, (await ask(url, { host })).status]).toEqual([host, 200]);
    expect(await dead()).toBe(1);
  });

  it('the page behind a proxy that gives the request another Host', async () => {
    const { url, id } = await oneDead();
    const proxied = { ...OWN, origin: 'https://ops.example' };
    const post = (headers: Record<string, string>) => ask(`${url}api/retry?id=${id}`, headers, 'POST');
    expect((await post({ ...proxied, host: 'backend.internal' })).body).toContain('X-Forwarded-Host');
    expect((await post({ ...proxied, host: 'ops.example:443' })).status).toBe(200);
    const forwarded = { 'x-forwarded-host': 'ops.example' };
    expect((await post({ ...proxied, ...forwarded, host: 'backend.internal' })).status).toBe(200);
  });

  it('reads nothing for another site, though its links may lead to the page', async () => {
    const { url } = await oneDead();
    for (const site of ['cross-site', 'same-site']) {
      for (const path of ['api/stats', 'api/records', 'api/count?state=dead'])
        expect((await ask(`${url}${path}`, { 'sec-fetch-site': site })).status).toBe(403);
      expect((await ask(url, { 'sec-fetch-site': site })).status).toBe(200);
    }
  });
});

describe('the answers', () => {
  it('hold a policy without inline script, refusals included, and no inline script', async () => {
    const { url } = await startBoard({ basePath: '/ops' });
    for (const [path, status] of [
      ['', 200],
      ['api/stats', 200],
      ['api/none', 404],
      ['none', 404],
      ['../other', 404],
      ['api/records?state=nonsense', 400],
    ] as const) {
      const answer = await ask(`${url}${path}`);
      expect([path, answer.status]).toEqual([path, status]);
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    const { body } = await ask(url);
    expect(body.match(/<script[^>]*>[^<]*/g)).toEqual([
      expect.stringMatching(/^<script type="module" src="\/ops\/assets\/[0-9a-f]+\/board\.js">$/),
    ]);
    expect(body).not.toMatch(/\son\w+=|style="|https?:\/\//);
    const [, script = ''] = /src="\/ops\/([^"]+)"/.exec(body) ?? [];
    const asset = await ask(`${url}${script}`);
    expect([asset.status, asset.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  it('names the base path where the page was mounted elsewhere', async () => {
    const { url } = await startBoard({ basePath: '/ops' });
    const { body, status } = await ask(`${new URL(url).origin}/elsewhere/`);
    expect([status, body]).toEqual([404, expect.stringContaining('The board is set up for /ops: mount it there')]);
    expect((await ask(`${new URL(url).origin}/opsX`)).status).toBe(404);
  });

  it('keep how a reader wants the page in cookies of its own path, for the page itself only', async () => {
    const { url } = await startBoard({ basePath: '/ops', readOnly: true });
    const { origin } = new URL(url);
    const path = `${url}api/preferences?language=ru&theme=dark&keys=off&theme2=x&other=y`;
    expect((await ask(path, { ...OWN, origin: 'https://evil.example' }, 'POST')).status).toBe(403);
    const { status, headers } = await ask(path, { ...OWN, origin }, 'POST');
    const rules = 'Path=/ops; Max-Age=31536000; SameSite=Strict; HttpOnly';
    expect([status, headers['set-cookie']]).toEqual([
      200,
      [
        `videocloud_board_language=ru; ${rules}`,
        `videocloud_board_theme=dark; ${rules}`,
        `videocloud_board_keys=off; ${rules}`,
      ],
    ]);
    const odd = await ask(`${url}api/preferences?language=fr&theme=x%3B%20Path%3D/`, { ...OWN, origin }, 'POST');
    expect([odd.status, odd.headers['set-cookie']]).toEqual([200, undefined]);
    const cookie = 'app=1; videocloud_board_language=ru; videocloud_board_theme=dark; videocloud_board_keys="><script>';
    const { body } = await ask(url, { cookie });
    expect(body).toContain('<html lang="ru" data-theme="dark" data-base="/ops" data-read="only" data-keys="on">');
  });

  it('say in one sentence what is wrong with a filter', async () => {
    const { url } = await oneDead();
    const { origin } = new URL(url);
    for (const [path, message] of [
      ['api/records?state=x', 'state must be one of dead, running, retrying, waiting, handled.'],
      ['api/records?since=yesterday', 'since must be milliseconds since the epoch.'],
      ['api/records?cursor=x', 'cursor is not of this list.'],
      ['api/records?event=a&event=b', 'event must be given once.'],
      ['api/record', 'id must be the id of a record.'],
      [`api/records?error=${'x'.repeat(5_000)}`, 'error must be at most 4096 characters.'],
    ] as const) {
      const { status, body } = await ask(`${url}${path}`);
      expect([path, status, JSON.parse(body).error.message]).toEqual([path, 400, message]);
    }
    for (const [path, message] of [
      ['api/discard', 'state must be one of dead, retrying, waiting.'],
      ['api/discard?state=handled', 'state must be one of dead, retrying, waiting.'],
      ['api/retry?state=dead&per_second=0', 'per_second must be an integer from 1 to 1000000.'],
    ] as const) {
      const { status, body } = await ask(`${url}${path}`, { ...OWN, origin }, 'POST');
      expect([path, status, JSON.parse(body).error.message]).toEqual([path, 400, message]);
    }
    expect((await ask(`${url}api/record?id=none`)).status).toBe(404);
  });

  it('keep what a database says out of the page', async () => {
    const inbox = await memoryInbox();
    const errors: unknown[] = [];
    const board = createBoard(
      { ...bound(inbox), stats: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:5432')) },
      { authorize: false, onError: (error) => void errors.push(error) },
    );
    const answer = await board.fetch(new Request('http://app.example/api/stats'));
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('10.0.0.7');
    expect(String(errors[0])).toContain('10.0.0.7');
  });
});

/** The methods of an inbox as an object that can be spread. */
const bound = (inbox: Awaited<ReturnType<typeof openInbox>>) => ({
  list: inbox.list.bind(inbox),
  get: inbox.get.bind(inbox),
  retry: inbox.retry.bind(inbox),
  discard: inbox.discard.bind(inbox),
  pause: inbox.pause.bind(inbox),
  resume: inbox.resume.bind(inbox),
});

describe('an inbox that is opened with the first request', () => {
  it('is opened once, and again after a failure', async () => {
    const inbox = await memoryInbox();
    let opened = 0;
    const board = createBoard(
      () => {
        opened++;
        if (opened === 1) throw new Error('the database starts');
        return inbox;
      },
      { authorize: false, onError: () => undefined },
    );
    const status = async () => (await board.fetch(new Request('http://app.example/api/stats'))).status;
    expect((await board.fetch(new Request('http://app.example/'))).status).toBe(200);
    expect(opened).toBe(0);
    expect([await status(), await status(), await status(), opened]).toEqual([500, 200, 200, 2]);
  });
});
