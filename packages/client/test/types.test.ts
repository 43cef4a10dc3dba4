// Compile-time tests: `npm run typecheck` is what runs them. `unused` is never called.
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type ApiErrorCode,
  type DeliveredEventType,
  type Delivery,
  type DeliveryPage,
  type EnsurePlan,
  EVENT_TYPES,
  type EventType,
  type RotatedSecret,
  type TestResult,
  VideoCloud,
  type VideoCloudApiError,
  type Webhook,
  type WebhookPage,
} from '../src/index.js';

const client = new VideoCloud({ baseUrl: 'https://videocloud.test' });
const { webhooks } = client;
const url = 'https://your-server.com/webhooks';

describe('types', () => {
  it('of the constructor', () => {
    expectTypeOf<VideoCloudApiError['code']>().toEqualTypeOf<ApiErrorCode>();
    // With exactOptionalPropertyTypes, a maybe-undefined value can be passed.
    expect(
      new VideoCloud({ baseUrl: url, token: undefined, timeout: undefined, headers: undefined, fetch: undefined }),
    ).toBeDefined();
    expect(new VideoCloud({ baseUrl: url, fetch: globalThis.fetch })).toBeDefined();
    // @ts-expect-error baseUrl is required
    expect(() => new VideoCloud({})).toThrow(TypeError);
    // @ts-expect-error seconds are not a thing here
    expect(() => new VideoCloud({ baseUrl: url, timeout: '30s' })).toThrow(TypeError);
  });

  it('of every method', () => {
    const unused = () => {
      expectTypeOf(webhooks.create({ url, events: ['video.uploaded'], secret: 's' })).resolves.toEqualTypeOf<Webhook>();
      expectTypeOf(
        webhooks.list({ limit: undefined, cursor: undefined, signal: undefined }),
      ).resolves.toEqualTypeOf<WebhookPage>();
      expectTypeOf(webhooks.listAll()).toEqualTypeOf<AsyncGenerator<Webhook, void, undefined>>();
      expectTypeOf(
        webhooks.update('id', { url: undefined, events: undefined, secret: undefined, status: 'active' }),
      ).resolves.toEqualTypeOf<Webhook>();
      expectTypeOf(webhooks.delete('id')).resolves.toEqualTypeOf<{ id: string; deleted: true }>();
      expectTypeOf(webhooks.listDeliveries('id')).resolves.toEqualTypeOf<DeliveryPage>();
      expectTypeOf(webhooks.listAllDeliveries('id')).toEqualTypeOf<AsyncGenerator<Delivery, void, undefined>>();
      expectTypeOf(webhooks.sendTest('id', { event: 'comment.created' })).resolves.toEqualTypeOf<TestResult>();
      expectTypeOf(webhooks.ensure({ url, events: ['video.uploaded'] })).resolves.toEqualTypeOf<EnsurePlan>();
      expectTypeOf(
        webhooks.ensure([{ url, events: [...EVENT_TYPES], secret: undefined }] as const),
      ).resolves.toEqualTypeOf<EnsurePlan>();
      expectTypeOf(webhooks.rotateSecret('id')).resolves.toEqualTypeOf<RotatedSecret>();

      // @ts-expect-error a misspelled event
      webhooks.create({ url, events: ['video.upload'], secret: 's' });
      // @ts-expect-error a delivered name cannot be subscribed to
      webhooks.create({ url, events: ['user.registered'], secret: 's' });
      // @ts-expect-error the secret is required
      webhooks.create({ url, events: ['video.uploaded'] });
      // @ts-expect-error no such member
      webhooks.create({ url, events: ['video.uploaded'], secret: 's', status: 'active' });
      // @ts-expect-error a number is not a cursor
      webhooks.list({ cursor: 1 });
      // @ts-expect-error listAll turns the pages itself
      webhooks.listAll({ cursor: 'c' });
      // @ts-expect-error only "active" may be set
      webhooks.update('id', { status: 'failed' });
      // @ts-expect-error no such member
      webhooks.update('id', { event: 'video.uploaded' });
      // @ts-expect-error the id is required
      webhooks.update({ status: 'active' });
      // @ts-expect-error the id is required
      webhooks.delete();
      // @ts-expect-error the id is required
      webhooks.listDeliveries({ limit: 1 });
      // @ts-expect-error the id is required
      webhooks.listAllDeliveries();
      // @ts-expect-error a misspelled event
      webhooks.sendTest('id', { event: 'video.proccessed' });
      // @ts-expect-error a name alone is not an input
      webhooks.sendTest('id', 'video.processed');
      // @ts-expect-error a misspelled event
      webhooks.ensure({ url, events: ['users.created'] });
      // @ts-expect-error a misspelled option
      webhooks.ensure({ url, events: ['user.created'] }, { dryrun: true });
      // @ts-expect-error the old secret is of no use here
      webhooks.rotateSecret('id', { oldSecret: 's' });
      // @ts-expect-error not a path of the API
      client.raw.GET('/webhook');
    };
    expect(unused).toBeTypeOf('function');
  });

  it('of results', () => {
    const unused = async () => {
      const webhook = await webhooks.create({ url, events: ['video.uploaded'], secret: 's' });
      expectTypeOf(webhook.events).toEqualTypeOf<EventType[]>();
      expectTypeOf(webhook.status).toEqualTypeOf<string>();
      expectTypeOf(webhook.lastDelivery).toEqualTypeOf<{ success: boolean; timestamp: string } | undefined>();
      // @ts-expect-error the secret is never shown
      webhook.secret;
      const { items } = await webhooks.listDeliveries('id');
      expectTypeOf(items[0]?.responseCode).toEqualTypeOf<number | undefined>();
      // What was read can be written back.
      await webhooks.update(webhook.id, { events: [...webhook.events, 'video.deleted'] });
      const { data } = await client.raw.GET('/webhooks');
      expectTypeOf(data?.data.items).toEqualTypeOf<Webhook[] | undefined>();
    };
    expect(unused).toBeTypeOf('function');
    expectTypeOf<EventType>().toExtend<DeliveredEventType>();
  });
});
