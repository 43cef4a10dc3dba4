import { createHash } from 'node:crypto';
import { type Header, request, type WireRequest } from '../../http/message.js';
import { SIGNATURE } from '../../protocol.js';
import { claiming, GUIDE, signature } from '../define.js';
import { COMPARE, type Forgery, OTHER_TYPES, value } from './forgery.js';

/** What programs make of a secret that is not there, and what people copy from guides. */
const PLACEHOLDERS = ['', 'undefined', 'null', 'None', 'nil', 'secret', 'your_webhook_secret', '[object Object]', '0'];
const KEY = 'Key the HMAC with the secret you gave to POST /webhooks, and refuse to start without one.';

/** Forgeries whose 64 digits are well formed and are not the right ones, or not in the right place. */
export const DIGEST_FORGERIES: readonly Forgery[] = [
  {
    id: 'other-secret',
    title: 'a signature made with another secret is refused',
    why: 'Only the holder of the secret is VideoCloud, whatever the Content-Type of the request.',
    reference: GUIDE.signatures,
    fix: COMPARE,
    variants: (deliveries) => {
      const body = deliveries.body();
      const signed = signature(deliveries.sign(body, 'whsec_of_somebody_else'));
      return [
        ['another secret', claiming(body, [signed])],
        ['all zeros', claiming(deliveries.body(), [signature('0'.repeat(64))])],
        ...OTHER_TYPES.map(
          ([label, type]) => [`another secret, ${label}`, request(body, { headers: [...type, signed] })] as const,
        ),
      ];
    },
  },
  {
    id: 'empty-secret',
    title: 'a signature made with an empty or placeholder secret is refused',
    why: 'A receiver whose secret was never configured verifies with "", "undefined" or "None", which anybody can do.',
    reference: GUIDE.security,
    fix: KEY,
    variants: (deliveries) =>
      PLACEHOLDERS.filter((secret) => !deliveries.isSecret(secret)).map((secret) => {
        const body = deliveries.body();
        return [
          secret === '' ? 'an empty secret' : `the secret "${secret}"`,
          claiming(body, [signature(deliveries.sign(body, secret))]),
        ];
      }),
  },
  value({
    id: 'unkeyed',
    title: 'a plain hash of the body is refused',
    why: 'Anybody can compute a hash without a key.',
    fix: KEY,
    values: {
      'SHA-256 of the body': (_forge, body) => createHash('sha256').update(body).digest('hex'),
      'SHA-256 of secret and body': (deliveries, body) => deliveries.concatenated(body),
    },
  }),
  value({
    id: 'other-algorithm',
    title: 'a signature by another algorithm is refused',
    why: 'A sender that may choose the algorithm chooses the weakest.',
    fix: COMPARE,
    values: {
      'HMAC-SHA1': (deliveries, body) => deliveries.sign(body, undefined, 'sha1'),
      'HMAC-SHA512': (deliveries, body) => deliveries.sign(body, undefined, 'sha512'),
      'HMAC-SHA512 cut to 64 digits': (deliveries, body) => deliveries.sign(body, undefined, 'sha512').slice(0, 64),
    },
  }),
  value({
    id: 'other-body',
    title: 'a signature taken from another delivery is refused',
    why: 'A signature seen once would otherwise open the door to any body.',
    fix: COMPARE,
    values: {
      'the signature of another delivery': (deliveries) => deliveries.sign(deliveries.body()),
    },
  }),
  value({
    id: 'empty-body',
    title: 'the signature of an empty body is refused on a full one',
    why: 'Where a body parser has consumed the body, a receiver that hashes `rawBody || ""` accepts this one signature for every body.',
    fix: 'Fail closed when the raw body is missing: never substitute an empty one.',
    values: {
      'the signature of no bytes': (deliveries) => deliveries.sign(Buffer.alloc(0)),
      'the signature of {}': (deliveries) => deliveries.sign(Buffer.from('{}')),
    },
  }),
  {
    id: 'tampered-body',
    title: 'a body changed after signing is refused',
    why: 'The signature exists to notice this.',
    reference: GUIDE.signatures,
    fix: COMPARE,
    variants: (deliveries) => {
      const make = (change: (body: Buffer) => Buffer): WireRequest => {
        const body = deliveries.body();
        return claiming(change(body), [signature(deliveries.sign(body))]);
      };
      return [
        ['one byte changed', make((body) => changed(body, body.length - 4))],
        ['one byte less', make((body) => body.subarray(0, -1))],
        ['a newline more', make((body) => Buffer.concat([body, Buffer.from('\n')]))],
        ['a NUL more', make((body) => Buffer.concat([body, Buffer.alloc(1)]))],
        ['a byte order mark before', make((body) => Buffer.concat([Buffer.from('\ufeff'), body]))],
      ];
    },
  },
  {
    id: 'other-place',
    title: 'a right signature in another place is refused',
    why: 'Only X-VideoCloud-Signature is documented; a query string ends up in logs, from where it can be replayed.',
    reference: GUIDE.signatures,
    fix: `Read the signature from ${SIGNATURE} only.`,
    variants: (deliveries) => {
      const make = (place: (digits: string) => { headers?: Header[]; query?: string }): WireRequest => {
        const body = deliveries.body();
        const { headers = [], query } = place(deliveries.sign(body));
        return claiming(body, headers, { query });
      };
      return [
        ['in X-Signature', make((digits) => ({ headers: [['X-Signature', digits]] }))],
        ['in X-Hub-Signature-256', make((digits) => ({ headers: [['X-Hub-Signature-256', `sha256=${digits}`]] }))],
        ['in Authorization', make((digits) => ({ headers: [['Authorization', `Bearer ${digits}`]] }))],
        ['in the query', make((digits) => ({ query: `signature=${digits}&x-videocloud-signature=${digits}` }))],
      ];
    },
  },
];

function changed(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
