import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSender } from '../../src/index.js';
import { published, receiver, SECRET, start } from '../support/sender.js';

const URL_OK = 'https://your-server.com/webhooks';

describe('access, pages and secrecy of the management API', () => {
  it('asks for the token, before anything else, when there is one', async () => {
    const { call } = start({ token: 'token-1' });
    for (const authorization of [
      '',
      'token-1',
      'Bearer',
      'Bearer ',
      'Bearer token-2',
      'Bearer token-1 x',
      'Basic token-1',
      'Bearer token-11',
    ]) {
      for (const [method, path] of [
        ['GET', '/webhooks'],
        ['PUT', '/webhooks/whk_1'],
        ['DELETE', '/webhooks/whk_1'],
        ['GET', '/nowhere'],
      ] as const) {
        const { status, json } = await call(method, path, undefined, {
          headers: authorization === '' ? {} : { authorization },
        });
        expect([status, json.error.code]).toEqual([401, 'unauthorized']);
      }
    }
    expect((await call('GET', '/webhooks', undefined, { headers: { authorization: 'bearer token-1' } })).status).toBe(
      200,
    );
  });

  it('answers 404 to ids it did not give and paths it does not have', async () => {
    const { call, create } = start();
    const id = await create(URL_OK);
    for (const unknown of [
      'whk_123456',
      `${id}0`,
      id.toUpperCase(),
      'del_1',
      '%00',
      '..%2f',
      "' OR 1=1 --".replaceAll(' ', '%20'),
    ]) {
      expect((await call('PUT', `/webhooks/${unknown}`, {})).status).toBe(404);
      expect((await call('DELETE', `/webhooks/${unknown}`)).status).toBe(404);
      expect((await call('GET', `/webhooks/${unknown}/deliveries`)).status).toBe(404);
      expect((await call('POST', `/webhooks/${unknown}/test`, { event: 'video.processed' })).status).toBe(404);
    }
    for (const [method, path] of [
      ['GET', '/'],
      ['PATCH', `/webhooks/${id}`],
      ['GET', `/webhooks/${id}`],
      ['POST', '/webhook'],
      ['DELETE', '/webhooks'],
    ] as const) {
      expect([(await call(method, path)).status]).toEqual([404]);
    }
  });

  it('pages webhooks and deliveries', async () => {
    const target = await receiver();
    const { sender, call, create } = start();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await create(target.url, n === 0 ? ['video.published'] : ['user.created']));
    const sent: string[] = [];
    for (let n = 0; n < 103; n += 1) sent.push(...(await sender.emit(published())).deliveryIds);
    await sender.idle();
    const collect = async (path: string, limit: number) => {
      const pages: unknown[][] = [];
      let cursor: unknown;
      do {
        const { json } = await call(
          'GET',
          `${path}?limit=${limit}${cursor === undefined ? '' : `&cursor=${String(cursor)}`}`,
        );
        pages.push(json.data.items.map(({ id }) => id));
        cursor = json.data.nextCursor;
      } while (cursor !== undefined);
      return pages;
    };
    expect(await collect('/webhooks', 2)).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)]);
    expect(await collect('/webhooks', 5)).toEqual([ids]);
    const history = `/webhooks/${ids[0]}/deliveries`;
    expect((await collect(history, 100)).flat()).toEqual([...sent].reverse());
    const first = (await call('GET', history)).json.data;
    expect([first.items.length, first.total, typeof first.nextCursor]).toEqual([100, 103, 'string']);
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=1.5',
      'limit=1e1',
      'limit=',
      'limit=%2010',
      'limit=5&limit=6',
      'cursor=',
      'cursor=nonsense',
      'cursor=d2hrOjA',
      `cursor=${String(first.nextCursor)}`,
    ]) {
      expect([query, (await call('GET', `/webhooks?${query}`)).json.error?.code]).toEqual([query, 'invalid_parameter']);
    }
    expect((await call('GET', `/webhooks/${ids[1]}/deliveries?cursor=${String(first.nextCursor)}`)).status).toBe(400);
  });

  it('never shows a secret', async () => {
    const target = await receiver(500);
    const seen: unknown[] = [];
    const { sender, call, create } = start({ onError: (error) => seen.push(error) });
    sender.subscribe((activity) => seen.push(activity));
    const id = await create(target.url);
    await call('PUT', `/webhooks/${id}`, { secret: `${SECRET}2` });
    await sender.emit(published());
    await sender.advance(1e9);
    const all = [
      sender,
      seen,
      sender.webhooks(),
      sender.deliveries(),
      sender.delivery(sender.deliveries().items[0]?.id ?? ''),
      (await call('GET', '/webhooks')).json,
    ];
    expect(inspect(all, { depth: 20, showHidden: true })).not.toContain(SECRET);
    expect(JSON.stringify(all)).not.toContain(SECRET);
  });

  it('names the option at fault', () => {
    const wrong: [object, RegExp][] = [
      [{ schedule: [60, -1] }, /schedule/],
      [{ timeout: 0 }, /timeout/],
      [{ clock: 'fake' }, /clock/],
      [{ database: '' }, /database/],
      [{ token: ' ' }, /token/],
      [{ concurrency: 0.5 }, /concurrency/],
      [{ jitter: 2 }, /jitter/],
      [{ extraHeaders: { 'Content-Type': 'x' } }, /extraHeaders/],
      [{ extraHeaders: { 'x-a': 'b\r\nc' } }, /extraHeaders/],
      [{ allowPrivateAddresses: 'yes' }, /allowPrivateAddresses/],
      [{ allowPrivateAddresses: 1 }, /allowPrivateAddresses/],
      [{ lookup: ['127.0.0.1'] }, /lookup must be a function/],
      [{ onError: 'log' }, /onError must be a function/],
      [{ random: 0.5 }, /random must be a function/],
    ];
    for (const [options, message] of wrong) expect(() => createSender(options)).toThrow(message);
  });
});
