import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express5 from 'express';
import express4 from 'express4';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, webhookHandler } from '../../src/adapters/express.js';
import { createReceiver } from '../../src/index.js';
import { MAX_BODY_BYTES, makeReceiver, makeTolerantReceiver, seen, VERIFY } from './behaviour.js';
import { GUIDE, GUIDE_HANDLED, hmac, signedHeaders } from './cases.js';
import { type Call, contract } from './contract.js';
import { closer } from './servers.js';

const FIX = /in front of express\.json\(\).*verify: \(req, res, buf\)/;
const keepBytes = express5.json({
  verify: (request, _response, buffer) => Object.assign(request, { rawBody: buffer }),
});

async function mount(express: typeof express5) {
  const calls: Call[] = [];
  const log = (call: Call) => calls.push(call);
  const app = express();
  const handler = webhookHandler(makeReceiver(createReceiver, '/webhooks', log));
  app.all('/webhooks', handler);
  app.all('/tolerant', webhookHandler(makeTolerantReceiver(createReceiver, '/tolerant', log)));
  app.all('/verify', verifyWebhook(VERIFY), (request, response) => {
    if (request.webhook === undefined) throw new Error('verifyWebhook went on without a delivery');
    response.json(seen(request.webhook));
  });
  app.use('/json', express.json(), handler);
  app.use('/text', express.text({ type: '*/*' }), handler);
  app.use('/urlencoded', express.urlencoded({ extended: true }), handler);
  app.use(
    '/json-verify',
    express.json(),
    verifyWebhook({ ...VERIFY, onError: (error) => log({ route: '', what: `onError ${error.code}`, event: null }) }),
  );
  app.use('/string', express.json(), (request, _response, next) => {
    request.body = JSON.stringify(request.body);
    next();
  });
  app.use('/string', handler);
  app.use('/raw', express.raw({ type: '*/*', limit: '1mb' }), handler);
  app.use('/raw-json-only', express.raw({ type: 'application/json' }), handler);
  app.use('/kept', keepBytes, handler);
  app.use(
    '/kept-verify',
    keepBytes,
    verifyWebhook(VERIFY),
    (request, response) => void response.json(seen(request.webhook as NonNullable<typeof request.webhook>)),
  );
  const server = createServer({ maxHeaderSize: 65_536 }, app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, calls: () => calls, close: closer(server) };
}

for (const [name, express] of [
  ['Express 5', express5],
  ['Express 4', express4],
] as const) {
  contract({
    name,
    path: '/webhooks',
    tolerant: '/tolerant',
    verify: '/verify',
    parsed: [
      { title: 'express.json()', path: '/json', fix: FIX },
      { title: 'express.json() and verifyWebhook', path: '/json-verify', fix: FIX },
      { title: 'express.text()', path: '/text', fix: FIX },
      {
        title: 'express.urlencoded()',
        path: '/urlencoded',
        fix: FIX,
        contentType: 'application/x-www-form-urlencoded',
      },
      { title: 'a re-serialised body', path: '/string', fix: FIX },
    ],
    mount: () => mount(express),
  });

  describe(`${name} with the bytes kept by a parser in front`, () => {
    async function post(path: string, body: Uint8Array, headers: Record<string, string>) {
      const mounted = await mount(express);
      try {
        const response = await fetch(`http://127.0.0.1:${mounted.port}${path}`, {
          method: 'POST',
          body: new Uint8Array(body),
          headers,
        });
        const answer = (await response.json()) as { error?: { code: string } };
        const calls = mounted.calls().map(({ what, event, sha256 }) => [what, event, sha256].join(' '));
        return { status: response.status, code: answer.error?.code, answer, calls };
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
