import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { createSender } from '@videocloud/webhooks-sender';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, JSON_TYPE } from '../../../tests/support/ask.js';
import { createInspector } from '../src/index.js';
import { MOST_READERS } from '../src/server/live-stream.js';
import { startInspector } from './support/start-inspector.js';

/** Opens the live stream of a page over a connection of its own. */
function follow(url: string): { opened: Promise<number>; ended: Promise<void>; close: () => void } {
  const sent = request(`${url}api/live`, { agent: false });
  const ended = new Promise<void>((resolve) => sent.once('close', () => resolve()));
  const opened = new Promise<number>((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', (response) => response.once('data', () => resolve(response.statusCode ?? 0)));
  });
  sent.end();
  return { opened, ended, close: () => sent.destroy() };
}

describe('who may ask for the page', () => {
  it('answers names of this machine and numeric addresses alone, whatever is asked for', async () => {
    const { url } = await startInspector();
    const { port } = new URL(url);
    for (const host of ['localhost', `localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'a.localhost'])
      expect([host, (await ask(url, { host })).status]).toEqual([host, 200]);
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'notlocalhost',
      'localhost@evil.example',
      'evil.example#127.0.0.1',
      '127.0.0.1:80:80',
      '2130706433',
    ]) {
      for (const path of ['', 'api/state', 'api/live', 'api/deliveries', 'assets/x/main.js']) {
        const { status, body } = await ask(`${url}${path}`, { host });
        expect([host, path, status === 421 || status === 400]).toEqual([host, path, true]);
        expect(body).not.toContain('whk_');
      }
    }
  });

  it('lets no page of another origin change or read anything', async () => {
    const { url, sender, webhookId, receiver } = await startInspector();
    const { origin, port } = new URL(url);
    const body = JSON.stringify({ event: 'video.deleted', data: { videoId: 'vid_1' } });
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `http://localhost:${port}` },
      { origin: `http://127.0.0.1:${Number(port) - 1}` },
      { origin: `${origin}.evil.example` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin, 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await ask(`${url}api/send`, { ...JSON_TYPE, ...headers }, 'POST', body)).status).toBe(403);
      expect((await ask(`${url}api/state`, headers)).status).toBe(403);
      expect((await ask(`${url}api/manage/webhooks/${webhookId}`, headers, 'DELETE')).status).toBe(403);
      expect(
        (await ask(`${url}api/webhooks/${webhookId}/secret`, { ...JSON_TYPE, ...headers }, 'POST', '{}')).status,
      ).toBe(403);
    }
    expect(sender.deliveries().items).toEqual([]);
    expect(sender.webhooks()).toHaveLength(1);
    expect(receiver.handled).toEqual([]);
    // What a form of another page could send needs no preflight: it is refused for its type as well.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])
      expect((await ask(`${url}api/send`, { 'content-type': type }, 'POST', body)).status).toBe(415);
    const preflight = await ask(`${url}api/send`, { origin: 'https://evil.example' }, 'OPTIONS');
    expect(preflight.status).toBe(403);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
    // A link from elsewhere may lead to the page; the page itself may ask.
    expect((await ask(url, { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
    expect(
      (await ask(`${url}api/send`, { ...JSON_TYPE, origin, 'sec-fetch-site': 'same-origin' }, 'POST', body)).status,
    ).toBe(200);
  });

  it('sends a policy without inline script with every answer, refusals included, and no inline script', async () => {
    const { url } = await startInspector();
    for (const [path, headers, status] of [
      ['', {}, 200],
      ['api/state', {}, 200],
      ['api/manage/webhooks', {}, 200],
      ['api/none', {}, 404],
      ['none', {}, 404],
      ['', { host: 'evil.example' }, 421],
      ['api/state', { origin: 'null' }, 403],
    ] as const) {
      const answer = await ask(`${url}${path}`, headers);
      expect([path, answer.status]).toEqual([path, status]);
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
    const { body } = await ask(url);
    const scripts = body.match(/<script[^>]*>[^<]*/g) ?? [];
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).toMatch(/^<script type="module" src="\/assets\/[0-9a-f]+\/main\.js">$/);
    expect(body).not.toMatch(/\son\w+=|style="|https?:\/\//);
  });

  it('listens on loopback by default, and elsewhere asks for the token of its address', async () => {
    const sender = createSender({ clock: 'virtual' });
    const inspector = createInspector({ sender });
    onTestFinished(async () => {
      await inspector.close();
      await sender.close();
    });
    expect(new URL((await inspector.listen()).url).hostname).toBe('127.0.0.1');
    const opened = new URL((await inspector.listen(0, '0.0.0.0')).url);
    const token = opened.searchParams.get('token') ?? '';
    expect(token).toMatch(/^[\w-]{32}$/);
    const page = `http://127.0.0.1:${opened.port}/`;
    for (const path of [
      '',
      'api/state',
      'api/live',
      '?token=',
      `?token=${token.slice(1)}`,
      `api/state?token=${token}`,
    ]) {
      const { status, body } = await ask(`${page}${path}`);
      expect([path, status]).toEqual([path, 401]);
      expect(body).not.toContain(token);
    }
    // The token leaves the address bar at once, for a cookie that no script and no other site gets at.
    const entered = await ask(`${page}?token=${token}`);
    expect([entered.status, entered.headers.location]).toEqual([303, '/']);
    const [given] = entered.headers['set-cookie'] ?? [];
    expect(given).toMatch(/HttpOnly/i);
    expect(given).toMatch(/SameSite=Strict/i);
    const cookie = given?.split(';')[0] ?? '';
    expect((await ask(`${page}api/state`, { cookie })).status).toBe(200);
    expect((await ask(`${page}api/state`, { cookie: `${cookie}x` })).status).toBe(401);
    expect((await ask(`${page}api/state`, { cookie, host: 'evil.example' })).status).toBe(421);
    expect(() => createInspector({ sender, apiUrl: new URL('http://localhost') as never })).toThrow(
      /apiUrl must be given as a string/,
    );
    for (const bad of ['', 'short', 'with space and more', 'x'.repeat(15)])
      expect(() => createInspector({ sender, token: bad })).toThrow(/token must be at least 16/);
  });

  it('ends though pages and idle connections are open', async () => {
    const { url, inspector } = await startInspector();
    const streams = Array.from({ length: 3 }, () => follow(url));
    await Promise.all(streams.map(({ opened }) => opened));
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    await once(idle, 'connect');
    const began = performance.now();
    await inspector.close();
    // A connection that never had a request would hold Node's own server for a minute.
    expect(performance.now() - began).toBeLessThan(30_000);
    await Promise.all(streams.map(({ ended }) => ended));
    idle.destroy();
  });

  it('lets 32 pages follow at a time, and the next one in once another has left', async () => {
    const { url } = await startInspector();
    const pages = Array.from({ length: MOST_READERS }, () => follow(url));
    expect(new Set(await Promise.all(pages.map(({ opened }) => opened)))).toEqual(new Set([200]));
    expect(await follow(url).opened).toBe(503);
    pages[0]?.close();
    await expect
      .poll(
        () => {
          pages.push(follow(url));
          return pages.at(-1)?.opened;
        },
        { timeout: 30_000 },
      )
      .toBe(200);
    for (const { close } of pages) close();
  });
});
