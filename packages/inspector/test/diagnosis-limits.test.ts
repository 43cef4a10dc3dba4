import { expect, it } from 'vitest';
import { startInspector } from './support/start-inspector.js';

const NEGATIVE_CHUNK = '1\r\na\r\n-6\r\n';
const HOSTILE: readonly [string, string][] = [
  ['a chunk of negative size', NEGATIVE_CHUNK],
  ['a chunk of negative size, thousands of times', NEGATIVE_CHUNK.repeat(5_000)],
  ['30,000 nested arrays', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['a value and something after it', '{"a":1} x'],
  ['raw control characters in a string', '{"a":"\u0001\u0000\n"}'],
  ['a million digits', `{"a":${'9'.repeat(1_000_000)}}`],
  ['a million quotes', '"'.repeat(1_000_000)],
  ['percent signs and entities', '%25'.repeat(50_000) + '&amp;'.repeat(50_000)],
];

it.each(HOSTILE)(
  'a diagnosis ends, and the page answers others meanwhile or after: %s',
  async (_name, text) => {
    const { url, receiver, webhookId } = await startInspector();
    receiver.answer((_request, response) => void response.status(401).send(text.slice(0, 200_000)));
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return {
        status: response.status,
        json: (await response.json()) as { items?: { id: string }[]; causes?: unknown[] },
      };
    };
    for (const mode of ['exact', 'tampered', 'wrong_secret']) {
      const { status, json } = await post('probe', { webhookId, mode, body: Buffer.from(text).toString('base64') });
      expect(status).toBe(200);
      const id = json.items?.[0]?.id;
      for (const more of [
        {},
        { body: text },
        { secret: text.slice(0, 10_000) },
        { body: NEGATIVE_CHUNK, secret: 'x' },
      ]) {
        const found = await post(`deliveries/${id}/why`, more);
        expect([mode, found.status]).toEqual([mode, 200]);
      }
    }
    for (const mode of ['reserialized', 'stale'])
      expect([200, 422]).toContain(
        (await post('probe', { webhookId, mode, body: Buffer.from(text).toString('base64') })).status,
      );
    expect((await fetch(`${url}api/state`)).status).toBe(200);
  },
  180_000,
);
