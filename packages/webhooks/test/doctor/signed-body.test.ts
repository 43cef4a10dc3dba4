import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/index.js';
import { ASCII, BODIES, hex, SECRET, SECRETS, SENT } from './cases.js';

const withBytes = { includeSignedBody: true, timeLimitMs: 10_000 };

describe('the bytes that were signed', () => {
  it.each(BODIES)('$name', async ({ input }) => {
    const { signedBody } = await diagnose({ ...input, ...withBytes });
    // Known wherever undoing the mistake gave other bytes; a contradiction in the request shows none.
    if (signedBody === undefined) return;
    expect(hex(signedBody)).toBe(input.signature);
  });

  it('are known for the common mistakes', async () => {
    const known = await Promise.all(
      BODIES.map(async ({ input }) => (await diagnose({ ...input, ...withBytes })).signedBody),
    );
    expect(known.filter((bytes) => bytes !== undefined).length / BODIES.length).toBeGreaterThan(0.8);
  });

  it.each(SECRETS)('are those received where only the secret is wrong: $name', async ({ input }) => {
    const { causes, signedBody } = await diagnose({ ...input, ...withBytes });
    const onlySecret = causes.every(({ code, proof }) => proof === 'proven' && code.startsWith('secret_'));
    if (onlySecret && signedBody !== undefined) expect(Buffer.from(signedBody).equals(SENT)).toBe(true);
  });

  it('are absent unless asked for, where nothing is proven, and where the signature is valid', async () => {
    const newline = { body: `${ASCII}\n`, signature: hex(ASCII), secrets: SECRET };
    expect(await diagnose(newline)).not.toHaveProperty('signedBody');
    expect(await diagnose({ ...newline, ...withBytes })).toMatchObject({ signedBody: new Uint8Array(ASCII) });
    const unrelated = { body: ASCII, signature: 'b'.repeat(64), secrets: SECRET };
    expect(await diagnose({ ...unrelated, ...withBytes })).not.toHaveProperty('signedBody');
    expect(await diagnose({ ...newline, body: ASCII, ...withBytes })).toEqual({ valid: true, causes: [] });
  });

  it('are a copy, which never holds the secret', async () => {
    for (const { input } of [...BODIES, ...SECRETS]) {
      const { signedBody } = await diagnose({ ...input, ...withBytes });
      expect(Buffer.from(signedBody ?? []).includes(SECRET)).toBe(false);
    }
  });
});
