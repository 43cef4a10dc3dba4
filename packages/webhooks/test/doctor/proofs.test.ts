import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diagnose } from '../../src/doctor/index.js';
import { hex, SECRET } from './cases.js';

const long = 'a'.repeat(20_000);

async function provenOf(received: string, signed: string): Promise<string[]> {
  const { causes } = await diagnose({ body: received, signature: hex(signed, SECRET), secrets: [SECRET] });
  return causes.filter(({ proof }) => proof === 'proven').map(({ code }) => code);
}

it.each([
  ['a price that was changed', '{"event":"x","price":99.999}', '{"event":"x","price":100.00}'],
  ['a digit that was added', '{"event":"x","price":1.234}', '{"event":"x","price":1.23}'],
  ['a number beyond all doubles', '{"n":1e400}', '{"n":null}'],
  ['one in a long document', `{"n":1e400,"p":"${long}"}`, `{"n":null,"p":"${long}"}`],
  ['one of many digits', `{"n":${'9'.repeat(400)},"p":"${long}"}`, `{"n":null,"p":"${long}"}`],
])('does not call %s a re-serialization', async (_name, received, signed) => {
  expect(await provenOf(received, signed)).not.toContain('body_reserialized');
});

it.each([
  ['nothing', '', 'signature_without_body'],
  ['the text of a missing variable', 'undefined', 'signature_without_body'],
  ['a word of the body', 'hello', 'signature_over_part'],
])('does not call %s that was signed a wrapped body', async (_name, signed, code) => {
  const received = JSON.stringify({ event: 'x', payload: signed });
  expect(await provenOf(received, signed)).toEqual([code]);
});

it('calls a re-serialization only what has the same value', async () => {
  const digits = fc.integer({ min: 0, max: 20 });
  const price = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  await fc.assert(
    fc.asyncProperty(price, price, digits, async (one, two, places) => {
      const received = `{"event":"x","data":{"one":${one},"two":${two}}}`;
      const signed = `{"event":"x","data":{"one":${one.toFixed(places)},"two":${two}}}`;
      const same = Number(one.toFixed(places)) === one;
      if (!same) expect(await provenOf(received, signed)).not.toContain('body_reserialized');
    }),
    { numRuns: 60, interruptAfterTimeLimit: 20_000 },
  );
}, 60_000);
