import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { verifyWebhook as express } from '../../src/adapters/express.js';
import { verifyWebhook as hono } from '../../src/adapters/hono.js';
import { verifyWebhook as next } from '../../src/adapters/next.js';
import { createReceiver, memoryStore } from '../../src/index.js';

const SECRET = 'whsec-never-shown-anywhere';
const HEX = Buffer.from(SECRET).toString('hex');

it.each([
  ['a receiver', createReceiver({ secrets: SECRET, idempotency: memoryStore() })],
  ['a receiver with bytes', createReceiver({ secrets: [Buffer.from(SECRET)] })],
  ['verifyWebhook of Express', express({ secrets: SECRET })],
  ['verifyWebhook of Hono', hono({ secrets: SECRET })],
  ['verifyWebhook of Next.js', next({ secrets: SECRET }, () => new Response())],
])('no secret is in what a debugger or logger shows of %s', (_, made) => {
  const shown = [
    inspect(made, { showHidden: true, depth: 20, getters: true, maxArrayLength: null }),
    JSON.stringify(made) ?? '',
    String(made),
    // Vitest prints what it compares.
    ...Reflect.ownKeys(made).map((name) => inspect(Reflect.get(made, name), { showHidden: true, depth: 20 })),
  ];
  try {
    shown.push(inspect(structuredClone(made)));
  } catch (error) {
    shown.push(inspect(error, { showHidden: true }));
  }
  for (const text of shown) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(HEX.slice(0, 16));
    expect(text).not.toContain(Buffer.from(SECRET).subarray(0, 8).join(', '));
  }
});
