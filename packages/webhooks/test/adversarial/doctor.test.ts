import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CAUSE_CODES, type DiagnoseInput, diagnose } from '../../src/doctor/index.js';

const hex = (body: string | Uint8Array, secret: string) => createHmac('sha256', secret).update(body).digest('hex');
const text = fc.string({ unit: 'binary', maxLength: 60 });
const junk = fc.anything({ withBigInt: true, withSparseArray: true, withTypedArray: true, maxDepth: 2 });

it('the doctor answers anything with causes from its catalog, and with nothing of a secret or a digest', async () => {
  const secret = 'correct-horse-battery-staple';
  const body = '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"n":1.50,"t":"\\u00e9"}}';
  const expected = hex(body, secret);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        body: fc.oneof(fc.constant(body), text, fc.uint8Array({ maxLength: 100 }), fc.json(), junk),
        signature: fc.oneof(
          fc.constant(`sha256=${hex(`${body}\n`, secret)}`),
          fc.stringMatching(/^[0-9a-f]{64}$/),
          text,
          junk,
        ),
        secrets: fc.oneof(fc.constant(secret), fc.array(fc.oneof(text, fc.constant(secret)), { maxLength: 3 }), junk),
        headers: fc.oneof(
          fc.constant(undefined),
          fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 2 }))),
          junk,
        ),
      }),
      async (input) => {
        const { valid, causes } = await diagnose(input as unknown as DiagnoseInput);
        expect(typeof valid).toBe('boolean');
        for (const { code, proof } of causes) {
          expect(CAUSE_CODES).toContain(code);
          expect(['proven', 'possible']).toContain(proof);
        }
        expect(valid || causes.length > 0).toBe(true);
        const shown = JSON.stringify(causes).toLowerCase();
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(expected.slice(0, 8));
      },
    ),
    { numRuns: 60 },
  );
});
