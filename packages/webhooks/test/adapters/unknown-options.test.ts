import { expect, it } from 'vitest';
import { webhookHandler as express } from '../../src/adapters/express.js';
import { webhookHandler as hono } from '../../src/adapters/hono.js';
import { webhookHandler as koa } from '../../src/adapters/koa.js';
import { lambdaHandler, sqsHandler } from '../../src/adapters/lambda.js';
import { webhookHandler as next, pagesWebhookHandler } from '../../src/adapters/next.js';
import { webhookHandler as node, requestVerifier } from '../../src/adapters/node.js';
import { createReceiver } from '../../src/index.js';
import { SECRET } from '../support.js';

type Adapter = (...args: unknown[]) => unknown;

it.each(Object.entries({ express, hono, koa, lambdaHandler, sqsHandler, next, pagesWebhookHandler, node }))(
  '%s refuses an option that does not exist, and names the nearest',
  (_, adapter) => {
    const receiver = createReceiver({ secrets: SECRET });
    const make = (options: unknown) => (adapter as Adapter)(receiver, options);
    expect(() => make({ evn: () => undefined })).toThrow(/has no option 'evn': did you mean 'env'\?/);
    // `webhookHandler(receiver, after)` would lose the work after the answer, and say nothing.
    for (const wrong of [() => undefined, null, 7, 'env']) {
      expect(() => make(wrong)).toThrow(/^The options of \w+ must be an object$/);
    }
    for (const fine of [undefined, {}, { env: undefined }, { env: () => undefined }]) make(fine);
  },
);

it('the App Router takes waitUntil, and no misspelled one', () => {
  const receiver = createReceiver({ secrets: SECRET });
  next(receiver, { waitUntil: () => undefined });
  expect(() => next(receiver, { waitUntl: () => undefined } as never)).toThrow(/did you mean 'waitUntil'\?/);
});

it('node:http takes a hint, and a verifier no misspelled one', () => {
  const receiver = createReceiver({ secrets: SECRET });
  node(receiver, { hint: 'Read nothing' });
  requestVerifier({ secrets: SECRET, hint: 'Read nothing' });
  expect(() => requestVerifier({ secrets: SECRET, evn: () => undefined } as never)).toThrow(/did you mean 'env'\?/);
});
