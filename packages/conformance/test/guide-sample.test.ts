import crypto from 'node:crypto';
import { createServer } from 'node:http';
import express from 'express';
import { expect, it } from 'vitest';
import { checkReceiver } from '../src/index.js';
import { GENEROUS } from './support/mutants.js';
import { serve } from './support/serve.js';

const SECRET = 'whk_guide_sample_secret';

/** The sample of the guide, line for line, behind the express.json() it needs. */
function guideSample(handled: Map<string, number>) {
  function verifyWebhookSignature(payload: string, signature: string, secret: string) {
    const hmac = crypto.createHmac('sha256', secret);
    const calculatedSignature = hmac.update(payload).digest('hex');
    return crypto.timingSafeEqual(Buffer.from(calculatedSignature, 'hex'), Buffer.from(signature, 'hex'));
  }
  const app = express();
  app.use(express.json({ verify: (request, _response, raw) => Object.assign(request, { seen: raw }) }));
  app.post('/webhooks', (req, res) => {
    const signature = req.headers['x-videocloud-signature'] as string;
    const payload = JSON.stringify(req.body);
    if (!verifyWebhookSignature(payload, signature, SECRET)) {
      res.status(401).send('Invalid signature');
      return;
    }
    // The sample's console.log, as a count.
    const key = crypto
      .createHash('sha256')
      .update((req as unknown as { seen: Buffer }).seen)
      .digest('hex');
    handled.set(key, (handled.get(key) ?? 0) + 1);
    res.status(200).send('OK');
  });
  return app;
}

it("the guide's Express sample fails these cases, and no level is reached", async () => {
  const handled = new Map<string, number>();
  const app = guideSample(handled);
  const served = await serve(createServer(app));
  const report = await checkReceiver(served.url, {
    secret: SECRET,
    fast: true,
    ...GENEROUS,
    effects: ({ key }) => handled.get(key) ?? 0,
  }).finally(served.close);
  const failed = Object.fromEntries(
    report.results.filter(({ status }) => status === 'failed').map(({ id, detail }) => [id, detail]),
  );

  expect(report.level).toBe('none');
  expect(report.results.find(({ id }) => id === 'signature.genuine')?.status).toBe('passed');
  expect(Object.keys(failed)).toEqual(EXPECTED);

  // It throws on an absent header and on one of another length, and Express answers with its stack.
  expect(failed['signature.absent']).toMatch(/no signature header: 500/);
  expect(failed['signature.prefixes']).toMatch(/the first 1 digits: 500/);
  expect(failed['leaks.stack-trace']).toMatch(/a JavaScript stack/);
  // Buffer.from(x, 'hex') stops silently at junk.
  expect(failed['signature.junk-after']).toMatch(/letters: 200/);
  // It hashes re-serialized JSON: right bytes are refused, and wrong ones let in.
  expect(failed['bytes.escaped-slash']).toMatch(/: 401/);
  expect(failed['bytes.trailing-zero']).toMatch(/: 401/);
  expect(failed['bytes.reserialized-signature']).toMatch(/: 200/);
  // It has no memory.
  expect(failed['delivery.copy-once']).toMatch(/handled 3 times/);
}, 300_000);

const EXPECTED: readonly string[] = [
  'signature.absent',
  'signature.blank',
  'signature.whitespace',
  'signature.prefixes',
  'signature.extra-digits',
  'signature.junk-after',
  'signature.junk-before',
  'signature.junk-between',
  'signature.scheme-prefix',
  'signature.list',
  'signature.array',
  'signature.duplicate-headers',
  'signature.non-ascii',
  'signature.base64',
  'signature.oversized',
  'signature.other-secret',
  'signature.other-algorithm',
  'signature.tampered-body',
  'signature.other-place',
  'bytes.escaped-slash',
  'bytes.escaped-letter',
  'bytes.escaped-ascii',
  'bytes.trailing-zero',
  'bytes.exponent',
  'bytes.negative-zero',
  'bytes.big-integer',
  'bytes.long-decimal',
  'bytes.duplicate-keys',
  'bytes.number-keys',
  'bytes.spaces',
  'bytes.indented',
  'bytes.carriage-returns',
  'bytes.trailing-newline',
  'bytes.leading-space',
  'bytes.reserialized-signature',
  'bytes.reserialized-body',
  'bytes.over-100-kb',
  'bytes.one-megabyte',
  'envelope.deep-nesting',
  'http.inflated-signature',
  'http.content-type-others',
  'http.endless-body',
  'http.underscored-header',
  'effects.forgery-never',
  'delivery.copy-once',
  'delivery.copies-at-once',
  'delivery.copy-signed-otherwise',
  'delivery.retry-after-lost-answer',
  'time.refusal',
  'leaks.stack-trace',
];
