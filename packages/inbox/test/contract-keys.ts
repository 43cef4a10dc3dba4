// The part of the contract about the keys of records.
import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { fixture } from '@videocloud/webhooks/testing';
import { describe, expect, it } from 'vitest';
import type { Inbox, InboxOptions } from '../src/index.js';
import { settled, until } from './waiting.js';

/** To be called inside the describe of an engine; `opened` gives an inbox on the same empty store, closed by the caller. */
export function keyContract(opened: (options?: InboxOptions) => Promise<Inbox>): void {
  describe('the key of a record', () => {
    it('takes keys of one’s own, and null for "do not deduplicate"', async () => {
      const inbox = await opened({
        key: ({ rawBody }) => (rawBody[0] === 78 ? null : `заказ:${Buffer.from(rawBody).toString().slice(0, 3)}`),
      });
      const accept = (text: string) => inbox.accept({ event: null, rawBody: Buffer.from(text), secretIndex: 0 });
      expect(await accept('abc 1')).toEqual({ duplicate: false });
      expect(await accept('abc 2')).toEqual({ duplicate: true });
      expect(await accept('None')).toEqual({ duplicate: false });
      expect(await accept('None')).toEqual({ duplicate: false });
      const ids: string[] = [];
      inbox.process(({ id }) => void ids.push(id));
      await until(() => ids.length === 3);
      expect(ids).toContain('заказ:abc');
    });

    it('names each record to a receiver by its own key, two with the same bytes too', async () => {
      const inbox = await opened({ key: ({ rawBody }) => (rawBody[0] === 32 ? 'заказ 7' : null) });
      const body = JSON.stringify(fixture('engagement.view'));
      for (const text of [body, body, ` ${body}`]) await inbox.accept({ rawBody: Buffer.from(text) });
      const named = new Set<unknown>();
      const seen: unknown[] = [];
      const store = memoryStore();
      const receiver = createReceiver({
        secrets: 'a secret',
        idempotency: store,
        onError: (_, { deliveryKey }) => named.add(deliveryKey),
        onOutcome: ({ deliveryKey }) => named.add(deliveryKey),
      }).on('engagement.view', (_, { deliveryKey, attempt }) => {
        seen.push(deliveryKey);
        if (deliveryKey === 'заказ 7' && attempt === 1) throw new Error('once more');
      });
      inbox.process(receiver);
      await settled(inbox, { handled: 3, waiting: 0, running: 0 });
      expect(seen).toHaveLength(4);
      expect(seen.filter((key) => key === 'заказ 7')).toHaveLength(2);
      expect(named).toEqual(new Set(seen));
      for (const key of named) expect(await inbox.get(String(key))).toMatchObject({ state: 'handled' });
    });
  });
}
