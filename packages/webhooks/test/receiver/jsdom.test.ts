// @vitest-environment jsdom
// jsdom's globals belong to another realm than Node's bytes, promises and errors.
import { expect, it } from 'vitest';

it('runs where bytes of Node are not of this realm', () => {
  expect('document' in globalThis).toBe(true);
  expect(Buffer.from('x')).not.toBeInstanceOf(Uint8Array);
});

await import('./receiver.test.js');
await import('./deduplicate.test.js');
await import('./acknowledge-before.test.js');
await import('./verify.test.js');
await import('./realms.test.js');
await import('./on-outcome.test.js');
await import('./inbox.test.js');
await import('../signature/verify.test.js');
