import { createHash } from 'node:crypto';
import { type Forge, SIGNATURE } from '../forge.js';
import type { Header, WireRequest } from '../http/message.js';
import { refused, refusedOrClosed, type Verdict } from '../verdicts.js';
import { claiming, GUIDE, signature } from './define.js';

/** One way of forging, possibly in several variants. */
export interface Forgery {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly reference: string;
  readonly fix: string;
  readonly accept?: Verdict | undefined;
  readonly variants: (forge: Forge) => readonly (readonly [label: string, message: WireRequest])[];
}

const EXACT =
  'Accept only a header of exactly 64 hexadecimal digits, checked with an anchored pattern before it is decoded.';
const MALFORMED =
  'Buffer.from(x, "hex"), hex2bin and their kin stop at or skip what is not hexadecimal, so a loose decoder accepts what was never signed.';
const COMPARE =
  'Compute HMAC-SHA256 of the raw body with the secret and compare all 32 bytes with a constant-time function.';
const ABSENT = 'A request nobody signed proves nothing of its origin.';

type Value = (forge: Forge, body: Buffer) => string;

/** A forgery that differs from a genuine delivery in the header's value only. */
function value(
  id: string,
  title: string,
  why: string,
  fix: string,
  values: Readonly<Record<string, Value>>,
  more: Partial<Forgery> = {},
): Forgery {
  return {
    id,
    title,
    why,
    reference: GUIDE.signatures,
    fix,
    variants: (forge) =>
      Object.entries(values).map(([label, make]) => {
        const body = forge.body();
        return [label, claiming(body, [signature(make(forge, body))])] as const;
      }),
    ...more,
  };
}

const sig: Value = (forge, body) => forge.sign(body);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const flip = (digits: string, at: number) => {
  const digit = Number.parseInt(digits.charAt(at), 16) ^ 1;
  return digits.slice(0, at) + digit.toString(16) + digits.slice(at + 1);
};
const named = (labels: readonly number[], name: (n: number) => string, make: (n: number) => Value) =>
  Object.fromEntries(labels.map((n) => [name(n), make(n)]));

/** Forgeries told apart by the signature header alone. */
const HEADER_FORGERIES: readonly Forgery[] = [
  {
    id: 'absent',
    title: 'a request without a signature is refused',
    why: ABSENT,
    reference: GUIDE.signatures,
    fix: 'Answer 401 when the header is absent, before decoding or comparing anything.',
    variants: (forge) => [['no signature header', claiming(forge.body(), [])]],
  },
  value('blank', 'a blank signature is refused', ABSENT, 'Treat a blank header as an absent one: 401.', {
    'an empty value': () => '',
  }),
  value(
    'whitespace',
    'a signature of spaces and tabs is refused',
    ABSENT,
    'Treat a blank header as an absent one: 401.',
    {
      spaces: () => '   ',
      'a tab': () => '\t',
    },
  ),
  value(
    'prefixes',
    'the first 1 to 63 digits of the right signature are refused',
    'A comparison over the shorter of two values accepts a prefix, and a one-digit prefix is guessed in 16 tries.',
    EXACT,
    named(
      range(1, 63),
      (n) => `the first ${n} digits`,
      (n) => (forge, body) => sig(forge, body).slice(0, n),
    ),
  ),
  value(
    'digit-changed',
    'the right signature with any one of its 64 digits changed is refused',
    'A comparison of some of the digits can be forged by trying the rest.',
    COMPARE,
    named(
      range(0, 63),
      (n) => `digit ${n + 1} changed`,
      (n) => (forge, body) => flip(sig(forge, body), n),
    ),
  ),
  value('extra-digits', 'digits after the 64 are refused', MALFORMED, EXACT, {
    'one digit more': (forge, body) => `${sig(forge, body)}0`,
    'two digits more': (forge, body) => `${sig(forge, body)}00`,
    'the digits twice': (forge, body) => sig(forge, body).repeat(2),
  }),
  value('junk-after', 'junk after the 64 digits is refused', MALFORMED, EXACT, {
    letters: (forge, body) => `${sig(forge, body)}zz`,
    'a space and a word': (forge, body) => `${sig(forge, body)} x`,
    'a semicolon': (forge, body) => `${sig(forge, body)};`,
  }),
  value('junk-before', 'junk before the 64 digits is refused', MALFORMED, EXACT, {
    '0x': (forge, body) => `0x${sig(forge, body)}`,
    'a word': (forge, body) => `x ${sig(forge, body)}`,
  }),
  value('junk-between', 'junk between the digits is refused', MALFORMED, EXACT, {
    'a space': (forge, body) => `${sig(forge, body).slice(0, 32)} ${sig(forge, body).slice(32)}`,
    'a hyphen': (forge, body) => `${sig(forge, body).slice(0, 32)}-${sig(forge, body).slice(32)}`,
    colons: (forge, body) => (sig(forge, body).match(/../g) ?? []).join(':'),
  }),
  value(
    'scheme-prefix',
    'a scheme prefix of other platforms is refused',
    'VideoCloud sends bare digits; whoever prefixes them is not VideoCloud.',
    EXACT,
    {
      'sha256=': (forge, body) => `sha256=${sig(forge, body)}`,
      'v1=': (forge, body) => `v1=${sig(forge, body)}`,
      't=…,v1=…': (forge, body) => `t=1711886400,v1=${sig(forge, body)}`,
    },
  ),
  value(
    'list',
    'a list of values is refused, even with the right one in it',
    'A list lets a forger try many signatures in one request.',
    EXACT,
    {
      'right, wrong': (forge, body) => `${sig(forge, body)}, ${'0'.repeat(64)}`,
      'wrong, right': (forge, body) => `${'0'.repeat(64)}, ${sig(forge, body)}`,
      'right,right': (forge, body) => `${sig(forge, body)},${sig(forge, body)}`,
    },
  ),
  value(
    'array',
    'an array written out as JSON is refused',
    'The header holds one value; a lenient parser may find one in an array.',
    EXACT,
    {
      'a JSON array': (forge, body) => `["${sig(forge, body)}"]`,
      'a JSON string': (forge, body) => `"${sig(forge, body)}"`,
    },
  ),
  {
    id: 'twin-headers',
    title: 'two signature headers are refused',
    why: 'Servers join, drop or list twin headers; a proxy and a receiver that disagree on which counts let a forged one through.',
    reference: 'RFC 9110, section 5.3',
    fix: `${EXACT} Twin headers joined by the server then fail by themselves; where the server lists them, demand exactly one.`,
    variants: (forge) => {
      const [first, second, both] = [forge.body(), forge.body(), forge.body()];
      const wrong = signature('0'.repeat(64));
      return [
        ['right then wrong', claiming(first, [signature(forge.sign(first)), wrong])],
        ['wrong then right', claiming(second, [wrong, signature(forge.sign(second))])],
        ['the right one twice', claiming(both, [signature(forge.sign(both)), signature(forge.sign(both))])],
      ];
    },
  },
  value(
    'non-ascii',
    'look-alike and non-ASCII characters are refused without breaking',
    MALFORMED,
    `${EXACT} Match ASCII digits only: \\d and isdigit() accept others.`,
    {
      'full-width digits': () => utf8('０'.repeat(64)),
      'Arabic-Indic digits': () => utf8('٠'.repeat(64)),
      'a Cyrillic а for an a': (forge, body) => utf8(`${sig(forge, body).slice(0, 63)}а`),
      'a byte above 0x7f': (forge, body) => `${sig(forge, body).slice(0, 63)}\u00e9`,
    },
  ),
  value(
    'base64',
    'the right digest in another encoding is refused',
    'Only hexadecimal is documented; a guess at encodings widens what is accepted.',
    EXACT,
    {
      base64: (forge, body) => forge.digest(body).toString('base64'),
      base64url: (forge, body) => forge.digest(body).toString('base64url'),
    },
  ),
  value(
    'oversized',
    'an oversized signature is refused without breaking',
    "Work or memory spent on a stranger's header is a way to bring the endpoint down.",
    'Check the length of the header first; a server limit that answers 431 is as good.',
    { '4 KiB': () => 'a'.repeat(4096), '4 KiB of the right one': (forge, body) => sig(forge, body).repeat(64) },
  ),
  value(
    'oversized-header',
    'a 64 KiB signature is refused or cut off without breaking',
    "Work or memory spent on a stranger's header is a way to bring the endpoint down.",
    'Let the server limit header sizes (431), or check the length of the header first.',
    { '64 KiB': () => 'a'.repeat(65_000) },
    { accept: refusedOrClosed },
  ),
];

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
/** What programs make of a secret that is not there, and what people copy from guides. */
const PLACEHOLDERS = ['', 'undefined', 'null', 'None', 'nil', 'secret', 'your_webhook_secret', '[object Object]', '0'];
const KEY = 'Key the HMAC with the secret you gave to POST /webhooks, and refuse to start without one.';

/** Forgeries whose 64 digits are well formed and are not the right ones, or not in the right place. */
const DIGEST_FORGERIES: readonly Forgery[] = [
  value(
    'other-secret',
    'a signature made with another secret is refused',
    'Only the holder of the secret is VideoCloud.',
    COMPARE,
    {
      'another secret': (forge, body) => forge.sign(body, 'whsec_of_somebody_else'),
      'all zeros': () => '0'.repeat(64),
    },
  ),
  {
    id: 'empty-secret',
    title: 'a signature made with an empty or placeholder secret is refused',
    why: 'A receiver whose secret was never configured verifies with "", "undefined" or "None", which anybody can do.',
    reference: GUIDE.security,
    fix: KEY,
    variants: (forge) =>
      PLACEHOLDERS.filter((secret) => !forge.isSecret(secret)).map((secret) => {
        const body = forge.body();
        return [
          secret === '' ? 'an empty secret' : `the secret "${secret}"`,
          claiming(body, [signature(forge.sign(body, secret))]),
        ];
      }),
  },
  value('unkeyed', 'a plain hash of the body is refused', 'Anybody can compute a hash without a key.', KEY, {
    'SHA-256 of the body': (_forge, body) => createHash('sha256').update(body).digest('hex'),
    'SHA-256 of secret and body': (forge, body) => forge.concatenated(body),
  }),
  value(
    'other-algorithm',
    'a signature by another algorithm is refused',
    'A sender that may choose the algorithm chooses the weakest.',
    COMPARE,
    {
      'HMAC-SHA1': (forge, body) => forge.sign(body, undefined, 'sha1'),
      'HMAC-SHA512': (forge, body) => forge.sign(body, undefined, 'sha512'),
      'HMAC-SHA512 cut to 64 digits': (forge, body) => forge.sign(body, undefined, 'sha512').slice(0, 64),
    },
  ),
  value(
    'other-body',
    'a signature taken from another delivery is refused',
    'A signature seen once would otherwise open the door to any body.',
    COMPARE,
    {
      'the signature of another delivery': (forge) => forge.sign(forge.body()),
    },
  ),
  value(
    'empty-body',
    'the signature of an empty body is refused on a full one',
    'Where a body parser has consumed the body, a receiver that hashes `rawBody || ""` accepts this one signature for every body.',
    'Fail closed when the raw body is missing: never substitute an empty one.',
    {
      'the signature of no bytes': (forge) => forge.sign(Buffer.alloc(0)),
      'the signature of {}': (forge) => forge.sign(Buffer.from('{}')),
    },
  ),
  {
    id: 'tampered-body',
    title: 'a body changed after signing is refused',
    why: 'The signature exists to notice this.',
    reference: GUIDE.signatures,
    fix: COMPARE,
    variants: (forge) => {
      const make = (change: (body: Buffer) => Buffer): WireRequest => {
        const body = forge.body();
        return claiming(change(body), [signature(forge.sign(body))]);
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
    variants: (forge) => {
      const make = (place: (digits: string) => { headers?: Header[]; query?: string }): WireRequest => {
        const body = forge.body();
        const { headers = [], query } = place(forge.sign(body));
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

/** Every forgery of the signature family. */
export const FORGERIES: readonly Forgery[] = [...HEADER_FORGERIES, ...DIGEST_FORGERIES];

/** What is acceptable for a forgery. */
export function verdictOf(forgery: Forgery): Verdict {
  return forgery.accept ?? refused;
}
