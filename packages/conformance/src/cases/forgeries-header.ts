import { refusedOrClosed } from '../verdicts.js';
import { claiming, GUIDE, signature } from './define.js';
import { ABSENT, COMPARE, EXACT, type Forgery, MALFORMED, type Value, value } from './forgery.js';

const sig: Value = (forge, body) => forge.sign(body);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const flip = (digits: string, at: number) => {
  const digit = Number.parseInt(digits.charAt(at), 16) ^ 1;
  return digits.slice(0, at) + digit.toString(16) + digits.slice(at + 1);
};
const named = (labels: readonly number[], name: (n: number) => string, make: (n: number) => Value) =>
  Object.fromEntries(labels.map((n) => [name(n), make(n)]));

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

/** Forgeries told apart by the signature header alone. */
export const HEADER_FORGERIES: readonly Forgery[] = [
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
