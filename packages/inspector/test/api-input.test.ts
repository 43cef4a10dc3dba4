import { describe, expect, it } from 'vitest';
import { ask, JSON_TYPE } from '../../../tests/support/ask.js';
import { SECRET, startInspector } from './support/start-inspector.js';

describe('a probe with a body that was reserialized', () => {
  it.each(['{}', '[]', '1', '{"a":1}'])('of %s is not the bytes that were signed', async (text) => {
    const { url, webhookId } = await startInspector();
    const asked = JSON.stringify({ webhookId, mode: 'reserialized', body: btoa(text) });
    const made = JSON.parse((await ask(`${url}api/probe`, JSON_TYPE, 'POST', asked)).body);
    const { body, signedBody } = JSON.parse((await ask(`${url}api/deliveries/${made.items[0].id}`)).body);
    expect(atob(signedBody)).toBe(text);
    expect(atob(body)).not.toBe(text);
    expect(JSON.parse(atob(body))).toEqual(JSON.parse(text));
  });
});

describe('what the page may ask', () => {
  const send = (url: string, path: string, body: string) => ask(`${url}api/${path}`, JSON_TYPE, 'POST', body);

  it('refuses nonsense with the field it is about, and goes on', async () => {
    const { url, webhookId, sender } = await startInspector();
    const event = { event: 'video.deleted', data: {} };
    for (const [path, body, status, said] of [
      ['send', '{', 400, /invalid_json/],
      ['send', '[]', 422, /JSON object/],
      ['send', 'null', 422, /JSON object/],
      ['send', JSON.stringify({ ...event, data: [] }), 422, /data must be an object/],
      ['send', JSON.stringify({ ...event, count: 10_001 }), 422, /count must be an integer/],
      ['send', JSON.stringify({ ...event, count: 1.5 }), 422, /count must be an integer/],
      ['send', JSON.stringify({ ...event, count: 10_000, data: { x: 'x'.repeat(10_000) } }), 422, /send fewer/],
      ['send', JSON.stringify({ ...event, event: '__proto__' }), 422, /unknown event/],
      ['send', JSON.stringify({ ...event, timestamp: 'yesterday' }), 422, /RFC 3339/],
      ['send', `{"event":"video.deleted","data":{"x":"${'x'.repeat(9 * 1024 * 1024)}"}}`, 413, /body_too_large/],
      ['probe', JSON.stringify({ webhookId, mode: 'nonsense', body: '' }), 422, /mode must be one of/],
      ['probe', JSON.stringify({ webhookId: 'whk_none', mode: 'unsigned', body: '' }), 422, /no webhook/],
      ['probe', JSON.stringify({ webhookId, mode: 'stale', body: btoa('{') }), 422, /must be JSON/],
      ['forward', '{"ms":-1}', 422, /ms must be/],
      ['forward', '{"ms":1e12}', 422, /ms must be/],
      ['forward', JSON.stringify({ deliveryId: 'x', to: 'moon' }), 422, /to must be/],
      ['scenarios/nonsense', '{}', 422, /Known scenarios/],
      ['scenarios/toString', '{}', 422, /Known scenarios/],
      ['scenarios/storm', JSON.stringify({ webhookId: 'whk_none' }), 422, /subscription first/],
      ['deliveries/del_none/resend', '{}', 404, /no such delivery/],
      ['deliveries/del_none/why', '{}', 404, /no such delivery/],
      ['webhooks/whk_none/secret', '{}', 404, /no such webhook/],
      ['conformance', JSON.stringify({ webhookId }), 404, /No conformance kit/],
      ['manage/webhooks', '{}', 422, /url/],
    ] as const) {
      const answer = await send(url, path, body);
      expect([path, body.slice(0, 80), answer.status]).toEqual([path, body.slice(0, 80), status]);
      expect(answer.body).toMatch(said);
    }
    expect(sender.deliveries().items).toEqual([]);
    expect((await send(url, 'send', JSON.stringify(event))).status).toBe(200);
  });

  it('keeps a secret out of every answer but the one that asks for it', async () => {
    const { url, webhookId, sender } = await startInspector();
    await sender.emit({ event: 'video.deleted', data: { videoId: 'vid_1' } });
    await sender.idle();
    const [delivery] = sender.deliveries().items;
    const answers = [
      await ask(url),
      await ask(`${url}api/state`),
      await ask(`${url}api/deliveries`),
      await ask(`${url}api/deliveries/${delivery?.id}`),
      await ask(`${url}api/manage/webhooks`),
      await send(url, `deliveries/${delivery?.id}/why`, '{"secret":"another"}'),
      await send(url, 'manage/webhooks', JSON.stringify({ url: 'nonsense', events: [], secret: SECRET })),
      await send(url, 'manage/webhooks', `{"secret":"${SECRET}"`),
    ];
    for (const { body } of answers) expect(body).not.toContain(SECRET);
    const asked = await send(url, `webhooks/${webhookId}/secret`, '{}');
    expect(JSON.parse(asked.body)).toEqual({ secret: SECRET });
    expect(asked.headers['cache-control']).toBe('no-store');
  });
});
