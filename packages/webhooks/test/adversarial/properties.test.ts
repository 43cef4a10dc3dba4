import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifySync } from '../../src/adapters/node.js';
import { constructEvent, createReceiver, isWebhookError, parseEvent, sign, verify } from '../../src/index.js';
import * as node from '../../src/runtime/node.js';
import * as web from '../../src/runtime/web.js';
import { fixture } from '../../src/testing/index.js';
import { fixtureBytes, SECRET, VECTORS } from '../support.js';

const anySecret = fc.oneof(
  fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }).filter((text) => /[!-~]/.test(text)),
  fc.uint8Array({ minLength: 1, maxLength: 130 }).filter((bytes) => bytes.some((byte) => byte > 32 && byte < 127)),
);
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 1_000 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => bytes.slice().buffer as ArrayBuffer),
  fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(20)).map(([bytes, from]) => bytes.subarray(from)),
);

describe('sign, then verify', () => {
  it('holds for any body and secret, and names the first secret that signed', async () => {
    await fc.assert(
      fc.asyncProperty(anyBody, anySecret, fc.array(anySecret, { maxLength: 3 }), async (body, secret, others) => {
        const signature = await sign(body, secret);
        expect(signature).toMatch(/^[0-9a-f]{64}$/);
        expect(await verify(body, signature, secret)).toEqual({ ok: true, secretIndex: 0 });
        // Not by comparing the secrets: HMAC pads a short key with zeros, so two may be one.
        const bytes = typeof body === 'string' ? body : new Uint8Array(body);
        const signs = (other: string | Uint8Array) =>
          createHmac('sha256', other).update(bytes).digest('hex') === signature;
        const secrets = [...others, secret];
        const verdict = { ok: true, secretIndex: secrets.findIndex(signs) };
        expect(await verify(body, signature.toUpperCase(), secrets)).toEqual(verdict);
        expect(verifySync(body, signature, secrets)).toEqual(verdict);
      }),
      { numRuns: 150 },
    );
  });
});

describe('one flipped bit', () => {
  const body = fixtureBytes('guide-event.json');
  const good = createHmac('sha256', SECRET).update(body).digest();
  const flipped = (bytes: Uint8Array, bit: number) => {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return changed;
  };
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  it.each([
    ['node', node],
    ['web', web],
  ] as const)('fails, wherever it is: every bit of a body, a signature and a secret (%s)', async (_, seam) => {
    expect(await seam.matchIndex(SECRET, body, hex(good))).toBe(0);
    for (let bit = 0; bit < body.length * 8; bit++) {
      expect(await seam.matchIndex(SECRET, flipped(body, bit), hex(good))).toBe(-1);
    }
    for (let bit = 0; bit < 256; bit++) expect(await seam.matchIndex(SECRET, body, hex(flipped(good, bit)))).toBe(-1);
    const secret = Buffer.from(SECRET);
    for (let bit = 0; bit < secret.length * 8; bit++) {
      expect(await seam.matchIndex(flipped(secret, bit), body, hex(good))).toBe(-1);
    }
  });
});

describe('a header', () => {
  const body = fixtureBytes('emoji.json');
  const good = createHmac('sha256', SECRET).update(body).digest('hex');
  // Judged here digit by digit, not by the pattern under test.
  const isHex = (text: string) => text.length === 64 && [...text].every((c) => '0123456789abcdefABCDEF'.includes(c));
  const nearMiss = fc
    .array(fc.tuple(fc.nat(66), fc.nat(2), fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), fc.constant(''))), {
      maxLength: 3,
    })
    .map((edits) => {
      const digits = good.split('');
      for (const [at, removed, added] of edits) digits.splice(at, removed, added);
      return digits.join('');
    });
  const odd = fc.oneof(
    nearMiss,
    fc.string({ unit: 'binary', maxLength: 70 }),
    fc.stringMatching(/^[0-9a-fA-F]{60,68}$/),
  );

  it('that is not exactly 64 hex digits is refused for its form, any other by its value alone', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (header) => {
        const verdict = await verify(body, header, SECRET);
        if (header.toLowerCase() === good && isHex(header)) expect(verdict).toEqual({ ok: true, secretIndex: 0 });
        else if (isHex(header)) expect(verdict).toEqual({ ok: false, code: 'signature_mismatch' });
        else if (header.trim() === '') expect(verdict).toEqual({ ok: false, code: 'signature_missing' });
        else expect(verdict).toEqual({ ok: false, code: 'signature_malformed' });
        expect(verifySync(body, header, SECRET)).toEqual(verdict);
      }),
      { numRuns: 1_000 },
    );
  });

  it('of any type gives a verdict, and nothing in it is called', async () => {
    const trap = new Proxy({}, { get: () => expect.unreachable(), getPrototypeOf: () => expect.unreachable() });
    const called = {
      [Symbol.toPrimitive]: () => expect.unreachable(),
      toString: () => expect.unreachable(),
      valueOf: () => expect.unreachable(),
    };
    for (const header of [trap, called, [called], Object.create(null), new Proxy([good], {})]) {
      expect(await verify(body, header, SECRET)).toEqual({ ok: false, code: 'signature_malformed' });
    }
    await fc.assert(
      fc.asyncProperty(
        fc.anything({ withBigInt: true, withSparseArray: true, withTypedArray: true }),
        async (header) => {
          expect((await verify(body, header, SECRET)).ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** A real event with a few bytes of it replaced, dropped or doubled: far nearer to the parser's edges than random bytes. */
const mangled = fc
  .tuple(
    fc.constantFrom(
      ...VECTORS.map(({ body }) => fixtureBytes(body)).filter(({ length }) => length < 1_000),
      Buffer.from(JSON.stringify(fixture('video.processed'))),
      Buffer.from('{"event":"video.deleted","timestamp":"2024-02-29T23:59:60.5+05:30","data":{"a":[{"b":null}]}}'),
    ),
    fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 3 })), { maxLength: 4 }),
  )
  .map(([event, edits]) => {
    let bytes = [...event];
    for (const [where, removed, added] of edits) {
      const at = bytes.length === 0 ? 0 : where % bytes.length;
      bytes = [...bytes.slice(0, at), ...added, ...bytes.slice(at + removed)];
    }
    return Uint8Array.from(bytes);
  });

describe('whatever was signed', () => {
  const codes = ['body_not_utf8', 'body_not_json', 'envelope_invalid'];
  const codeOf = (error: unknown) => (isWebhookError(error) ? error.code : `untyped: ${String(error)}`);

  it('parseEvent gives an event or a typed error', () => {
    fc.assert(
      fc.property(mangled, (bytes) => {
        let code = 'ok';
        try {
          const event = parseEvent(bytes);
          expect(typeof event.event).toBe('string');
          expect(Number.isNaN(Date.parse(event.timestamp.replace(/:60/, ':59')))).toBe(false);
          expect(typeof event.data).toBe('object');
        } catch (error) {
          code = codeOf(error);
        }
        expect(['ok', ...codes]).toContain(code);
      }),
      { numRuns: 2_000 },
    );
  });

  it('constructEvent and a receiver agree with it, and neither throws untyped', async () => {
    const receiver = createReceiver({ secrets: SECRET });
    await fc.assert(
      fc.asyncProperty(mangled, fc.boolean(), async (bytes, signed) => {
        const signature = signed ? await sign(bytes, SECRET) : 'f'.repeat(64);
        const constructed = await constructEvent(bytes, signature, SECRET).then(() => 'ok', codeOf);
        const outcome = await receiver.receive({ body: bytes, signature });
        expect(outcome.error?.code ?? 'ok').toBe(constructed);
        if (signed) expect(['ok', ...codes]).toContain(constructed);
        else expect(constructed).toBe('signature_mismatch');
        expect(outcome.status).toBe(constructed === 'ok' ? 200 : signed ? 400 : 401);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a receiver answers any request over Fetch with JSON, never a throw', async () => {
    const receiver = createReceiver({ secrets: SECRET });
    const text = fc.string({
      unit: fc.integer({ min: 33, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 70,
    });
    await fc.assert(
      fc.asyncProperty(mangled, text, fc.option(text), fc.option(text), async (body, signature, encoding, length) => {
        const headers = new Headers({ 'x-videocloud-signature': signature });
        if (encoding !== null) headers.set('content-encoding', encoding);
        if (length !== null) headers.set('content-length', length);
        const response = await receiver.fetch(new Request('http://receiver.test/', { method: 'POST', headers, body }));
        expect([401, 413, 415]).toContain(response.status);
        expect(await response.json()).toEqual({ error: { code: expect.any(String), message: expect.any(String) } });
      }),
      { numRuns: 300 },
    );
  });
});
