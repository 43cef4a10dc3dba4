import type { DeliveryView } from '../../protocol.js';

/** A vitest file that sends the same bytes to a receiver, signed with a secret of the test. */
export function vitestFile(deliveries: readonly DeliveryView[]): string {
  return `import { createReceiver } from '@videocloud/webhooks';
import { signedBody } from '@videocloud/webhooks/testing';
import { expect, test } from 'vitest';

// In place of this one, import your own receiver, and use its secret.
const secret = 'test-secret';
const receiver = createReceiver({ secrets: secret });
receiver.on('*', () => undefined);

const post = (headers: Record<string, string>, body: string) =>
  receiver.fetch(
    new Request('https://example.com/webhooks', { method: 'POST', headers, body: Buffer.from(body, 'base64') }),
  );
${deliveries.map(testOf).join('')}`;
}

const FORGED: ReadonlySet<string | undefined> = new Set(['unsigned', 'wrong_secret', 'tampered', 'reserialized']);

function testOf({ id, event, probe, status, responseCode, body, signedBody }: DeliveryView): string {
  const expected = FORGED.has(probe) ? 401 : probe === 'exact' && status !== 'success' ? (responseCode ?? 200) : 200;
  const title = JSON.stringify(`${event} of ${id}${probe === undefined ? '' : ` (${probe})`} gets ${expected}`);
  const secret = probe === 'wrong_secret' ? "'another-secret'" : 'secret';
  const headers =
    probe === 'unsigned'
      ? "  const headers = { 'content-type': 'application/json' };"
      : `  const { headers } = await signedBody(Buffer.from('${signedBody ?? body}', 'base64'), ${secret});`;
  return `
test(${title}, async () => {
${headers}
  const response = await post(headers, '${body}');
  expect(response.status).toBe(${expected});
});
`;
}
