import { refusedOrClosed } from '../../answer-rules.js';
import { request } from '../../http/message.js';
import { claiming, GUIDE, signature } from '../define.js';
import { ABSENT, COMPARE, EXACT, type Forgery, MALFORMED, OTHER_TYPES, type Value, value } from './forgery.js';

const sig: Value = (deliveries, body) => deliveries.sign(body);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const flip = (digits: string, at: number) => {
  const digit = Number.parseInt(digits.charAt(at), 16) ^ 1;
  return digits.slice(0, at) + digit.toString(16) + digits.slice(at + 1);
};
const named = (labels: readonly number[], name: (n: number) => string, make: (n: number) => Value) =>
  Object.fromEntries(labels.map((n) => [name(n), make(n)]));

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** Forgeries that differ from a genuine delivery in the signature header. */
export const HEADER_FORGERIES: readonly Forgery[] = [
  {
    id: 'absent',
    title: 'a request without a signature is refused',
    why: ABSENT,
    reference: GUIDE.signatures,
    fix: 'Answer 401 when the header is absent, before decoding or comparing anything.',
    variants: (deliveries) => [
      ['no signature header', claiming(deliveries.body(), [])],
      ...OTHER_TYPES.map(
        ([label, type]) => [`no signature header, ${label}`, request(deliveries.body(), { headers: type })] as const,
      ),
    ],
  },
  value({
    id: 'blank',
    title: 'a blank signature is refused',
    why: ABSENT,
    fix: 'Treat a blank header as an absent one: 401.',
    values: {
      'an empty value': () => '',
    },
  }),
  value({
    id: 'whitespace',
    title: 'a signature of spaces and tabs is refused',
    why: ABSENT,
    fix: 'Treat a blank header as an absent one: 401.',
    values: {
      spaces: () => '   ',
      'a tab': () => '\t',
    },
  }),
  value({
    id: 'prefixes',
    title: 'the first 1 to 63 digits of the right signature are refused',
    why: 'A comparison over the shorter of two values accepts a prefix, and a one-digit prefix is guessed in 16 tries.',
    fix: EXACT,
    values: named(
      range(1, 63),
      (n) => `the first ${n} digits`,
      (n) => (deliveries, body) => sig(deliveries, body).slice(0, n),
    ),
  }),
  value({
    id: 'digit-changed',
    title: 'the right signature with any one of its 64 digits changed is refused',
    why: 'A comparison of some of the digits can be forged by trying the rest.',
    fix: COMPARE,
    values: named(
      range(0, 63),
      (n) => `digit ${n + 1} changed`,
      (n) => (deliveries, body) => flip(sig(deliveries, body), n),
    ),
  }),
  value({
    id: 'extra-digits',
    title: 'digits after the 64 are refused',
    why: MALFORMED,
    fix: EXACT,
    values: {
      'one digit more': (deliveries, body) => `${sig(deliveries, body)}0`,
      'two digits more': (deliveries, body) => `${sig(deliveries, body)}00`,
      'the digits twice': (deliveries, body) => sig(deliveries, body).repeat(2),
    },
  }),
  value({
    id: 'junk-after',
    title: 'junk after the 64 digits is refused',
    why: MALFORMED,
    fix: EXACT,
    values: {
      letters: (deliveries, body) => `${sig(deliveries, body)}zz`,
      'a space and a word': (deliveries, body) => `${sig(deliveries, body)} x`,
      'a semicolon': (deliveries, body) => `${sig(deliveries, body)};`,
    },
  }),
  value({
    id: 'junk-before',
    title: 'junk before the 64 digits is refused',
    why: MALFORMED,
    fix: EXACT,
    values: {
      '0x': (deliveries, body) => `0x${sig(deliveries, body)}`,
      'a word': (deliveries, body) => `x ${sig(deliveries, body)}`,
    },
  }),
  value({
    id: 'junk-between',
    title: 'junk between the digits is refused',
    why: MALFORMED,
    fix: EXACT,
    values: {
      'a space': (deliveries, body) => `${sig(deliveries, body).slice(0, 32)} ${sig(deliveries, body).slice(32)}`,
      'a hyphen': (deliveries, body) => `${sig(deliveries, body).slice(0, 32)}-${sig(deliveries, body).slice(32)}`,
      colons: (deliveries, body) => (sig(deliveries, body).match(/../g) ?? []).join(':'),
    },
  }),
  value({
    id: 'scheme-prefix',
    title: 'a scheme prefix of other platforms is refused',
    why: 'VideoCloud sends bare digits; whoever prefixes them is not VideoCloud.',
    fix: EXACT,
    values: {
      'sha256=': (deliveries, body) => `sha256=${sig(deliveries, body)}`,
      'v1=': (deliveries, body) => `v1=${sig(deliveries, body)}`,
      't=…,v1=…': (deliveries, body) => `t=1711886400,v1=${sig(deliveries, body)}`,
    },
  }),
  value({
    id: 'list',
    title: 'a list of values is refused, even with the right one in it',
    why: 'A list lets a forger try many signatures in one request.',
    fix: EXACT,
    values: {
      'right, wrong': (deliveries, body) => `${sig(deliveries, body)}, ${'0'.repeat(64)}`,
      'wrong, right': (deliveries, body) => `${'0'.repeat(64)}, ${sig(deliveries, body)}`,
      'right,right': (deliveries, body) => `${sig(deliveries, body)},${sig(deliveries, body)}`,
    },
  }),
  value({
    id: 'array',
    title: 'an array written out as JSON is refused',
    why: 'The header holds one value; a lenient parser may find one in an array.',
    fix: EXACT,
    values: {
      'a JSON array': (deliveries, body) => `["${sig(deliveries, body)}"]`,
      'a JSON string': (deliveries, body) => `"${sig(deliveries, body)}"`,
    },
  }),
  {
    id: 'duplicate-headers',
    title: 'two signature headers are refused',
    why: 'Servers join, drop or list duplicate headers; a proxy and a receiver that disagree on which counts let a forged one through.',
    reference: 'RFC 9110, section 5.3',
    fix: `${EXACT} Duplicate headers joined by the server then fail by themselves; where the server lists them, demand exactly one.`,
    variants: (deliveries) => {
      const [first, second, both] = [deliveries.body(), deliveries.body(), deliveries.body()];
      const wrong = signature('0'.repeat(64));
      return [
        ['right then wrong', claiming(first, [signature(deliveries.sign(first)), wrong])],
        ['wrong then right', claiming(second, [wrong, signature(deliveries.sign(second))])],
        ['the right one twice', claiming(both, [signature(deliveries.sign(both)), signature(deliveries.sign(both))])],
      ];
    },
  },
  value({
    id: 'non-ascii',
    title: 'look-alike and non-ASCII characters are refused without breaking',
    why: MALFORMED,
    fix: `${EXACT} Match ASCII digits only: \\d and isdigit() accept others.`,
    values: {
      'full-width digits': () => utf8('０'.repeat(64)),
      'Arabic-Indic digits': () => utf8('٠'.repeat(64)),
      'a Cyrillic а for an a': (deliveries, body) => utf8(`${sig(deliveries, body).slice(0, 63)}а`),
      'a byte above 0x7f': (deliveries, body) => `${sig(deliveries, body).slice(0, 63)}\u00e9`,
    },
  }),
  value({
    id: 'base64',
    title: 'the right digest in another encoding is refused',
    why: 'Only hexadecimal is documented; a guess at encodings widens what is accepted.',
    fix: EXACT,
    values: {
      base64: (deliveries, body) => deliveries.digest(body).toString('base64'),
      base64url: (deliveries, body) => deliveries.digest(body).toString('base64url'),
    },
  }),
  value({
    id: 'oversized',
    title: 'an oversized signature is refused without breaking',
    why: "Work or memory spent on a stranger's header is a way to bring the endpoint down.",
    fix: 'Check the length of the header first; a server limit that answers 431 is as good.',
    values: {
      '4 KiB': () => 'a'.repeat(4096),
      '4 KiB of the right one': (deliveries, body) => sig(deliveries, body).repeat(64),
    },
  }),
  value({
    id: 'oversized-header',
    title: 'a 64 KiB signature is refused or cut off without breaking',
    why: "Work or memory spent on a stranger's header is a way to bring the endpoint down.",
    fix: 'Let the server limit header sizes (431), or check the length of the header first.',
    values: { '64 KiB': () => 'a'.repeat(65_000) },
    accept: refusedOrClosed,
  }),
];
