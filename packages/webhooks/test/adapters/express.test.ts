import { gzipSync } from 'node:zlib';
import express5 from 'express';
import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES } from './behavior.js';
import { GUIDE, GUIDE_HANDLED, hmac, signedHeaders } from './cases.js';
import { contract, isOutcome, outcomeOf } from './contract.js';
import { expressEntry, mountExpress } from './entries/express.js';

for (const [name, express] of [
  ['Express 5', express5],
  ['Express 4', express4],
] as const) {
  contract(expressEntry(name, express));

  describe(`${name} with the bytes kept by a parser in front`, () => {
    async function post(path: string, body: Uint8Array, headers: Record<string, string>) {
      const mounted = await mountExpress(express);
      try {
        const response = await fetch(`http://127.0.0.1:${mounted.port}${path}`, {
          method: 'POST',
          body: new Uint8Array(body),
          headers,
        });
        const { status } = response;
        const text = await response.text();
        const answer = JSON.parse(text) as { error?: { code: string } };
        const code = answer.error?.code;
        const all = await mounted.calls();
        expect(all.filter(isOutcome).map(({ what }) => what)).toEqual([outcomeOf({ status, text, code })]);
        const calls = all
          .filter((call) => !isOutcome(call))
          .map(({ what, event, sha256 }) => [what, event, sha256].join(' '));
        return { status, code, answer, calls };
      } finally {
        await mounted.close();
      }
    }

    it.each(['/raw', '/raw-json-only', '/kept'])('%s: verifies them', async (path) => {
      expect(await post(path, GUIDE, signedHeaders(GUIDE))).toMatchObject({ status: 200, calls: [GUIDE_HANDLED] });
      const forged = await post(path, GUIDE, { ...signedHeaders(GUIDE), 'x-videocloud-signature': hmac(GUIDE, 'no') });
      expect(forged).toMatchObject({ status: 401, code: 'signature_mismatch', calls: [] });
    });

    it('/kept-verify: sets req.webhook', async () => {
      expect(await post('/kept-verify', GUIDE, signedHeaders(GUIDE))).toMatchObject({
        answer: { verified: 'comment.created', bytes: GUIDE.length },
      });
    });

    it.each(['/raw', '/raw-json-only', '/json', '/kept'])(
      '%s: reads the stream that the parser left alone',
      async (path) => {
        const headers = { ...signedHeaders(GUIDE), 'content-type': 'text/x-other' };
        expect(await post(path, GUIDE, headers)).toMatchObject({ status: 200, calls: [GUIDE_HANDLED] });
      },
    );

    it('/raw: keeps to the size limit', async () => {
      const big = new Uint8Array(MAX_BODY_BYTES + 1).fill(0x20);
      expect(await post('/raw', big, signedHeaders(big))).toMatchObject({
        status: 413,
        code: 'body_too_large',
        calls: [],
      });
    });

    it.each(['/raw', '/json', '/kept'])('%s: refuses a body that the parser has inflated', async (path) => {
      const body = gzipSync(GUIDE);
      const headers = { ...signedHeaders(GUIDE), 'content-encoding': 'gzip' };
      expect(await post(path, body, headers)).toMatchObject({
        status: 415,
        code: 'content_encoding_unsupported',
        calls: [],
      });
    });
  });
}
