import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { webhookHandler as express, verifyWebhook as expressVerify } from '../../src/adapters/express.js';
import { fastifyWebhooks } from '../../src/adapters/fastify.js';
import { webhookHandler as hono, verifyWebhook as honoVerify } from '../../src/adapters/hono.js';
import { webhookHandler as koa, verifyWebhook as koaVerify } from '../../src/adapters/koa.js';
import { lambdaHandler, sqsHandler } from '../../src/adapters/lambda.js';
import { webhookHandler as next, verifyWebhook as nextVerify, pagesWebhookHandler } from '../../src/adapters/next.js';
import { webhookHandler as node, requestVerifier } from '../../src/adapters/node.js';
import { createReceiver } from '../../src/index.js';
import { SECRET } from '../support.js';

type Adapter = (...args: unknown[]) => unknown;

const receiver = createReceiver({ secrets: SECRET });

describe.each<[string, string, unknown]>([
  ['express', 'webhookHandler', express],
  ['hono', 'webhookHandler', hono],
  ['koa', 'webhookHandler', koa],
  ['lambda', 'lambdaHandler', lambdaHandler],
  ['lambda', 'sqsHandler', sqsHandler],
  ['next', 'webhookHandler', next],
  ['next', 'pagesWebhookHandler', pagesWebhookHandler],
  ['node', 'webhookHandler', node],
])('%s: %s', (_, name, adapter) => {
  const make = (options: unknown) => (adapter as Adapter)(receiver, options);

  it('refuses an option that does not exist, and names the nearest', () => {
    expect(() => make({ evn: () => undefined })).toThrow(`${name} has no option 'evn': did you mean 'env'?`);
    for (const fine of [undefined, {}, { env: undefined }, { env: () => undefined }]) make(fine);
  });

  it.each([{}, 'tenant', true, null])('refuses %j as its env, and names it', (env) => {
    expect(() => make({ env })).toThrow(/^env must be a function, not /);
  });

  it.each([[() => undefined], [null], [7], ['env']])('refuses %s in place of options', (wrong) => {
    // `webhookHandler(receiver, after)` would lose the work after the answer, and say nothing.
    expect(() => make(wrong)).toThrow(`The options of ${name} must be an object`);
  });

  it.each([5, null, undefined, {}])('refuses %j in place of a receiver', (wrong) => {
    expect(() => (adapter as Adapter)(wrong)).toThrow(`${name} takes a receiver made by createReceiver()`);
  });
});

describe.each<[string, string, unknown]>([
  ['express', 'verifyWebhook', expressVerify],
  ['hono', 'verifyWebhook', honoVerify],
  ['koa', 'verifyWebhook', koaVerify],
  ['next', 'verifyWebhook', nextVerify],
  ['node', 'requestVerifier', requestVerifier],
])('%s: %s', (_, name, adapter) => {
  const make = (options: unknown) => (adapter as Adapter)(options, () => undefined);

  it('refuses an option that does not exist, and names the nearest', () => {
    expect(() => make({ secretz: SECRET })).toThrow(`${name} has no option 'secretz': did you mean 'secrets'?`);
    expect(() => make({ secrets: SECRET, evn: () => undefined })).toThrow("did you mean 'env'?");
    make({ secrets: SECRET, env: () => undefined });
  });

  it.each([{}, 'tenant', true, null])('refuses %j as its env, and names it', (env) => {
    expect(() => make({ secrets: SECRET, env })).toThrow(/^env must be a function, not /);
  });

  it.each([[() => undefined], [null], [undefined], [7]])('refuses %s in place of options', (wrong) => {
    expect(() => make(wrong)).toThrow(`The options of ${name} must be an object`);
  });
});

it('fastifyWebhooks names itself, whatever it is not given', async () => {
  const ready = (options: object) => Fastify().register(fastifyWebhooks, { path: '/', ...options } as never);
  await expect(ready({ receiver: 5 })).rejects.toThrow('fastifyWebhooks takes a receiver made by createReceiver()');
  await expect(ready({ receiver, evn: 1 })).rejects.toThrow("fastifyWebhooks has no option 'evn'");
  await expect(ready({ receiver, env: {} })).rejects.toThrow('env must be a function, not object');
});

it('the App Router takes waitUntil, and no misspelled one', () => {
  next(receiver, { waitUntil: () => undefined });
  expect(() => next(receiver, { waitUntl: () => undefined } as never)).toThrow(/did you mean 'waitUntil'\?/);
  for (const waitUntil of [true, null, {}]) {
    expect(() => next(receiver, { waitUntil } as never)).toThrow(/^waitUntil must be a function, not /);
  }
});

it('node:http takes a hint', () => {
  node(receiver, { hint: 'Read nothing' });
  requestVerifier({ secrets: SECRET, hint: 'Read nothing' });
});
