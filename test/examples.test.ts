import { sign } from '@videocloud/webhooks';
import { signedRequest } from '@videocloud/webhooks/testing';
import { describe, expect, it } from 'vitest';
import { FRAMEWORKS, startReceiver } from '../scripts/demo/receivers.js';

describe.each(FRAMEWORKS)('the %s example', (framework) => {
  it('takes a signed delivery and refuses a forged one', async () => {
    const secret = 'example-secret';
    const receiver = await startReceiver(framework, secret);
    try {
      const good = await fetch(
        await signedRequest(
          receiver.url,
          '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{}}',
          secret,
        ),
      );
      expect([good.status, await good.text()]).toEqual([200, '{"received":true}']);
      const body = '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_1"}}';
      const forged = await fetch(receiver.url, {
        method: 'POST',
        headers: { 'x-videocloud-signature': await sign(body, 'another secret') },
        body,
      });
      expect([forged.status, ((await forged.json()) as { error: { code: string } }).error.code]).toEqual([
        401,
        'signature_mismatch',
      ]);
    } finally {
      await receiver.stop();
    }
  });
});
