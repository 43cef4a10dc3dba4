import { describe, expect, it } from 'vitest';
import { cli, expected, hmac, path, put, start, startEndpoint } from './harness.js';

const { url, received } = await startEndpoint();
const BODY =
  '{"event": "video.deleted", "timestamp": "2024-03-31T12:00:00Z", "data": {"videoId": "vid_1", "ratio": 1.0}}';
const COMPACT = JSON.stringify(JSON.parse(BODY));
const SIGNATURE = hmac(BODY);
expected.push(hmac(COMPACT));

describe('listen', () => {
  it('verifies, diagnoses, keeps, forwards byte for byte, replays, ends on Ctrl-C', async () => {
    const log = path('log.db');
    const listening = start(['listen', '--port', '0', '--log', log, '--forward-to', url, '--json']);
    const address = await listening.said(/listening on (http:\S+)/);
    received.length = 0;
    const body = Buffer.from(`${BODY}\n`);
    const headers = { 'content-type': 'application/json', 'x-videocloud-signature': hmac(body) };
    expect((await fetch(address, { method: 'POST', body, headers })).status).toBe(200);
    await fetch(address, {
      method: 'POST',
      body: COMPACT,
      headers: { ...headers, 'x-videocloud-signature': SIGNATURE },
    });
    await listening.said(/body_reserialized/);
    listening.kill('SIGINT');
    const { code, out } = await listening.done;
    expect(code).toBe(130);
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ id: 1, verdict: 'valid', status: 200, event: 'video.deleted' });
    expect(second).toMatchObject({
      verdict: 'signature_mismatch',
      causes: [{ code: 'body_reserialized', proof: 'proven' }],
    });
    expect(received[0]?.body.equals(body)).toBe(true);
    expect(received[0]?.headers['x-videocloud-signature']).toBe(hmac(body));
    expect((await cli(['explain', put('log.ndjson', out)])).out).toContain('body_reserialized');
    expect((await cli(['listen', '--replay', '1', '--forward-to', url, '--log', log])).code).toBe(0);
    expect(received.at(-1)?.body.equals(body)).toBe(true);
    expect((await cli(['listen', '--replay', '99', '--forward-to', url, '--log', log])).code).toBe(2);
  });
});
