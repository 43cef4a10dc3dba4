import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  constructEvent,
  createReceiver,
  isWebhookError,
  type RawBody,
  sign,
  verify,
  WebhookError,
} from '../../src/index.js';
import { isArrayBuffer, isBytes, toBytes } from '../../src/signature/bytes.js';
import { SECRET } from '../support.js';
import { eventBody, testReceiver } from './support.js';

const realm = createContext({});
const make = (code: string): unknown => runInContext(code, realm);
const bytesOfRealm = (text: string) =>
  make(`Uint8Array.from(${JSON.stringify([...new TextEncoder().encode(text)])})`) as Uint8Array;

describe('bytes of another realm', () => {
  const body = eventBody();

  it.each<[string, () => unknown]>([
    ['a Uint8Array', () => bytesOfRealm(body)],
    ['an ArrayBuffer', () => bytesOfRealm(body).buffer],
    ['a subclass', () => new (class Own extends Uint8Array {})(new TextEncoder().encode(body))],
    ['a Buffer', () => Buffer.from(body)],
    ['a view of a part', () => Buffer.from(`xx${body}xx`).subarray(2, -2)],
    ['bytes with a lying tag', () => Object.defineProperty(Buffer.from(body), Symbol.toStringTag, { value: 'Object' })],
  ])('are verified and parsed: %s', async (_, given) => {
    const raw = () => given() as RawBody;
    const signature = await sign(body, SECRET);
    expect(await sign(raw(), SECRET)).toBe(signature);
    expect(await verify(raw(), signature, SECRET)).toEqual({ ok: true, secretIndex: 0 });
    expect(await constructEvent(raw(), signature, SECRET)).toEqual(JSON.parse(body));
    const { receiver, errors } = testReceiver();
    receiver.on('*', () => undefined);
    expect(await receiver.receive({ body: raw(), signature })).toMatchObject({ result: 'processed' });
    expect(errors).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['an object with the tag of bytes', () => ({ [Symbol.toStringTag]: 'Uint8Array', length: 1, 0: 1 })],
    ['an object with the tag of a buffer', () => ({ [Symbol.toStringTag]: 'ArrayBuffer', byteLength: 0 })],
    ['an object that inherits from bytes', () => Object.create(Uint8Array.prototype)],
    ['a proxy of bytes', () => new Proxy(new Uint8Array(1), {})],
    ['a Uint16Array', () => new Uint16Array(2)],
    ['a DataView', () => new DataView(new ArrayBuffer(2))],
    ['a Blob', () => new Blob(['x'])],
    ['an array', () => [1, 2]],
    ['a parsed Buffer', () => JSON.parse(JSON.stringify(Buffer.from('x')))],
    ['a String object', () => new String('x')],
    ['an event', () => JSON.parse(body)],
    ['null', () => null],
    ['undefined', () => undefined],
  ])('are not %s: a TypeError that names the fix', async (_, given) => {
    const raw = given() as RawBody;
    expect(isBytes(raw) || isArrayBuffer(raw)).toBe(false);
    expect(() => toBytes(raw)).toThrow(/Not a raw request body .* read it before any parser does/);
    await expect(verify(raw, 'a'.repeat(64), SECRET)).rejects.toThrow(TypeError);
    await expect(createReceiver({ secrets: SECRET }).receive({ body: raw, signature: 'x' })).rejects.toThrow(TypeError);
  });

  it('may be a secret', async () => {
    const signature = await sign(body, SECRET);
    expect(await verify(body, signature, [bytesOfRealm('other'), bytesOfRealm(SECRET)])).toEqual({
      ok: true,
      secretIndex: 1,
    });
    const { deliver } = testReceiver({ secrets: bytesOfRealm(SECRET) });
    expect(await deliver()).toMatchObject({ status: 200 });
  });
});

describe('promises and errors of another realm', () => {
  it('are asyncStore and kept as causes wherever the receiver calls out', async () => {
    const rejects = () => make("Promise.reject(new RangeError('elsewhere'))") as Promise<never>;
    const secrets = () => make(`Promise.resolve(${JSON.stringify(SECRET)})`) as Promise<string>;
    const { receiver, deliver, errors } = testReceiver({ secrets });
    const keys: unknown[] = [];
    receiver.on('*', (_, { deliveryKey }) => {
      keys.push(deliveryKey);
      return rejects();
    });
    expect(await deliver()).toMatchObject({ status: 500 });
    expect(errors).toMatchObject([{ code: 'handler_failed', cause: { message: 'elsewhere' } }]);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    const failing = testReceiver({ secrets: rejects });
    expect(await failing.deliver()).toMatchObject({ status: 503, error: { code: 'secrets_unavailable' } });
  });
});

describe('isWebhookError', () => {
  it('is false, and never throws, for whatever was caught', () => {
    const trap = () => {
      throw new Error('trapped');
    };
    for (const caught of [null, undefined, 7, 'x', {}, new Error('x'), new Proxy({}, { get: trap, has: trap })]) {
      expect(isWebhookError(caught)).toBe(false);
    }
    expect(isWebhookError(new WebhookError('handler_failed', 'x'))).toBe(true);
  });
});
