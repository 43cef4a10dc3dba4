import { createHash, createHmac } from 'node:crypto';
import { bodyWith, comparing, header, orElse } from './fault-parts.js';
import type { Fault } from './faults.js';
import { hmac, MISMATCH, RIGHT, reply, SECRET } from './reference-receiver.js';

/** Faults in what the digest is computed of, and with which secret. */
export const DIGEST: readonly Fault[] = [
  {
    name: 'accepts any well-formed signature',
    caughtBy: 'signature.other-secret',
    also: ['broad'],
    stages: { refuse: comparing(() => true) },
  },
  {
    name: 'checks requests that its JSON parser reads, and no others',
    caughtBy: 'signature.other-secret',
    also: ['signature.absent', 'effects.unsigned-never', 'effects.forgery-never'],
    stages: {
      refuse: (i, s) => (/json/i.test(i.request.headers['content-type'] ?? '') ? RIGHT.refuse(i, s) : undefined),
    },
  },
  {
    name: 'also accepts an empty secret',
    caughtBy: 'signature.empty-secret',
    also: ['effects.forgery-never'],
    stages: { refuse: bodyWith(['']) },
  },
  {
    name: 'also accepts the secret "undefined"',
    caughtBy: 'signature.empty-secret',
    also: ['effects.forgery-never'],
    stages: { refuse: bodyWith(['undefined']) },
  },
  {
    name: 'hashes without a key',
    caughtBy: 'signature.unkeyed',
    also: ['effects.forgery-never'],
    stages: { refuse: orElse((i) => createHash('sha256').update(i.raw).digest('hex') === header(i)) },
  },
  {
    name: 'lets the sender choose SHA-1',
    caughtBy: 'signature.other-algorithm',
    also: ['effects.forgery-never'],
    stages: { refuse: orElse((i) => createHmac('sha1', SECRET).update(i.raw).digest('hex') === header(i)) },
  },
  {
    name: 'accepts the signature of an empty body',
    caughtBy: 'signature.empty-body',
    also: ['effects.forgery-never', 'http.forged-chunked'],
    stages: { refuse: orElse((i) => hmac(SECRET, '') === header(i)) },
  },
  {
    name: 'trims the body before hashing',
    caughtBy: 'signature.tampered-body',
    also: ['effects.forgery-never', 'bytes.reserialized-body', 'bytes.reserialized-signature'],
    stages: { refuse: orElse((i) => hmac(SECRET, i.raw.toString('utf8').trim()) === header(i)) },
  },
  {
    name: 'reads the signature from the query',
    caughtBy: 'signature.other-place',
    also: ['effects.forgery-never'],
    stages: {
      refuse: orElse(
        (i) =>
          i.header === undefined &&
          new URL(i.request.url ?? '/', 'http://x').searchParams.get('signature') === hmac(SECRET, i.raw),
      ),
    },
  },
  {
    name: 'locks out after forgeries',
    caughtBy: 'signature.after-forgeries',
    also: ['broad'],
    stages: {
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        const misses = Number(state.extra.get('misses') ?? 0);
        if (answer === MISMATCH && /^f{64}$/.test(String(request.headers['x-videocloud-signature'])))
          state.extra.set('misses', misses + 1);
        return misses >= 100 ? reply(429) : answer;
      },
    },
  },
  { name: 'forgets the previous secret', caughtBy: 'signature.previous-secret', stages: { secrets: [SECRET] } },
];
