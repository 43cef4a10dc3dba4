import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { verifySync } from '../../src/adapters/node.js';
import {
  constructEvent,
  createReceiver,
  generateSecret,
  type Secrets,
  SIGNATURE_HEADER,
  sign,
  verify,
} from '../../src/index.js';
import * as node from '../../src/runtime/node.js';
import * as web from '../../src/runtime/web.js';
import { keyCache } from '../../src/signature/key-cache.js';
import type { Secret } from '../../src/signature/secrets.js';
import { fixtureBytes, SECRET } from '../support.js';

const body = fixtureBytes('guide-event.json');
const seams = [
  ['node', node],
  ['web', web],
] as const;

describe('the words of a refused secret', () => {
  const wrong: [string, unknown, string][] = [
    ['an empty list', [], 'The list of signing secrets is empty: give at least one'],
    ['a blank', ' ', 'The signing secret is blank: is the variable set?'],
    ['nothing', undefined, 'The signing secret is no string or Uint8Array: is the variable set?'],
    ['a number', 7, 'The signing secret is no string or Uint8Array: is the variable set?'],
    ['blank bytes', new Uint8Array(3), 'The signing secret is blank: is the variable set?'],
    ['a blank in a list', [SECRET, SECRET, ''], 'The signing secret at index 2 is blank: is the variable set?'],
    ['blank bytes in a list', [new Uint8Array(3)], 'The signing secret at index 0 is blank: is the variable set?'],
    ['a hole', [SECRET, undefined], 'The signing secret at index 1 is no string or Uint8Array: is the variable set?'],
  ];
  it.each(wrong)('%s', async (_, secrets, message) => {
    const given = secrets as Secrets;
    for (const header of ['x', 'a'.repeat(64)]) {
      await expect(verify(body, header, given)).rejects.toThrow(new TypeError(message));
      expect(() => verifySync(body, header, given)).toThrow(new TypeError(message));
    }
    for (const [, seam] of seams) {
      expect(() => seam.requireSecrets(given)).toThrow(new TypeError(message));
      await expect((async () => seam.matchIndex(given, body, 'a'.repeat(64)))()).rejects.toThrow(
        new TypeError(message),
      );
    }
  });

  it.each(seams)('none for what is right (%s)', (_, seam) => {
    for (const secrets of [SECRET, [SECRET], [SECRET, 'older'], Buffer.from(SECRET), [Uint8Array.of(1)]]) {
      expect(() => seam.requireSecrets(secrets)).not.toThrow();
    }
  });

  it('bytes of another realm are bytes; what only claims to be is not', async () => {
    const { default: vm } = await import('node:vm');
    const foreign = vm.runInNewContext('Uint8Array.from(bytes)', { bytes: [...Buffer.from(SECRET)] });
    expect(() => node.requireSecrets(foreign)).not.toThrow();
    for (const odd of [new Uint16Array([1]), new ArrayBuffer(4), Object.create(null), Symbol('s')]) {
      expect(() => node.requireSecrets(odd as unknown as Secret)).toThrow(/is no string or Uint8Array/);
    }
  });

  it('blank is white space, NUL and what has no width; one visible character is a secret', () => {
    for (const blank of [
      '',
      ' ',
      '\t\r\n',
      '\u00a0',
      '\u2003',
      '\0',
      ' \0 ',
      '\u200b',
      '\u200c',
      '\u200d',
      '\u2060',
      '\ufeff',
    ]) {
      expect(() => node.requireSecrets(blank)).toThrow(/is blank/);
      expect(() => node.requireSecrets(Buffer.from(blank))).toThrow(/is blank/);
    }
    for (const secret of ['x', ' x', 'x ', '\0x', 'x\0', '\u200e', '0']) {
      expect(() => node.requireSecrets(secret)).not.toThrow();
    }
  });
});

describe('the cache of keys', () => {
  it('prepares a secret once, strings and bytes apart', () => {
    const prepare = vi.fn((secret: Secret) => ({ secret }));
    const keyOf = keyCache(prepare);
    const key = keyOf('49');
    expect(keyOf('49')).toBe(key);
    const bytes = keyOf(Uint8Array.of(49));
    expect(bytes).not.toBe(key);
    expect(keyOf(Uint8Array.of(49))).toBe(bytes);
    expect(keyOf(Uint8Array.of(4, 9))).not.toBe(keyOf(Uint8Array.of(49)));
    expect(keyOf('4,9')).not.toBe(keyOf(Uint8Array.of(4, 9)));
    expect(prepare).toHaveBeenCalledTimes(4);
  });

  it('keeps a thousand of each, and drops the oldest first', () => {
    const prepared: Secret[] = [];
    const keyOf = keyCache((secret) => prepared.push(secret));
    for (let n = 0; n < 1_000; n++) keyOf(`tenant ${n}`);
    for (let n = 0; n < 1_000; n++) keyOf(Uint8Array.of(1, n >> 8, n & 255));
    for (let n = 0; n < 1_000; n++) keyOf(`tenant ${n}`);
    expect(prepared).toHaveLength(2_000);
    keyOf('one more');
    for (let n = 1; n < 1_000; n++) keyOf(`tenant ${n}`);
    expect(prepared).toHaveLength(2_001);
    keyOf('tenant 0');
    expect(prepared.slice(2_000)).toEqual(['one more', 'tenant 0']);
    keyOf('tenant 2');
    expect(prepared).toHaveLength(2_002);
    keyOf('tenant 1');
    expect(prepared.at(-1)).toBe('tenant 1');
  });

  it('neither prepares nor keeps a blank one, and names its place', () => {
    const prepare = vi.fn();
    const keyOf = keyCache(prepare);
    for (let n = 0; n < 2; n++) {
      expect(() => keyOf(' ')).toThrow(new TypeError('The signing secret is blank: is the variable set?'));
      expect(() => keyOf(new Uint8Array(2), ' here')).toThrow(/secret here is blank/);
    }
    expect(prepare).not.toHaveBeenCalled();
  });
});

describe('the seams say of themselves', () => {
  it('what a runtime may share and what takes a promise', async () => {
    expect(node.DIGEST_IS_SYNC).toBe(true);
    expect(web.DIGEST_IS_SYNC).toBe(false);
    const digest = createHash('sha256').update(body).digest('hex');
    expect(node.sha256Hex(body)).toBe(digest);
    expect(web.sha256Hex(body)).toBeInstanceOf(Promise);
    expect(await web.sha256Hex(body)).toBe(digest);
  });

  it.each(seams)('undefined, exactly, for bytes that are not UTF-8 (%s)', (_, seam) => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]]) {
      expect(seam.decodeUtf8(Uint8Array.from(bytes))).toBeUndefined();
    }
    const whole = Buffer.from('пролог: тело');
    expect(seam.decodeUtf8(new Uint8Array(whole.buffer, whole.byteOffset + 13, whole.length - 13))).toBe(' тело');
  });

  it('the header in lower case', () => {
    expect(SIGNATURE_HEADER).toBe('x-videocloud-signature');
  });
});

describe('sha256Hex', () => {
  it('is the same without the one-shot function of newer runtimes', async () => {
    const digest = createHash('sha256').update(body).digest('hex');
    vi.resetModules();
    vi.doMock('node:crypto', async (original) => ({
      ...(await original<typeof import('node:crypto')>()),
      hash: undefined,
    }));
    const older = await import('../../src/runtime/node.js');
    expect(older.sha256Hex(body)).toBe(digest);
    vi.doUnmock('node:crypto');
    vi.resetModules();
  });
});

describe('generateSecret', () => {
  it('is 32 random bytes in base64url', () => {
    const made = Array.from({ length: 300 }, generateSecret);
    expect(new Set(made).size).toBe(300);
    for (const secret of made) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect(Buffer.from(secret, 'base64url').toString('base64url')).toBe(secret);
    }
    const characters = new Set(made.join(''));
    expect(characters.size).toBe(64);
  });

  it('spells any bytes as base64url does', () => {
    const random = vi.spyOn(crypto, 'getRandomValues');
    for (const byte of [0, 0xfb, 0xff, 0x7e]) {
      random.mockImplementationOnce((array) => {
        (array as Uint8Array).fill(byte);
        return array;
      });
      expect(generateSecret()).toBe(Buffer.alloc(32, byte).toString('base64url'));
    }
    random.mockRestore();
  });
});

describe('the text that a missing variable becomes in a template', () => {
  it('is no secret to verify with', async () => {
    const missing = new TypeError("The signing secret is 'undefined': is the variable set?");
    const forged = await sign('{}', 'undefined');
    for (const secrets of ['undefined', ['whk-secret', 'undefined']]) {
      await expect(verify('{}', forged, secrets)).rejects.toThrow(missing);
      await expect(constructEvent('{}', forged, secrets)).rejects.toThrow(missing);
      expect(() => verifySync('{}', forged, secrets)).toThrow(missing);
      expect(() => createReceiver({ secrets })).toThrow(missing);
      const causes: unknown[] = [];
      const receiver = createReceiver({ secrets: () => secrets, onError: ({ cause }) => void causes.push(cause) });
      const outcome = await receiver.receive({ body: '{}', signature: forged });
      expect([outcome.status, outcome.error?.code, causes]).toEqual([503, 'secrets_unavailable', [missing]]);
    }
  });
});

describe('a list of secrets', () => {
  const list = (length: number) => Array.from({ length }, (_, n) => `secret ${n}`);
  const tooMany = 'The list holds 33 signing secrets: give at most 32';

  it('holds at most 32, since a stranger chooses how often each is tried', async () => {
    expect(await verify('x', 'a'.repeat(64), list(32))).toEqual({ ok: false, code: 'signature_mismatch' });
    for (const signature of ['a'.repeat(64), undefined]) {
      await expect(verify('x', signature, list(33))).rejects.toThrow(new TypeError(tooMany));
      expect(() => verifySync('x', signature, list(33))).toThrow(new TypeError(tooMany));
    }
    expect(() => createReceiver({ secrets: list(33) })).toThrow(new TypeError(tooMany));
    const errors: unknown[] = [];
    const receiver = createReceiver({ secrets: () => list(33), onError: (error) => errors.push(error.cause) });
    expect(await receiver.receive({ body: 'x', signature: 'a'.repeat(64) })).toMatchObject({ status: 503 });
    expect(errors).toEqual([new TypeError(tooMany)]);
  });
});
