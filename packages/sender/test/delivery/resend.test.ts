import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MINUTE, published, receiver, start } from '../support/sender.js';

describe('resend', () => {
  it('takes the place of the pending automatic attempt', async () => {
    let status = 500;
    const target = await receiver(() => status);
    const { sender, create } = start();
    await create(target.url);
    const { deliveryIds } = await sender.emit(published());
    const id = deliveryIds[0] ?? '';
    await sender.advance(0.5 * MINUTE);
    expect(await sender.resend(id)).toMatchObject({ status: 'pending', retries: 1 });
    await sender.advance(0.5 * MINUTE);
    expect(target.hits).toHaveLength(2);
    await sender.advance(4.5 * MINUTE - 1);
    expect(target.hits).toHaveLength(2);
    status = 200;
    await sender.advance(1);
    expect(sender.delivery(id)).toMatchObject({ status: 'success', retries: 2 });
    expect(sender.delivery(id)?.attempts.map(({ trigger }) => trigger)).toEqual(['event', 'manual', 'retry']);
    await sender.advance(1000 * MINUTE);
    expect(target.hits).toHaveLength(3);
  });

  it('repeats what is finished, once, and never takes a success back', async () => {
    let status = 200;
    const target = await receiver(() => status);
    const { sender, create } = start();
    await create(target.url);
    const id = (await sender.emit(published())).deliveryIds[0] ?? '';
    await sender.idle();
    status = 500;
    expect(await sender.resend(id)).toMatchObject({ status: 'success', responseCode: 200, retries: 1 });
    await sender.advance(1000 * MINUTE);
    expect(target.hits).toHaveLength(2);
    await expect(sender.resend('del_nope')).rejects.toThrow(/no delivery/);
  });

  it('reaches a failed webhook without re-activating it', async () => {
    let status = 500;
    const target = await receiver(() => status);
    const { sender, create } = start({ schedule: [] });
    await create(target.url);
    const id = (await sender.emit(published())).deliveryIds[0] ?? '';
    await sender.idle();
    expect(sender.webhooks()[0]?.status).toBe('failed');
    expect(await sender.resend(id)).toMatchObject({ status: 'failed', retries: 1 });
    status = 200;
    expect(await sender.resend(id)).toMatchObject({ status: 'success', retries: 2 });
    expect(sender.delivery(id)?.error).toBeUndefined();
    expect(sender.webhooks()[0]?.status).toBe('failed');
  });

  it('waits for the attempt under way', async () => {
    const releases: (() => void)[] = [];
    const target = await receiver((_q, response) => void releases.push(() => response.writeHead(500).end()));
    const { sender, create } = start();
    await create(target.url);
    const id = (await sender.emit(published())).deliveryIds[0] ?? '';
    await expect.poll(() => releases.length).toBe(1);
    const again = sender.resend(id);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(releases).toHaveLength(1);
    releases[0]?.();
    await expect.poll(() => releases.length).toBe(2);
    releases[1]?.();
    expect(await again).toMatchObject({ status: 'pending', retries: 1 });
  });

  it('resolves with its own attempt when one asked for before is under way', async () => {
    const releases: (() => void)[] = [];
    const target = await receiver((_q, response) => {
      if (target.hits.length === 1) response.end();
      else releases.push(() => response.end());
    });
    const { sender, create } = start();
    await create(target.url);
    const id = (await sender.emit(published())).deliveryIds[0] ?? '';
    await sender.idle();
    const ended: string[] = [];
    const resend = (name: string) => sender.resend(id).finally(() => ended.push(name));
    const first = resend('first');
    await expect.poll(() => releases.length).toBe(1);
    const second = resend('second');
    // Queued behind it, so that it is in the store once this one is.
    await sender.emit({ event: 'video.deleted', data: { videoId: 'nobody listens' } });
    releases[0]?.();
    expect(await first).toMatchObject({ retries: 1 });
    await expect.poll(() => releases.length).toBe(2);
    expect(ended).toEqual(['first']);
    releases[1]?.();
    expect(await second).toMatchObject({ retries: 2 });
  });

  it('settles when its webhook is deleted at the same moment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'resend-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const target = await receiver();
    const { sender, call, create } = start({ database: join(folder, 'sender.db') });
    for (let n = 0; n < 20; n++) {
      const webhook = await create(target.url);
      const id = (await sender.emit(published())).deliveryIds[0] ?? '';
      await sender.idle();
      const deleted = call('DELETE', `/webhooks/${webhook}`);
      for (let turn = 0; turn < n % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      await sender.resend(id).catch((error: Error) => expect(error.message).toMatch(/deleted/));
      expect((await deleted).status).toBe(200);
    }
  });

  it('is still made when another delivery switches the webhook off meanwhile', async () => {
    const held: { readonly video: string; readonly fail: () => void }[] = [];
    const target = await receiver((_q, response, { body }) => {
      const { data } = JSON.parse(body.toString()) as { data: { videoId: string } };
      held.push({ video: data.videoId, fail: () => void response.writeHead(500).end() });
    });
    const { sender, create } = start({ schedule: [] });
    await create(target.url);
    const id = (await sender.emit({ event: 'video.published', data: { videoId: 'first' } })).deliveryIds[0] ?? '';
    await sender.emit({ event: 'video.published', data: { videoId: 'second' } });
    await expect.poll(() => held.length).toBe(2);
    const again = sender.resend(id);
    // Queued behind it, so that the resend is in the store once this one is.
    await sender.emit({ event: 'video.published', data: { videoId: 'third' } });
    held.find(({ video }) => video === 'second')?.fail();
    await expect.poll(() => sender.webhooks()[0]?.status).toBe('failed');
    held.find(({ video }) => video === 'first')?.fail();
    await expect.poll(() => held.filter(({ video }) => video === 'first').length).toBe(2);
    for (const { fail } of held.slice(2)) fail();
    expect(await again).toMatchObject({ status: 'failed', retries: 1 });
    expect(sender.delivery(id)?.attempts.map(({ trigger }) => trigger)).toEqual(['event', 'manual']);
  });

  it('is still made when its attempt waits for a place as the webhook is switched off', async () => {
    const releases: (() => void)[] = [];
    const target = await receiver((_q, response) => void releases.push(() => response.writeHead(500).end()));
    const { sender, create } = start({ schedule: [], concurrencyPerEndpoint: 1 });
    await create(target.url);
    await sender.emit(published());
    const id = (await sender.emit(published())).deliveryIds[0] ?? '';
    await expect.poll(() => releases.length).toBe(1);
    const again = sender.resend(id);
    releases[0]?.();
    await expect.poll(() => releases.length).toBe(2);
    expect(sender.webhooks()[0]?.status).toBe('failed');
    releases[1]?.();
    expect(await again).toMatchObject({ status: 'failed', retries: 0 });
    expect(sender.delivery(id)?.attempts.map(({ trigger }) => trigger)).toEqual(['manual']);
  });

  it('is made when it is asked for while the attempt is being recorded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'resend-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const again: Promise<unknown>[] = [];
    const ids: string[] = [];
    const target = await receiver((_q, response) => {
      if (target.hits.length === 2 * again.length + 1) {
        const later = () => again.push(sender.resend(ids.at(-1) ?? ''));
        response.on('finish', () => setTimeout(later, again.length % 5));
      }
      response.end();
    });
    const { sender, create } = start({ database: join(folder, 'sender.db') });
    await create(target.url);
    for (let n = 0; n < 20; n++) {
      ids.push((await sender.emit(published())).deliveryIds[0] ?? '');
      await expect.poll(() => again.length, { interval: 2 }).toBe(n + 1);
      await again[n];
      expect(sender.delivery(ids[n] ?? '')?.attempts).toHaveLength(2);
    }
  });
});
