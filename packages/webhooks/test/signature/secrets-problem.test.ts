import { expect, it } from 'vitest';
import { type Secrets, verify } from '../../src/index.js';
import { secretsProblem } from '../../src/protocol/index.js';

const list = (length: number) => Array.from({ length }, (_, n) => `secret ${n}`);

it.each<Secrets>([
  'whk-secret',
  new Uint8Array([1]),
  list(32),
  list(33),
  'undefined',
  ['whk-secret', 'undefined'],
  '',
  ' \0',
  new Uint8Array(3),
  [],
  undefined as never,
])('is what verify refuses: %j', async (secrets) => {
  const refused = await verify('', '0'.repeat(64), secrets).then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(secretsProblem(secrets)).toBe(refused);
});
