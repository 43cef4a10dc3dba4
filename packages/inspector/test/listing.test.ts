import { expect, it } from 'vitest';
import type { ListPart } from '../src/protocol.js';
import { startInspector } from './support/start-inspector.js';

/** Deliveries and manual requests in turns, with what reads the list. */
async function filled() {
  const running = await startInspector();
  const { url, sender, webhookId } = running;
  const post = (path: string, body: object) =>
    fetch(`${url}api${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const ids: string[] = [];
  const deliver = async (event: string, title: string) => {
    const { deliveryIds } = await sender.emit({ event, data: { videoId: 'vid_1', title } });
    ids.unshift(...deliveryIds);
  };
  const probe = async (title: string) => {
    const body = JSON.stringify({ event: 'video.deleted', timestamp: '2024-03-31T12:00:00Z', data: { title } });
    const answer = await post('/probe', { webhookId, mode: 'duplicate', body: Buffer.from(body).toString('base64') });
    for (const { id } of ((await answer.json()) as ListPart).items) ids.unshift(id);
  };
  await probe('before all');
  for (let n = 0; n < 12; n++) {
    await deliver(n % 2 === 0 ? 'video.deleted' : 'system.error', `Lemon ${n}`);
    await deliver('video.deleted', `Melon ${n}`);
    if (n % 3 === 0) await probe(`Lemon probe ${n}`);
  }
  await sender.idle();
  const part = async (query: Record<string, string | number>): Promise<ListPart> => {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) asked.set(name, String(value));
    const answer = await fetch(`${url}api/deliveries?${asked}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as ListPart;
  };
  return { ...running, ids, part, post, deliver };
}

const idsOf = ({ items }: ListPart) => items.map(({ id }) => id);

it('lists manual requests between the deliveries they were sent between, in parts of any size', async () => {
  const { ids, part } = await filled();
  expect(ids).toHaveLength(34);
  const whole = await part({ limit: 500 });
  expect(idsOf(whole)).toEqual(ids);
  expect([whole.offset, whole.total, whole.all]).toEqual([0, 34, 34]);
  for (let offset = 0; offset < 36; offset++)
    for (const limit of [1, 4, 500]) {
      const some = await part({ offset, limit });
      expect([offset, limit, ...idsOf(some)]).toEqual([offset, limit, ...ids.slice(offset, offset + limit)]);
    }
});

it('narrows both by words, status and event', async () => {
  const { ids, part } = await filled();
  const whole = (await part({ limit: 500 })).items;
  const of = async (query: Record<string, string>) => {
    const found = await part({ ...query, limit: 500 });
    expect([found.total, found.all]).toEqual([found.items.length, 34]);
    return idsOf(found);
  };
  expect(await of({ status: 'probe' })).toEqual(ids.filter((id) => id.startsWith('prb_')));
  expect(await of({ event: 'system.error' })).toEqual(
    whole.filter(({ event }) => event === 'system.error').map(({ id }) => id),
  );
  expect(await of({ search: 'lemon' })).toHaveLength(12 + 8);
  expect(await of({ search: 'LEMON prob' })).toHaveLength(8);
  expect(await of({ search: `MELON ${ids[0]}` })).toEqual([ids[0]]);
  expect(await of({ search: 'melon nothing' })).toEqual([]);
  expect(await of({ search: 'webhooks' })).toEqual(ids);
  const lemons = await of({ search: 'lemon' });
  for (let offset = 0; offset < 20; offset += 3)
    expect(idsOf(await part({ search: 'lemon', offset, limit: 3 }))).toEqual(lemons.slice(offset, offset + 3));
});

it('says where rows are, and follows one to where it is by now', async () => {
  const { ids, part, deliver } = await filled();
  for (const [at, id] of ids.entries()) expect((await part({ selected: id, limit: 1 })).places).toEqual({ [id]: at });
  const anchor = ids[20] ?? '';
  await deliver('system.error', 'later');
  await deliver('video.deleted', 'later');
  const moved = await part({ anchor, at: 20, offset: 18, limit: 5 });
  expect([moved.offset, moved.places[anchor]]).toEqual([20, 22]);
  expect(idsOf(moved)).toEqual(ids.slice(20, 25));
  // One that does not match, or is unknown, moves nothing.
  expect(await part({ anchor, at: 20, offset: 18, event: 'user.created' })).toMatchObject({ offset: 18, items: [] });
  expect((await part({ anchor: 'del_unknown', at: 20, offset: 18 })).offset).toBe(18);
});

it('exports the latest that match', async () => {
  const { post, part } = await filled();
  const filters = { search: 'lemon', status: 'success', event: '' };
  const answer = await post('/export', { format: 'ndjson', filters });
  const lines = (await answer.text()).trim().split('\n');
  const ids = lines.map((line) => (JSON.parse(line) as { deliveryId: string }).deliveryId);
  expect(ids).toEqual(idsOf(await part({ search: 'lemon', status: 'success' })));
  expect((await post('/export', { format: 'ndjson', filters: { search: 'no such words' } })).status).toBe(422);
});

it('refuses numbers out of bounds, and takes any text for a filter', async () => {
  const { url, part } = await filled();
  for (const query of ['offset=-1', 'offset=1e99', 'limit=501', 'limit=x', 'anchor=del_1&at=x', 'offset='])
    expect([query, (await fetch(`${url}api/deliveries?${query}`)).status]).toEqual([query, 422]);
  expect((await part({ status: 'nonsense', limit: 0 })).total).toBe(34);
  expect((await part({ search: 'x'.repeat(10_000) })).total).toBe(0);
  expect((await part({ event: '__proto__', anchor: '__proto__', selected: 'constructor' })).total).toBe(0);
});
