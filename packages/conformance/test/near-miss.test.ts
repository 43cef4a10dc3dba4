import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkReceiver } from '../src/index.js';
import { header } from './support/fault-parts.js';
import { GENEROUS } from './support/mutants.js';
import {
  hmac,
  type Incoming,
  MISMATCH,
  type Reply,
  RIGHT,
  receiver,
  reply,
  SECRET,
} from './support/reference-receiver.js';

let count = 0;
/** Ids as servers put them into an error's body. */
const IDS: readonly (readonly [string, () => string])[] = [
  ['a ULID', () => [...randomBytes(26)].map((byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32]).join('')],
  ['a nanoid', () => randomBytes(15).toString('base64url')],
  ['eight hex digits and a count', () => `${randomBytes(4).toString('hex')}-${++count}`],
  ['base64', () => randomBytes(12).toString('base64')],
  ['a UUID', () => randomUUID()],
  ['the name of one of two servers in turn', () => (++count % 2 ? 'web-alpha' : 'web-bravo')],
  ['a time', () => new Date().toISOString()],
  ['nothing', () => ''],
];

/** What a receiver answers to a wrong signature of which so many leading digits are right. */
async function nearMiss(mismatch: (right: number, incoming: Incoming) => Reply) {
  const served = await receiver({
    refuse: (incoming, stages) => {
      const refusal = RIGHT.refuse(incoming, stages);
      if (refusal !== MISMATCH) return refusal;
      const [given, expected] = [header(incoming), hmac(SECRET, incoming.raw)];
      return mismatch(
        [...expected].findIndex((digit, at) => digit !== given[at]),
        incoming,
      );
    },
  });
  try {
    const report = await checkReceiver(served.url, {
      secret: SECRET,
      fast: true,
      ...GENEROUS,
      only: ['leaks.near-miss'],
    });
    return report.results.map(({ status, detail }) => [status, detail]);
  } finally {
    await served.close();
  }
}

const LEAK = ['failed', 'the answer depends on how many leading digits are right'];

describe.each(IDS)('a 401 whose body holds %s', (_, id) => {
  it('is no leak', async () => {
    expect(await nearMiss(() => reply(401, JSON.stringify({ error: 'unauthorized', requestId: id() })))).toEqual([
      ['passed', undefined],
    ]);
  });

  it.each<[string, (right: number) => Reply]>([
    ['another status', (right) => reply(right >= 16 ? 403 : 401, id())],
    ['another word', (right) => reply(401, `${right > 0 ? 'almost' : 'mismatch'} ${id()}`)],
    ['a number', (right) => reply(401, JSON.stringify({ matched: right, requestId: id() }))],
    ['one word more', (right) => reply(401, `mismatch ${id()}${right === 63 ? ' nearly' : ''}`)],
    ['a header', (right) => ({ ...reply(401, id()), headers: { 'x-matched': String(right > 31) } })],
  ])('is a leak when it tells by %s how many digits are right', async (_by, mismatch) => {
    expect(await nearMiss(mismatch)).toEqual([LEAK]);
  });
});
