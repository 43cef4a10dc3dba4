import { DELIVERED_EVENT_TYPES, RETRY_HORIZON_MS, SIGNATURE_HEADER } from '@videocloud/webhooks/protocol';
import { fixture } from '@videocloud/webhooks/testing';
import { expect, it } from 'vitest';
import { DeliveryFactory } from '../src/delivery-factory.js';
import * as kit from '../src/protocol.js';

it('the kit’s own facts are those of the toolkit', () => {
  expect(kit.SIGNATURE.toLowerCase()).toBe(SIGNATURE_HEADER);
  expect([...kit.DELIVERED_EVENTS].sort()).toEqual([...DELIVERED_EVENT_TYPES].sort());
  expect(kit.RETRY_HORIZON_MS).toBe(RETRY_HORIZON_MS);
});

it.each(['video.uploaded', 'video.processed', 'user.registered', 'comment.created'] as const)(
  'the kit’s payload of %s has the members that the guide shows',
  (type) => {
    const deliveries = new DeliveryFactory({ secret: 'whk-secret', event: type, nonce: 'n', now: () => 0 });
    const kinds = (data: object) => Object.entries(data).map(([name, value]) => [name, typeof value]);
    expect(kinds(deliveries.event().data)).toEqual(kinds(fixture(type).data));
  },
);
