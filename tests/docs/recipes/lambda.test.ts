import { fixture, signedBody } from '@videocloud/webhooks/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { handler } from '../../../docs/recipes/lambda.js';
import { deliverAll, SECRET, showsFile } from './deliveries.js';

beforeAll(() => {
  vi.stubEnv('VIDEOCLOUD_WEBHOOK_SECRET', SECRET);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** The event as the platform documents it for an HTTP API (payload format 2.0) or a function URL. */
function format2(request: Request, body: Buffer, base64: boolean) {
  const now = new Date('2026-01-01T00:00:00Z');
  return {
    version: '2.0',
    routeKey: 'POST /webhooks',
    rawPath: '/webhooks',
    rawQueryString: '',
    headers: Object.fromEntries(request.headers),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'id',
      http: {
        method: request.method,
        path: '/webhooks',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'agent',
      },
      requestId: 'id',
      routeKey: 'POST /webhooks',
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64,
  };
}

/** The event of a REST API (payload format 1.0): names as they were sent, every value in `multiValueHeaders`. */
function format1(request: Request, body: Buffer, base64: boolean) {
  const sent = [...request.headers].map(([name, value]) => [
    name.replaceAll(/(^|-)[a-z]/g, (first) => first.toUpperCase()),
    // Two headers of one name arrive apart here.
    value.split(', '),
  ]) as [string, string[]][];
  return {
    resource: '/webhooks',
    path: '/webhooks',
    httpMethod: request.method,
    headers: Object.fromEntries(sent.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(sent),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { resourcePath: '/webhooks', httpMethod: request.method, stage: 'prod', protocol: 'HTTP/1.1' },
    body: body.length === 0 ? null : body.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  };
}

/** A load balancer with multi-value headers off: small names, no `version`, no method in the context. */
function balancer(request: Request, body: Buffer, base64: boolean) {
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/b' } },
    httpMethod: request.method,
    path: '/webhooks',
    headers: Object.fromEntries(request.headers),
    body: body.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  };
}

describe.each([
  ['format 2.0', format2, false],
  ['format 2.0, base64', format2, true],
  ['format 1.0', format1, false],
  ['format 1.0, base64', format1, true],
  ['load balancer', balancer, false],
] as const)('%s', (name, shape, base64) => {
  const invoke = async (request: Request): Promise<Response> => {
    const answer = await handler(shape(request, Buffer.from(await request.arrayBuffer()), base64));
    return new Response(answer.body, { status: answer.statusCode, headers: answer.headers });
  };

  it('takes, refuses and deduplicates', async () => {
    // One container serves all shapes: a module of its own, so that nothing is a duplicate of another shape's.
    vi.resetModules();
    const fresh = await import('../../../docs/recipes/lambda.js');
    const send = async (request: Request) => {
      const answer = await fresh.handler(shape(request, Buffer.from(await request.arrayBuffer()), base64));
      expect(answer.headers['content-type']).toBe('application/json');
      return new Response(answer.body, { status: answer.statusCode });
    };
    await deliverAll(send, 'https://lambda.invalid/webhooks');
  });

  it('answers 405 to GET, 401 to a signature that is not ASCII and to no body', async () => {
    expect((await invoke(new Request('https://lambda.invalid/webhooks'))).status).toBe(405);
    const { body, signature } = await signedBody(fixture('video.deleted', { data: { name } }), SECRET);
    const post = (headers: Record<string, string>, sent?: Uint8Array) =>
      invoke(new Request('https://lambda.invalid/webhooks', { method: 'POST', headers, ...(sent && { body: sent }) }));
    expect((await post({ 'x-videocloud-signature': signature.replace(/.$/, 'é') }, body)).status).toBe(401);
    expect((await post({ 'x-videocloud-signature': signature })).status).toBe(401);
    expect((await post({ 'x-videocloud-signature': signature }, body)).status).toBe(200);
  });
});

it('does not take bytes that only base64 can carry as text', async () => {
  const { body, signature } = await signedBody(Uint8Array.of(0x7b, 0xff, 0x7d), SECRET);
  const headers = { 'x-videocloud-signature': signature };
  const request = new Request('https://lambda.invalid/webhooks', { method: 'POST', headers });
  const told = async (base64: boolean) => {
    const answer = await handler(format2(request, Buffer.from(body), base64));
    return [answer.statusCode, answer.body.includes('body_not_utf8')];
  };
  expect(await told(true)).toEqual([400, true]);
  expect(await told(false)).toEqual([401, false]);
});

it('is what the page shows', () => showsFile('docs/recipes/lambda.md', 'docs/recipes/lambda.ts'));
