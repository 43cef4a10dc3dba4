import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type DeadLetter, memoryStore, type StandardSchema, type Unhandled } from '../../src/index.js';
import { eventBody, testReceiver } from './support.js';

const LIBRARIES: [string, StandardSchema][] = [
  ['Zod', z.object({ videoId: z.string(), size: z.number() })],
  ['Valibot', v.object({ videoId: v.string(), size: v.number() })],
  ['ArkType', type({ videoId: 'string', size: 'number' })],
];
const valid = eventBody('video.deleted', { videoId: 'v', size: 1 });
const invalid = eventBody('video.deleted', { videoId: 'v', size: 'big' });
const tolerant = (): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value }) },
});

describe.each(LIBRARIES)('a schema of %s', (_, schema) => {
  it('lets a matching payload through to the handler', async () => {
    const { receiver, deliver, errors } = testReceiver();
    const handler = vi.fn();
    receiver.on('video.deleted', { schema }, handler);
    expect(await deliver(valid)).toMatchObject({ result: 'processed' });
    expect(handler.mock.calls[0]?.[0]).toEqual(JSON.parse(valid));
    expect(errors).toEqual([]);
  });

  it('makes any other payload_invalid, with its issues, and runs no handler', async () => {
    const taken: Unhandled[] = [];
    for (const validation of ['strict', 'report'] as const) {
      const { receiver, deliver } = testReceiver({
        validation,
        onUnhandled: (unhandled) => void taken.push(unhandled),
      });
      receiver.on('*', () => expect.unreachable());
      receiver.on('video.deleted', { schema }, () => expect.unreachable());
      expect(await deliver(invalid)).toMatchObject({ result: 'unhandled', status: 200, reason: 'payload_invalid' });
    }
    expect(taken).toHaveLength(2);
    expect(taken[0]).toMatchObject({ reason: 'payload_invalid', issues: [{ path: ['data', 'size'] }] });
  });
});

describe('on with a schema', () => {
  it('hands over what the schema made of the payload, to this handler only', async () => {
    const { receiver, deliver } = testReceiver();
    const seen: unknown[] = [];
    receiver.on('video.deleted', (event) => void seen.push(event.data));
    receiver.on(
      'video.deleted',
      { schema: z.object({ videoId: z.string().transform((id) => id.length) }) },
      (event) => {
        seen.push(event.data.videoId + 1);
      },
    );
    await deliver(eventBody('video.deleted', { videoId: 'abc' }));
    expect(seen).toEqual([{ videoId: 'abc' }, 4]);
  });

  it('replaces the built-in check for its handler', async () => {
    const odd = eventBody('video.processed', { own: 1 });
    const { receiver, deliver } = testReceiver();
    const handler = vi.fn();
    receiver.on('video.processed', { schema: tolerant() }, handler);
    expect(await deliver(odd)).toMatchObject({ result: 'processed' });
    receiver.on('video.processed', () => expect.unreachable());
    expect(await deliver(odd)).toMatchObject({ result: 'unhandled', reason: 'payload_invalid' });
    expect(handler).toHaveBeenCalledTimes(1);
  });

  it('goes to onDeadLetter, or to onError, or is a dead letter of a dispatch', async () => {
    const letters: DeadLetter[] = [];
    const schema = z.object({ videoId: z.number() });
    const dead = testReceiver({
      idempotency: memoryStore(),
      onDeadLetter: (letter) => void letters.push(letter),
    });
    const alone = testReceiver();
    for (const { receiver } of [dead, alone]) receiver.on('video.deleted', { schema }, () => expect.unreachable());
    expect(await dead.deliver()).toMatchObject({ result: 'dead_lettered', reason: 'payload_invalid' });
    expect(await dead.deliver()).toMatchObject({ result: 'duplicate' });
    expect(letters).toMatchObject([{ error: { code: 'payload_invalid' } }]);
    expect(await alone.deliver()).toMatchObject({ result: 'unhandled', reason: 'payload_invalid' });
    expect(await alone.receiver.dispatch(eventBody())).toMatchObject({ result: 'dead_lettered' });
    expect(alone.errors.map(({ code }) => code)).toEqual(['payload_invalid', 'payload_invalid']);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['returns nothing', () => ({})],
  ])('that %s is handler_failed', async (_, validate) => {
    const { receiver, deliver, errors } = testReceiver();
    const schema = { '~standard': { version: 1, vendor: 'test', validate } } as unknown as StandardSchema;
    receiver.on('video.deleted', { schema }, () => expect.unreachable());
    expect(await deliver()).toMatchObject({ status: 500, error: { code: 'handler_failed' } });
    expect(errors).toHaveLength(1);
  });

  it('that quotes strangers is reported in one short line', async () => {
    const { receiver, deliver, errors } = testReceiver();
    receiver.on('video.deleted', { schema: z.strictObject({}) }, () => expect.unreachable());
    await deliver(eventBody('video.deleted', { [`a\n\u001b[31mb${'c'.repeat(10_000)}`]: 1 }));
    expect(errors[0]?.message).toContain(
      'video.deleted does not match the schema given to on(): data Unrecognized key: "a  [31mb',
    );
    expect(errors[0]?.message).toMatch(/^[^\p{Cc}]{0,400}$/u);
  });

  it.each<[string, Parameters<typeof testReceiver>[0]]>([
    ['onError', {}],
    ['a dead letter', { idempotency: memoryStore(), onDeadLetter: () => undefined }],
  ])('that gives no issues is named without any, in the outcome of %s', async (_, options) => {
    const { receiver, deliver, errors } = testReceiver(options);
    const schema: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [] }) } };
    receiver.on('video.deleted', { schema }, () => expect.unreachable());
    const { error } = await deliver();
    expect((error ?? errors[0])?.message).toBe('The payload of video.deleted does not match the schema given to on()');
  });

  it('stands in front of the handler: no second handler or schema behind one is ignored', () => {
    const { receiver } = testReceiver();
    const on = (...given: unknown[]) => (receiver.on as (...args: unknown[]) => unknown)('video.deleted', ...given);
    const handler = () => undefined;
    for (const behind of [{ schema: tolerant() }, handler]) {
      expect(() => on(handler, behind)).toThrow('The options of on must be an object');
    }
    // As a wrapper of on() hands over what it was not given.
    expect(on(handler, undefined)).toBe(receiver);
  });

  it('is a TypeError for what is no schema', () => {
    const { receiver } = testReceiver();
    const on = (options: unknown, handler: unknown = () => undefined) =>
      (receiver.on as (...args: unknown[]) => unknown)('video.deleted', options, handler);
    for (const schema of [undefined, null, {}, () => true]) {
      expect(() => on({ schema })).toThrow('schema must be a Standard Schema v1');
    }
    expect(() => on({ shema: tolerant() })).toThrow("on has no option 'shema': did you mean 'schema'?");
    expect(() => on({ schema: tolerant() }, null)).toThrow('The handler for video.deleted must be a function');
  });
});
