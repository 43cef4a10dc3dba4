import { describe, expect, it, vi } from 'vitest';
import { deliverAll, SECRET, showsFile } from './deliveries.js';

/** The event of a function URL. `packages/webhooks/test/adapters/lambda.test.ts` has all kinds, as AWS documents them. */
function eventOf(request: Request, body: Buffer) {
  return {
    version: '2.0',
    rawPath: '/webhooks',
    headers: Object.fromEntries(request.headers),
    requestContext: { http: { method: request.method, path: '/webhooks', protocol: 'HTTP/1.1' } },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

describe('the recipe', () => {
  it('takes, refuses and deduplicates', async () => {
    vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
    try {
      const { handler } = await import('../../../docs/recipes/lambda.js');
      await deliverAll(async (request) => {
        const answer = await handler(eventOf(request, Buffer.from(await request.arrayBuffer())));
        expect(answer.headers?.['content-type']).toBe('application/json');
        return new Response(answer.body, { status: answer.statusCode });
      }, 'https://lambda.invalid/webhooks');
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('is what the page shows', () => showsFile('docs/receive/lambda.md', 'docs/recipes/lambda.ts'));
});
