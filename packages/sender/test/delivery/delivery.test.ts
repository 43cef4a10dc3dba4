import { DELIVERED_EVENT_TYPES, EVENT_TYPES, verify } from '@videocloud/webhooks';
import { describe, expect, it } from 'vitest';
import { MINUTE, published, receiver, SECRET, start } from '../support/sender.js';

describe('a delivery', () => {
  it('carries exactly the documented headers, and verifies', async () => {
    const target = await receiver();
    const { sender, create } = start();
    await create(`${target.url}?a=1&b=%20`);
    await sender.emit({
      event: 'video.published',
      data: { title: 'Моё видео', n: 1 },
      timestamp: '2024-03-31T12:00:00Z',
    });
    await sender.idle();
    const [hit] = target.hits;
    expect(hit?.body.toString()).toBe(
      '{"event":"video.published","timestamp":"2024-03-31T12:00:00Z","data":{"title":"Моё видео","n":1}}',
    );
    expect(hit?.url).toBe('/hook?a=1&b=%20');
    expect(Object.keys(hit?.headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
      'x-videocloud-signature',
    ]);
    expect(hit?.headers['content-type']).toBe('application/json');
    expect(hit?.rawHeaders).toContain('X-VideoCloud-Signature');
    expect(await verify(hit?.body ?? '', hit?.headers['x-videocloud-signature'], SECRET)).toEqual({
      ok: true,
      secretIndex: 0,
    });
  });

  it('adds headers when asked', async () => {
    const target = await receiver();
    const each = [
      true,
      { 'x-team': 'blue' },
      ({ deliveryId, attempt }: { deliveryId: string; attempt: number }) => ({
        'x-delivery': `${deliveryId}/${attempt}`,
      }),
    ];
    for (const extraHeaders of each) {
      const { sender, create } = start({ extraHeaders });
      await create(target.url);
      const { deliveryIds } = await sender.emit(published());
      await sender.idle();
      const headers = target.hits.at(-1)?.headers ?? {};
      expect([headers['x-videocloud-delivery-id'], headers['x-team'], headers['x-delivery']]).toContain(
        extraHeaders === each[1] ? 'blue' : extraHeaders === true ? deliveryIds[0] : `${deliveryIds[0]}/1`,
      );
    }
  });

  it('goes to the subscribers of its name, aliases included, of all 15', async () => {
    const target = await receiver();
    const { sender, create } = start();
    const ids = new Map<string, string>();
    for (const event of EVENT_TYPES) ids.set(await create(target.url, [event]), event);
    for (const event of DELIVERED_EVENT_TYPES) {
      const { deliveryIds } = await sender.emit({ event, data: {} });
      const to = deliveryIds.map((id) => ids.get(sender.delivery(id)?.webhookId ?? ''));
      expect(to).toEqual([
        event === 'user.registered' ? 'user.created' : event === 'comment.created' ? 'engagement.comment' : event,
      ]);
    }
    await sender.idle();
    expect(target.hits).toHaveLength(15);
  });

  it('refuses what is no event', async () => {
    const { sender } = start();
    const wrong: [unknown, RegExp][] = [
      [{ event: 'video.upload', data: {} }, /unknown event/],
      [{ event: 'video.published', data: [] }, /data/],
      [{ event: 'video.published' }, /data/],
      [{ event: 'video.published', data: {}, timestamp: 'yesterday' }, /timestamp/],
      [{ event: 'toString', data: {} }, /unknown event/],
    ];
    for (const [input, message] of wrong)
      await expect(sender.emit(input as { event: string; data: object })).rejects.toThrow(message);
    await expect(sender.advance(-1)).rejects.toThrow(TypeError);
    await expect(start({ clock: 'real' }).sender.advance(1)).rejects.toThrow(/virtual/);
  });

  it('is signed with the secret, and goes to the address, in force at each attempt', async () => {
    const [old, next] = [await receiver(500), await receiver(500)];
    const { sender, call, create } = start();
    const id = await create(old.url, ['video.published'], 'secret-1');
    await sender.emit(published());
    await sender.idle();
    await call('PUT', `/webhooks/${id}`, { secret: 'secret-2' });
    await sender.advance(MINUTE);
    await call('PUT', `/webhooks/${id}`, { url: next.url });
    await sender.advance(5 * MINUTE);
    const hits = [...old.hits, ...next.hits];
    expect([old.hits.length, next.hits.length]).toEqual([2, 1]);
    const matched = await Promise.all(
      hits.map(({ body, headers }) => verify(body, headers['x-videocloud-signature'], ['secret-1', 'secret-2'])),
    );
    expect(matched.map((result) => result.ok && result.secretIndex)).toEqual([0, 1, 1]);
    expect(new Set(hits.map(({ body }) => body.toString())).size).toBe(1);
  });

  it('ends with its webhook when that is deleted, also under way', async () => {
    let release = () => {};
    const target = await receiver((_q, response) => {
      release = () => void response.writeHead(500).end();
    });
    const { sender, call, create } = start();
    const id = await create(target.url);
    const { deliveryIds } = await sender.emit(published());
    await expect.poll(() => target.hits.length).toBe(1);
    expect((await call('DELETE', `/webhooks/${id}`)).status).toBe(200);
    release();
    await sender.advance(1000 * MINUTE);
    expect(target.hits).toHaveLength(1);
    expect(sender.delivery(deliveryIds[0] ?? '')).toMatchObject({ status: 'failed', retries: 0 });
    expect((await call('GET', `/webhooks/${id}/deliveries`)).status).toBe(404);
    await expect(sender.resend(deliveryIds[0] ?? '')).rejects.toThrow(/deleted/);
  });

  it('goes to each of two webhooks on one URL', async () => {
    const target = await receiver();
    const { sender, create } = start();
    await create(target.url, ['video.published'], 'a');
    await create(target.url, ['video.published'], 'b');
    await sender.emit(published());
    await sender.idle();
    const seen = await Promise.all(
      target.hits.map(({ body, headers }) => verify(body, headers['x-videocloud-signature'], ['a', 'b'])),
    );
    expect(seen.map((result) => result.ok && result.secretIndex).sort()).toEqual([0, 1]);
  });

  it('ends as failed with the webhook that another one switched off', async () => {
    const target = await receiver(500);
    const { sender, call, create } = start();
    const id = await create(target.url);
    await sender.emit(published());
    await sender.advance(60 * MINUTE);
    const { deliveryIds } = await sender.emit(published());
    await sender.advance(51 * MINUTE);
    const hits = target.hits.length;
    expect(sender.webhooks()[0]?.status).toBe('failed');
    expect(sender.delivery(deliveryIds[0] ?? '')).toMatchObject({ status: 'failed' });
    await call('PUT', `/webhooks/${id}`, { status: 'active' });
    await sender.advance(1000 * MINUTE);
    expect(target.hits).toHaveLength(hits);
  });

  it('of the test operation is attempted once and switches nothing off', async () => {
    const target = await receiver(500);
    const { sender, call, create } = start();
    const id = await create(target.url);
    for (let n = 0; n < 7; n += 1) await call('POST', `/webhooks/${id}/test`, { event: 'system.error' });
    await sender.advance(1000 * MINUTE);
    expect(target.hits).toHaveLength(7);
    expect(sender.webhooks()[0]?.status).toBe('active');
    expect(sender.deliveries().items[0]).toMatchObject({ status: 'failed', retries: 0, responseCode: 500 });
  });
});

describe('under load', () => {
  it('is not held up by an endpoint that hangs', async () => {
    const hanging = await receiver((_q, _r) => undefined);
    const healthy = await receiver();
    const { sender, create } = start({ clock: 'real', timeout: 120_000, concurrencyPerEndpoint: 4 });
    await create(hanging.url, ['user.created']);
    await create(healthy.url, ['video.published']);
    for (let n = 0; n < 200; n += 1) void sender.emit({ event: 'user.created', data: { n } });
    for (let n = 0; n < 200; n += 1) void sender.emit(published());
    await expect.poll(() => healthy.hits.length, { timeout: 60_000 }).toBe(200);
    expect(hanging.hits).toHaveLength(4);
    await hanging.close();
  });

  it('delivers one event to 1,000 webhooks', { timeout: 60_000 }, async () => {
    const target = await receiver();
    const { sender, create } = start();
    await Promise.all(Array.from({ length: 1000 }, (_, n) => create(`${target.url}/${n}`)));
    expect((await sender.emit(published())).deliveryIds).toHaveLength(1000);
    await sender.idle();
    expect(new Set(target.hits.map(({ url }) => url)).size).toBe(1000);
  });

  it('takes 10,000 events from the queue after an outage, without holding them in memory', {
    timeout: 120_000,
  }, async () => {
    let status = 503;
    const target = await receiver((_q, response) => void response.writeHead(status).end());
    const { sender, create } = start();
    await create(target.url);
    await Promise.all(Array.from({ length: 10_000 }, () => sender.emit(published())));
    await sender.idle();
    expect(target.hits).toHaveLength(10_000);
    status = 200;
    await sender.advance(MINUTE);
    expect(target.hits).toHaveLength(20_000);
    expect(new Set(target.hits.map(({ body }) => body.toString())).size).toBe(10_000);
    expect(sender.deliveries({ status: 'pending' }).items).toEqual([]);
    expect(sender.webhooks()[0]?.status).toBe('active');
  });
});

describe('subscribe', () => {
  it('reports what happened, in order, and survives a listener that throws', async () => {
    const target = await receiver(500);
    const errors: unknown[] = [];
    const { sender, create } = start({ onError: (error) => errors.push(error) });
    const types: string[] = [];
    sender.subscribe(() => {
      throw new Error('listener');
    });
    const end = sender.subscribe(({ type }) => types.push(type));
    await create(target.url);
    await sender.emit(published());
    await sender.advance(MINUTE);
    end();
    await sender.advance(5 * MINUTE);
    expect(types).toEqual([
      'webhook_changed',
      'delivery_queued',
      'attempt_started',
      'attempt_finished',
      'attempt_started',
      'attempt_finished',
    ]);
    expect(errors.length).toBeGreaterThan(5);
  });
});
