import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { signSync, verifySync } from '../../src/adapters/node.js';
import { type RawBody, type Secrets, sign, verify } from '../../src/index.js';
import * as node from '../../src/runtime/node.js';
import * as web from '../../src/runtime/web.js';
import { fixtureBytes, MISSING_HEADERS, malformedHeaders, SECRET, VECTORS } from '../support.js';

const flip = (hex: string, at: number) => {
  const digit = Number.parseInt(hex[at] ?? '0', 16) ^ 1;
  return hex.slice(0, at) + digit.toString(16) + hex.slice(at + 1);
};

describe.each([
  ['node', node],
  ['web', web],
] as const)('the %s seam', (_, hmac) => {
  it.each(VECTORS.map((v) => [v.body, v.secret, v.signature] as const))(
    'agrees with openssl on %s under %j',
    async (name, secret, signature) => {
      const body = fixtureBytes(name);
      expect(await hmac.hmacHex(secret, body)).toBe(signature);
      expect(await hmac.hmacHex(new TextEncoder().encode(secret), body)).toBe(signature);
      expect(await hmac.matchIndex(secret, body, signature)).toBe(0);
      expect(await hmac.matchIndex(secret, body, signature.toUpperCase())).toBe(0);
      expect(await hmac.matchIndex(`${secret}x`, body, signature)).toBe(-1);
      expect(await hmac.matchIndex(['other', secret, 'third'], body, signature)).toBe(1);
      for (const at of [0, 31, 63]) expect(await hmac.matchIndex(secret, body, flip(signature, at))).toBe(-1);
    },
  );

  it('reports the first of two equal secrets', async () => {
    const body = fixtureBytes('emoji.json');
    expect(await hmac.matchIndex(['a', SECRET, SECRET], body, await hmac.hmacHex(SECRET, body))).toBe(1);
  });

  it('takes shared memory and views into larger buffers', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 4);
    shared.set([1, 2, 3, 4]);
    const expected = await hmac.hmacHex(SECRET, new Uint8Array([1, 2, 3, 4]));
    expect(await hmac.hmacHex(SECRET, shared)).toBe(expected);
    expect(await hmac.matchIndex(SECRET, shared, expected)).toBe(0);
  });

  it('does not remember a byte secret by identity', async () => {
    const secret = new Uint8Array([1, 2, 3]);
    const before = await hmac.hmacHex(secret, new Uint8Array());
    secret.set([4, 5, 6]);
    expect(await hmac.hmacHex(secret, new Uint8Array())).not.toBe(before);
  });

  it('keeps working past the bound of its key cache', async () => {
    const body = new Uint8Array([7]);
    for (let n = 0; n < 1_100; n++) {
      expect(await hmac.hmacHex(`tenant-${n}`, body)).toBe(
        createHmac('sha256', `tenant-${n}`).update(body).digest('hex'),
      );
    }
  });

  it.each([
    ['invalid-utf8.json', undefined],
    ['overlong-utf8.json', undefined],
    ['bom.json', '\ufeff{'],
    ['emoji.json', '{'],
    ['empty.bin', ''],
  ])('decodes %s strictly', (name, start) => {
    const text = hmac.decodeUtf8(fixtureBytes(name));
    if (start === undefined) expect(text).toBeUndefined();
    else expect(text?.startsWith(start)).toBe(true);
  });
});

describe('both seams', () => {
  it('give the same verdict on any body, secret and header', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.oneof(fc.string({ minLength: 1 }), fc.uint8Array({ minLength: 1, maxLength: 200 })),
        fc.stringMatching(/^[0-9a-fA-F]{64}$/),
        async (body, secret, header) => {
          const verdictOf = async (hmac: typeof node | typeof web) => {
            try {
              const good = await hmac.hmacHex(secret, body);
              return [good, await hmac.matchIndex(secret, body, good), await hmac.matchIndex(secret, body, header)];
            } catch (error) {
              return (error as Error).message;
            }
          };
          expect(await verdictOf(web)).toEqual(await verdictOf(node));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('verify', () => {
  const body = fixtureBytes('guide-event.json');
  const good = createHmac('sha256', SECRET).update(body).digest('hex');

  it.each([
    ['bytes', body],
    ['a Buffer', Buffer.from(body)],
    ['an ArrayBuffer', body.buffer.slice(0)],
    ['a string', new TextDecoder().decode(body)],
    ['bytes of another realm', vm.runInNewContext('Uint8Array.from(bytes)', { bytes: [...body] })],
    ['a buffer of another realm', vm.runInNewContext('Uint8Array.from(bytes).buffer', { bytes: [...body] })],
  ] as [string, RawBody][])('takes %s', async (_, raw) => {
    expect(await verify(raw, good, SECRET)).toEqual({ ok: true, secretIndex: 0 });
    expect(verifySync(raw, good, SECRET)).toEqual({ ok: true, secretIndex: 0 });
  });

  it('accepts either case of the digits', async () => {
    expect(await verify(body, good.toUpperCase(), SECRET)).toEqual({ ok: true, secretIndex: 0 });
  });

  it('says which secret matched', async () => {
    expect(await verify(body, good, ['new', SECRET])).toEqual({ ok: true, secretIndex: 1 });
    expect(await verify(body, good, ['new', 'old'])).toEqual({ ok: false, code: 'signature_mismatch' });
  });

  it.each(malformedHeaders(good))('refuses %s as malformed', async (_, header) => {
    expect(await verify(body, header, SECRET)).toEqual({ ok: false, code: 'signature_malformed' });
    expect(verifySync(body, header, SECRET)).toEqual({ ok: false, code: 'signature_malformed' });
  });

  it.each(MISSING_HEADERS)('refuses %s as missing', async (_, header) => {
    expect(await verify(body, header, SECRET)).toEqual({ ok: false, code: 'signature_missing' });
    expect(verifySync(body, header, SECRET)).toEqual({ ok: false, code: 'signature_missing' });
  });

  it('refuses any flipped bit of body or signature', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.nat({ max: 255 }),
        async (bytes, where, bit) => {
          const signature = await sign(bytes, SECRET);
          expect(await verify(bytes, signature, SECRET)).toEqual({ ok: true, secretIndex: 0 });
          const changed = bytes.slice();
          const at = where % bytes.length;
          changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
          expect((await verify(changed, signature, SECRET)).ok).toBe(false);
          const digest = Buffer.from(signature, 'hex');
          digest[where % 32] = (digest[where % 32] ?? 0) ^ (1 << (bit % 8));
          expect((await verify(bytes, digest.toString('hex'), SECRET)).ok).toBe(false);
        },
      ),
    );
  });

  it('does not confuse U+FFFD that was signed with a bad byte that was delivered', async () => {
    const signed = fixtureBytes('replacement-char.json');
    const delivered = fixtureBytes('invalid-utf8.json');
    expect((await verify(delivered, await sign(signed, SECRET), SECRET)).ok).toBe(false);
  });

  it('does not skip a byte order mark that was added after signing', async () => {
    const signed = fixtureBytes('trailing-newline.json');
    const delivered = new Uint8Array([0xef, 0xbb, 0xbf, ...signed]);
    expect((await verify(delivered, await sign(signed, SECRET), SECRET)).ok).toBe(false);
  });

  it.each([
    ['an object', {}],
    ['an array', []],
    ['null', null],
    ['undefined', undefined],
    ['a number', 1],
    ['a DataView', new DataView(new ArrayBuffer(2))],
    ['other typed arrays', new Uint16Array(2)],
    ['shared memory itself', new SharedArrayBuffer(2)],
    ['something that claims to be bytes', { [Symbol.toStringTag]: 'Uint8Array', length: 1 }],
  ])('calls %s as the body a TypeError that names the fix', async (_, parsed) => {
    await expect(verify(parsed as unknown as RawBody, good, SECRET)).rejects.toThrow(TypeError);
    await expect(verify(parsed as unknown as RawBody, good, SECRET)).rejects.toThrow(/raw request body/);
    await expect(sign(parsed as unknown as RawBody, SECRET)).rejects.toThrow(/raw request body/);
  });

  it.each([
    ['empty', ''],
    ['a space', ' '],
    ['a newline', '\n'],
    ['a byte order mark', '\ufeff'],
    ['a zero-width space', '\u200b'],
    ['NUL characters', '\0\0'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', {}],
    ['an empty list', []],
    ['a list with a blank', [SECRET, '']],
    ['a list with a hole', new Array(1)],
    ['a list with undefined', [SECRET, undefined]],
    ['a nested list', [[SECRET]]],
    ['no bytes', new Uint8Array()],
    ['zero bytes', new Uint8Array(32)],
    ['blank bytes', new Uint8Array([32, 10])],
  ])('refuses %s as a secret, whatever the header', async (_, secret) => {
    for (const header of [good, 'x', undefined]) {
      await expect(verify(body, header, secret as unknown as Secrets)).rejects.toThrow(TypeError);
      expect(() => verifySync(body, header, secret as unknown as Secrets)).toThrow(TypeError);
    }
  });

  it('never shows a secret in what it throws', async () => {
    const error = await verify(body, good, ['top-secret-value', '']).catch((e: unknown) => e);
    expect(String(error)).not.toContain('top-secret-value');
  });
});

describe('against openssl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vc-openssl-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('agrees on arbitrary files', () => {
    const file = join(folder, 'body');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.stringMatching(/^[\w-]{1,80}$/), (bytes, secret) => {
        writeFileSync(file, bytes);
        const printed = execFileSync('openssl', ['dgst', '-sha256', '-hmac', secret, file], { encoding: 'utf8' });
        const signature = printed.trim().split(' ').at(-1);
        expect(signSync(bytes, secret)).toBe(signature);
        expect(verifySync(bytes, signature, secret).ok).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});
