import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createReceiver, memoryStore, sign } from '../../src/index.js';
import { SECRET } from '../support.js';
import { at, eventBody } from './support.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DAY = 86_400_000;
const sent = Date.parse(at);

it.each(['directly', 'by env'])('two receivers on one store remember for the longer ttl of both (%s)', async (how) => {
  vi.setSystemTime(sent);
  let clock = 0;
  const store = memoryStore({ now: () => clock });
  const given = how === 'directly' ? store : () => store;
  const brief = createReceiver({ secrets: SECRET, idempotency: { store: given, ttl: 6_960_000 } });
  const careful = createReceiver({
    secrets: SECRET,
    maxAge: 3 * DAY,
    now: () => sent + clock,
    idempotency: { store: given, ttl: 4 * DAY },
  });
  const body = eventBody();
  const delivery = { body, signature: await sign(body, SECRET) };
  const other = eventBody('video.deleted', { videoId: 'other' });
  let runs = 0;
  for (const receiver of [brief, careful]) receiver.on('*', () => void runs++);
  await careful.receive({ body: other, signature: await sign(other, SECRET) });
  expect(await brief.receive(delivery)).toMatchObject({ result: 'processed' });
  clock = 2 * DAY;
  // Its age is still accepted: only the store knows that it is a replay.
  expect(await careful.receive(delivery)).toMatchObject({ result: 'duplicate' });
  expect(runs).toBe(2);
});
