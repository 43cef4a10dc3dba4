import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { pageIn } from '../src/version.js';
import { cli, expected, hmac, put, SECRET, SECRET_FILE } from './harness.js';

const BODY =
  '{"event": "video.deleted", "timestamp": "2024-03-31T12:00:00Z", "data": {"videoId": "vid_1", "ratio": 1.0}}';
const COMPACT = JSON.stringify(JSON.parse(BODY));
const SIGNATURE = hmac(BODY);
expected.push(hmac(COMPACT));

describe('sign, verify, explain', () => {
  it('signs bytes from a file and from standard input', async () => {
    const file = put('body.json', BODY);
    expect(await cli(['sign', file], { unrecorded: true })).toMatchObject({ code: 0, out: `${SIGNATURE}\n`, err: '' });
    const binary = Buffer.from([0xff, 0, 0x0a]);
    const piped = await cli(['sign', '-', '--json', '--secret-file', SECRET_FILE], { input: binary, unrecorded: true });
    expect(JSON.parse(piped.out)).toEqual({ signature: hmac(binary) });
    expect(piped.err).toContain('newline at the end');
  });

  it.each(['verify', 'explain'])('%s refuses the text of a missing variable as every receiver does', async (verb) => {
    const args = [verb, put('body.json', BODY), '--signature', SIGNATURE];
    const { code, err } = await cli(args, { env: { VIDEOCLOUD_WEBHOOK_SECRET: 'undefined' } });
    expect({ code, err }).toEqual({ code: 2, err: "error: The signing secret is 'undefined': is the variable set?\n" });
  });

  it('verifies', async () => {
    const file = put('body.json', BODY);
    expect(await cli(['verify', file, '--signature', SIGNATURE])).toMatchObject({ code: 0, out: 'valid\n' });
    const bad = await cli(['verify', '-', '--signature', SIGNATURE, '--json'], { input: COMPACT });
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out)).toEqual({ ok: false, code: 'signature_mismatch' });
  });

  const base64 = Buffer.from(BODY).toString('base64');
  it.each([
    ['raw HTTP', `POST /hooks HTTP/1.1\r\nHost: x\r\nX-VideoCloud-Signature: ${SIGNATURE}\r\n\r\n${BODY}`],
    ['curl', `curl -X POST 'http://x/hooks' -H 'X-VideoCloud-Signature: ${SIGNATURE}' \\\n  --data-raw '${BODY}'`],
    [
      'curl with $',
      `curl http://x -H $'x-videocloud-signature: ${SIGNATURE}' --data-binary $'${BODY.replace('vid', '\\u0076id')}'`,
    ],
    [
      'HAR',
      JSON.stringify({
        log: {
          entries: [
            { request: { headers: [{ name: 'X-VideoCloud-Signature', value: SIGNATURE }], postData: { text: BODY } } },
          ],
        },
      }),
    ],
    [
      'NDJSON',
      `{"id":1}\n${JSON.stringify({ id: 2, headers: { 'x-videocloud-signature': SIGNATURE }, bodyBase64: base64 })}\n`,
    ],
  ])('reads %s', async (_name, text) => {
    expect(await cli(['verify', put('captured', text)])).toMatchObject({ code: 0, out: 'valid\n' });
  });

  it('explains with proof and fix', async () => {
    const file = put('rewritten.json', COMPACT);
    const human = await cli(['explain', file, '--signature', SIGNATURE, '--framework', 'express']);
    expect(human.code).toBe(1);
    expect(human.out).toMatch(/proven {2}body_reserialized[\s\S]*fix: .*express\.json\(\)/);
    // This build knows no repository: a path without a host would lead nowhere.
    expect(human.out).not.toContain('docs:');
    const json = await cli(['explain', file, '--signature', SIGNATURE, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({
      valid: false,
      causes: [{ code: 'body_reserialized', proof: 'proven' }],
    });
    expect((await cli(['explain', put('body.json', BODY), '--signature', SIGNATURE])).code).toBe(0);
  });
});

it('a published package links to the page of a cause', () => {
  const repository = { type: 'git', url: 'git+https://git.example/owner/name.git', directory: 'packages/cli' };
  const page = 'https://git.example/owner/name/blob/HEAD/docs/reference/causes/body_empty.md';
  expect(pageIn({ repository }, 'reference/causes/body_empty')).toBe(page);
  for (const other of [{}, { repository: 'owner/name' }, { repository: { url: 'file:x' } }, null])
    expect(pageIn(other, 'reference/causes/body_empty')).toBeUndefined();
});

it('the guide’s own Express sample in front of trigger: explain proves body_reserialized', async () => {
  const captured: { payload: string; headers: IncomingHttpHeaders }[] = [];
  const app = express();
  app.use(express.json());
  app.post('/webhooks', (req, res) => {
    const payload = JSON.stringify(req.body);
    captured.push({ payload, headers: req.headers });
    const signature = String(req.headers['x-videocloud-signature']);
    const calculated = createHmac('sha256', SECRET).update(payload).digest('hex');
    const good = timingSafeEqual(Buffer.from(calculated, 'hex'), Buffer.from(signature, 'hex'));
    res.status(good ? 200 : 401).send(good ? 'OK' : 'Invalid signature');
  });
  const listening = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  const target = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/webhooks`;
  for (const tweak of ['spaces', '1.0', '\\/', '\\u00e9', 'newline']) {
    const body = {
      spaces: BODY,
      '1.0': COMPACT.replace('"ratio":1', '"ratio":1.0'),
      '\\/': COMPACT.replace('vid_1', 'a\\/b'),
      '\\u00e9': COMPACT.replace('vid_1', '\\u00e9'),
      newline: `${COMPACT}\n`,
    }[tweak] as string;
    const ran = await cli(['trigger', 'video.deleted', target, '--body', put('sent.json', body)]);
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.out).toContain('Invalid signature');
    const { payload = '', headers = {} } = captured.at(-1) ?? {};
    expected.push(hmac(payload));
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const seen = put('seen.http', `POST /webhooks HTTP/1.1\r\n${head.join('')}\r\n${payload}`);
    const explained = await cli(['explain', seen]);
    expect(explained.code).toBe(1);
    expect(explained.out).toMatch(/proven {2}body_reserialized[\s\S]*Express: mount webhookHandler/);
  }
  listening.close();
});
