import { describe, expect, it } from 'vitest';
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
});
