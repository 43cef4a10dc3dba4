import { AsyncLocalStorage } from 'node:async_hooks';
import type {
  ALBHandler,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  LambdaFunctionURLHandler,
  SQSHandler,
} from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { type LambdaHttpEvent, lambdaHandler, sqsHandler } from '../../src/adapters/lambda.js';
import { createReceiver } from '../../src/index.js';
import { fixtureJson } from '../support.js';
import { SECRET } from './behavior.js';
import { GUIDE, hmac, signedHeaders } from './cases.js';
import { contract } from './contract.js';
import {
  format1,
  format2,
  LAMBDA_HTTP_ENTRY,
  LAMBDA_REST_ENTRY,
  type MakeEvent,
  singleValue,
} from './entries/lambda.js';

const text = () => false;
const base64 = () => true;

contract(LAMBDA_HTTP_ENTRY);
contract(LAMBDA_REST_ENTRY);

const FRONTS: readonly [string, MakeEvent, 'headers' | 'multiValueHeaders'][] = [
  ['a REST API', format1('api-gateway-rest.json', text), 'multiValueHeaders'],
  ['a REST API, in base64', format1('api-gateway-rest.json', base64), 'multiValueHeaders'],
  ['an HTTP API', format2('api-gateway-http.json', text), 'headers'],
  ['an HTTP API, in base64', format2('api-gateway-http.json', base64), 'headers'],
  ['a function URL', format2('function-url.json', text), 'headers'],
  ['a function URL, in base64', format2('function-url.json', base64), 'headers'],
  ['a load balancer', singleValue('load-balancer.json', text), 'headers'],
  ['a load balancer, in base64', singleValue('load-balancer.json', base64), 'headers'],
  ['a load balancer with multi-value headers', format1('load-balancer-multi-value.json', text), 'multiValueHeaders'],
  ['the same, in base64', format1('load-balancer-multi-value.json', base64), 'multiValueHeaders'],
];

describe.each(FRONTS)('lambdaHandler behind %s', (_, makeEvent, headers) => {
  const handled = vi.fn();
  const handler = lambdaHandler(createReceiver({ secrets: SECRET }).on('*', handled));

  it.each(['X-VideoCloud-Signature', 'x-videocloud-signature', 'X-VIDEOCLOUD-SIGNATURE'])('takes %s', async (name) => {
    handled.mockClear();
    expect(await handler(makeEvent('POST', [[name, hmac(GUIDE)]], GUIDE))).toEqual({
      statusCode: 200,
      [headers]: { 'content-type': headers === 'headers' ? 'application/json' : ['application/json'] },
      body: '{"received":true}',
      isBase64Encoded: false,
    });
    expect(new Uint8Array(handled.mock.calls[0]?.[1].rawBody)).toEqual(new Uint8Array(GUIDE));
    expect(await handler(makeEvent('POST', [[name, hmac(GUIDE, 'guess')]], GUIDE))).toMatchObject({ statusCode: 401 });
    expect(await handler(makeEvent('POST', [], GUIDE))).toMatchObject({ statusCode: 401 });
    expect(handled).toHaveBeenCalledOnce();
  });

  it('answers 405 to a health check, 401 to an empty body and 415 to a compressed one', async () => {
    expect(await handler(makeEvent('GET', [['user-agent', 'ELB-HealthChecker/2.0']], new Uint8Array()))).toMatchObject({
      statusCode: 405,
      [headers]: { allow: headers === 'headers' ? 'POST' : ['POST'] },
    });
    const signed = Object.entries(signedHeaders(GUIDE));
    expect(await handler(makeEvent('POST', signed, new Uint8Array()))).toMatchObject({ statusCode: 401 });
    expect(await handler(makeEvent('POST', [...signed, ['Content-Encoding', 'gzip']], GUIDE))).toMatchObject({
      statusCode: 415,
    });
  });
});

describe('lambdaHandler', () => {
  const post = format2('function-url.json', text);
  const signed = Object.entries(signedHeaders(GUIDE));

  it('gives handlers headers, a request id, the environment and the context of the caller', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const receiver = createReceiver<{ stage: string }>({ secrets: SECRET }).on(
      '*',
      (_, { env, headers, requestId }) => {
        seen.push(env, headers?.get('content-type'), requestId, storage.getStore());
      },
    );
    const handler = lambdaHandler(receiver, { env: () => ({ stage: 'prod' }) });
    await storage.run('mine', () => handler(post('POST', [...signed, ['X-Request-Id', 'r1']], GUIDE)));
    expect(seen).toEqual([{ stage: 'prod' }, 'application/json', 'r1', 'mine']);
    // @ts-expect-error `env` is missing
    lambdaHandler(receiver);
  });

  it('resolves when the handlers have ended, though they are answered before', async () => {
    let ended = false;
    const receiver = createReceiver({ secrets: SECRET, acknowledge: 'before' }).on('*', async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      ended = true;
    });
    expect(await lambdaHandler(receiver)(post('POST', signed, GUIDE))).toMatchObject({ statusCode: 200 });
    expect(ended).toBe(true);
  });

  it('resolves when a handler that ran out of time has ended, though a dead letter took its delivery', async () => {
    let ended = false;
    const onDeadLetter = vi.fn();
    const options = { handlerTimeout: 1_000, onDeadLetter, onError: () => {} };
    const receiver = createReceiver({ secrets: SECRET, acknowledge: 'before', ...options }).on('*', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_300));
      ended = true;
    });
    expect(await lambdaHandler(receiver)(post('POST', signed, GUIDE))).toMatchObject({ statusCode: 200 });
    expect([ended, onDeadLetter.mock.calls.length]).toEqual([true, 1]);
  });

  it.each([
    ['of a queue', fixtureJson('lambda/sqs.json')],
    ['of a web socket', { requestContext: { connectionId: 'id', eventType: 'MESSAGE' }, body: '{}' }],
    ['of no proxy integration', { body: '{}' }],
    ['that is null', null],
  ])('rejects an event %s, so that it is not taken for a success', async (_, event) => {
    const handler = lambdaHandler(createReceiver({ secrets: SECRET }));
    await expect(handler(event as LambdaHttpEvent)).rejects.toThrow(/sqsHandler/);
  });

  it('answers 500 when its `env` throws, and needs a receiver', async () => {
    const errors: unknown[] = [];
    const receiver = createReceiver({ secrets: SECRET, onError: ({ cause }) => errors.push(cause) });
    const broken = lambdaHandler(receiver, {
      env: () => {
        throw new Error('no stage');
      },
    });
    expect(await broken(post('POST', signed, GUIDE))).toMatchObject({ statusCode: 500 });
    expect(errors).toEqual([new Error('no stage')]);
    expect(() => lambdaHandler({} as never)).toThrow(/made by createReceiver/);
  });

  it('fits the types of the platform', () => {
    const receiver = createReceiver({ secrets: SECRET });
    const handlers: [
      APIGatewayProxyHandler,
      APIGatewayProxyHandlerV2,
      LambdaFunctionURLHandler,
      ALBHandler,
      SQSHandler,
    ] = [
      lambdaHandler(receiver),
      lambdaHandler(receiver),
      lambdaHandler(receiver),
      lambdaHandler(receiver),
      sqsHandler(receiver),
    ];
    expect(handlers).toHaveLength(5);
  });
});
