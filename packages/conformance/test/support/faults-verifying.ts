import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Fault } from './faults.js';
import {
  hmac,
  type Incoming,
  MALFORMED,
  MISMATCH,
  process,
  RIGHT,
  reply,
  SECRET,
  type Stages,
} from './reference-receiver.js';

type Refuse = Stages['refuse'];
const header = ({ header: value }: Incoming) => (typeof value === 'string' ? value : '');
/** A right check of the form, then `compare` of the digits. */
const comparing =
  (compare: (given: string, right: string, incoming: Incoming) => boolean): Refuse =>
  (incoming, { secrets }) => {
    if (!/^[0-9a-f]{64}$/i.test(header(incoming))) return MALFORMED;
    return secrets.some((secret) => compare(header(incoming).toLowerCase(), hmac(secret, incoming.raw), incoming))
      ? undefined
      : MISMATCH;
  };
/** A wrong reading of the header's form, then a right comparison; everything else goes the right way. */
const lenient =
  (read: (value: string) => string | undefined): Refuse =>
  (incoming, stages) => {
    const found = read(header(incoming));
    return RIGHT.refuse({ ...incoming, header: found ?? incoming.header }, stages);
  };
/** The right check first; if it refuses, a second chance. */
const orElse =
  (accepts: (incoming: Incoming, stages: Stages) => boolean): Refuse =>
  (incoming, stages) => {
    const refusal = RIGHT.refuse(incoming, stages);
    return refusal && accepts(incoming, stages) ? undefined : refusal;
  };
const bodyWith = (secrets: readonly string[]): Refuse =>
  orElse((incoming) => secrets.some((secret) => hmac(secret, incoming.raw) === header(incoming)));
const json = (raw: Buffer): unknown => JSON.parse(raw.toString('utf8'));

/** Faults of verification. */
export const VERIFYING: readonly Fault[] = [
  {
    name: 'crashes when the header is absent',
    caughtBy: 'signature.absent',
    also: ['signature.other-place', 'http.underscored-header', 'envelope.unsigned-broken'],
    stages: { refuse: (i, s) => (i.header === undefined ? reply(500) : RIGHT.refuse(i, s)) },
  },
  {
    name: 'lets unsigned requests in',
    caughtBy: 'signature.absent',
    also: [
      'effects.unsigned-never',
      'effects.forgery-never',
      'signature.other-place',
      'http.oversized-body',
      'envelope.unsigned-broken',
      'http.underscored-header',
    ],
    stages: { refuse: (i, s) => (i.header === undefined ? undefined : RIGHT.refuse(i, s)) },
  },
  {
    name: 'lets a blank signature in',
    caughtBy: 'signature.blank',
    also: ['signature.whitespace', 'effects.unsigned-never', 'effects.forgery-never'],
    stages: { refuse: (i, s) => (i.header === '' ? undefined : RIGHT.refuse(i, s)) },
  },
  {
    name: 'compares over the shorter value',
    caughtBy: 'signature.prefixes',
    also: ['effects.forgery-never'],
    stages: { refuse: orElse((i) => header(i) !== '' && hmac(SECRET, i.raw).startsWith(header(i))) },
  },
  {
    name: 'throws on a signature of another length',
    caughtBy: 'signature.prefixes',
    also: ['signature.extra-digits', 'time.refusal', 'signature.oversized', 'signature.other-algorithm'],
    stages: {
      refuse: (i, s) => (/^([0-9a-f]{1,63}|[0-9a-f]{65,})z?$/.test(header(i)) ? reply(500) : RIGHT.refuse(i, s)),
    },
  },
  {
    name: 'compares the first 32 digits only',
    caughtBy: 'signature.digit-changed',
    also: ['effects.forgery-never', 'leaks.near-miss'],
    stages: { refuse: comparing((given, right) => given.slice(0, 32) === right.slice(0, 32)) },
  },
  {
    name: 'ignores digits after the 64',
    caughtBy: 'signature.extra-digits',
    also: ['effects.forgery-never', 'signature.oversized'],
    stages: { refuse: lenient((value) => (/^[0-9a-f]{65,}$/.test(value) ? value.slice(0, 64) : undefined)) },
  },
  {
    name: 'ignores junk after the digits',
    caughtBy: 'signature.junk-after',
    also: ['effects.forgery-never'],
    stages: { refuse: lenient((value) => /^([0-9a-f]{64})(?:zz| x|;)$/.exec(value)?.[1]) },
  },
  {
    name: 'ignores junk before the digits',
    caughtBy: 'signature.junk-before',
    also: ['effects.forgery-never'],
    stages: { refuse: lenient((value) => /^(?:0x|x )([0-9a-f]{64})$/.exec(value)?.[1]) },
  },
  {
    name: 'strips what is not hexadecimal',
    caughtBy: 'signature.junk-between',
    also: ['effects.forgery-never'],
    stages: { refuse: lenient((value) => (/^[0-9a-f :-]+$/.test(value) ? value.replace(/[ :-]/g, '') : undefined)) },
  },
  {
    name: 'accepts sha256= before the digits',
    caughtBy: 'signature.scheme-prefix',
    also: ['effects.forgery-never'],
    stages: { refuse: lenient((value) => value.replace(/^sha256=/, '')) },
  },
  {
    name: 'accepts any value of a list',
    caughtBy: 'signature.list',
    also: ['effects.forgery-never', 'signature.twin-headers'],
    stages: {
      refuse: orElse((i, s) =>
        header(i)
          .split(/, ?/)
          .some((value) => !RIGHT.refuse({ ...i, header: value }, s)),
      ),
    },
  },
  {
    name: 'takes the first of two headers',
    caughtBy: 'signature.twin-headers',
    also: ['effects.forgery-never'],
    stages: {
      refuse: orElse((i, s) => {
        const twins = i.request.headersDistinct['x-videocloud-signature'] ?? [];
        return twins.length > 1 && !RIGHT.refuse({ ...i, header: twins[0] }, s);
      }),
    },
  },
  {
    name: 'reads a JSON array',
    caughtBy: 'signature.array',
    also: ['effects.forgery-never'],
    stages: { refuse: lenient((value) => /^\[?"([0-9a-f]{64})"\]?$/.exec(value)?.[1]) },
  },
  {
    name: 'crashes on non-ASCII',
    caughtBy: 'signature.non-ascii',
    stages: { refuse: (i, s) => (/[^\x20-\x7e]/.test(header(i)) ? reply(500) : RIGHT.refuse(i, s)) },
  },
  {
    name: 'accepts base64 as well',
    caughtBy: 'signature.base64',
    also: ['effects.forgery-never'],
    stages: {
      refuse: orElse((i) =>
        Buffer.from(header(i), 'base64').equals(createHmac('sha256', SECRET).update(i.raw).digest()),
      ),
    },
  },
  {
    name: 'crashes on a long header',
    caughtBy: 'signature.oversized',
    also: ['time.refusal'],
    stages: { refuse: (i, s) => (header(i).length > 2000 ? reply(500) : RIGHT.refuse(i, s)) },
  },
  {
    name: 'accepts any well-formed signature',
    caughtBy: 'signature.other-secret',
    also: ['broad'],
    stages: { refuse: comparing(() => true) },
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
    also: ['effects.forgery-never', 'bytes.twin-body', 'bytes.twin-signature'],
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
    name: 'wants lower-case digits',
    caughtBy: 'signature.upper-case',
    also: ['delivery.copy-signed-otherwise'],
    stages: { refuse: (i, s) => (/[A-F]/.test(header(i)) ? MALFORMED : RIGHT.refuse(i, s)) },
  },
  {
    name: 'wants the header name in lower case',
    caughtBy: 'signature.header-name-case',
    stages: {
      refuse: (i, s) => (i.request.rawHeaders.includes('X-VIDEOCLOUD-SIGNATURE') ? reply(401) : RIGHT.refuse(i, s)),
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
  {
    name: 'decodes chunks one by one',
    caughtBy: 'bytes.split-character',
    stages: {
      read: async (request) => {
        let text = '';
        for await (const chunk of request) text += chunk.toString('utf8');
        const raw = Buffer.from(text);
        const broken = text.includes('\ufffd');
        return !request.complete
          ? reply(400)
          : raw.length > 1024 * 1024
            ? reply(413)
            : broken && !isBinary(raw)
              ? reply(401)
              : raw;
      },
    },
  },
  {
    name: 'verifies re-serialised JSON as well',
    caughtBy: 'bytes.twin-signature',
    also: ['signature.tampered-body', 'effects.forgery-never', 'bytes.twin-body'],
    stages: {
      refuse: orElse((i) => {
        try {
          return hmac(SECRET, JSON.stringify(json(i.raw))) === header(i);
        } catch {
          return false;
        }
      }),
    },
  },
  {
    name: 'has a body limit of 100 KB',
    caughtBy: 'bytes.over-100-kb',
    also: ['bytes.one-megabyte'],
    stages: {
      refuse: (i, s) => (i.raw.length > 102_400 && i.raw.length !== 200_000 ? reply(413) : RIGHT.refuse(i, s)),
    },
  },
  {
    name: 'inflates before verifying',
    caughtBy: 'http.inflated-signature',
    also: ['effects.inflated-never'],
    stages: {
      admit: (request) =>
        request.headers['content-encoding'] === 'gzip' && Number(request.headers['content-length']) < 2000
          ? undefined
          : RIGHT.admit(request),
      read: async (request) => {
        const raw = await RIGHT.read(request);
        if (request.headers['content-encoding'] !== 'gzip' || !Buffer.isBuffer(raw)) return raw;
        try {
          return gunzipSync(raw);
        } catch {
          return reply(400);
        }
      },
    },
  },
  {
    name: 'mixes up concurrent requests',
    caughtBy: 'time.fifty-mixed',
    also: ['broad'],
    stages: {
      handle: async (request, stages, state) => {
        state.extra.set('header', request.headers['x-videocloud-signature']);
        const raw = await stages.read(request);
        await sleep(1);
        if (!Buffer.isBuffer(raw)) return raw;
        const turnedAway = stages.admit(request);
        if (turnedAway) return turnedAway;
        const incoming = { request, raw, header: state.extra.get('header') as string };
        return stages.refuse(incoming, stages) ?? process(raw, incoming, stages, state);
      },
    },
  },
];

function isBinary(raw: Buffer): boolean {
  return !raw.toString('utf8').includes('video.processed');
}
