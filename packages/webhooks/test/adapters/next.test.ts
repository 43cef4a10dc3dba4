import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GUIDE, hmac, signedHeaders } from './cases.js';
import { contract, type Mounted } from './contract.js';
import { mountNext, NEXT_APP_ENTRY, NEXT_PAGES_ENTRY } from './entries/next.js';

contract(NEXT_APP_ENTRY);
contract(NEXT_PAGES_ENTRY);

describe('Next.js Edge runtime', () => {
  let mounted: Mounted;
  beforeAll(async () => {
    mounted = await mountNext();
  }, 180_000);
  afterAll(() => mounted?.close());

  it('verifies and refuses', async () => {
    const post = async (headers: Record<string, string>) => {
      const response = await fetch(`http://127.0.0.1:${mounted.port}/edge`, {
        method: 'POST',
        body: new Uint8Array(GUIDE),
        headers,
      });
      return { status: response.status, text: await response.text() };
    };
    expect(await post(signedHeaders(GUIDE))).toEqual({ status: 200, text: '{"received":true}' });
    const forged = await post({ 'x-videocloud-signature': hmac(GUIDE, 'no') });
    expect(forged.status).toBe(401);
    expect(forged.text).toContain('"signature_mismatch"');
    expect((await post({})).text).toContain('"signature_missing"');
  });
});
