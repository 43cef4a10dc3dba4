import { createHmac } from 'node:crypto';
import { comparing, header, lenient, orElse } from './fault-parts.js';
import type { Fault } from './faults.js';
import { hmac, MALFORMED, RIGHT, reply, SECRET } from './reference-receiver.js';

/** Faults in reading the signature header. */
export const HEADER: readonly Fault[] = [
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
    also: ['effects.forgery-never', 'signature.duplicate-headers'],
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
    caughtBy: 'signature.duplicate-headers',
    also: ['effects.forgery-never'],
    stages: {
      refuse: orElse((i, s) => {
        const values = i.request.headersDistinct['x-videocloud-signature'] ?? [];
        return values.length > 1 && !RIGHT.refuse({ ...i, header: values[0] }, s);
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
];
