import { constructEvent, generateSecret, parseEvent, sign, verify } from '@videocloud/webhooks';
import { bytes, spell, tried } from './lines.js';

/** What a stranger cannot send but a careless caller can pass; each in a fresh value. */
const NOT_TEXT = {
  'an object that spells it': (good) => ({ toString: () => good }),
  'a String object': (good) => new String(good),
  'a symbol': (good) => Symbol(good),
  'a function': (good) => () => good,
  'an array of it': (good) => [good],
  'a proxy that throws': () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error('touched');
        },
      },
    ),
  'a null-prototype object': () => Object.create(null),
  'a Map': () => new Map(),
  'a Date': () => new Date(0),
  'a lone surrogate': (good) => `${good.slice(0, 63)}\ud800`,
  'lone surrogates': () => '\udfff'.repeat(64),
  'a byte order mark in front': (good) => `\ufeff${good}`,
  'a byte order mark alone': () => '\ufeff',
  'no-break spaces': () => '\u00a0\u2003\u3000',
  'a zero-width space': () => '\u200b',
  NULs: () => '\0'.repeat(64),
  'a million digits': () => 'a'.repeat(1_000_000),
  'a megabyte of spaces': () => ' '.repeat(1_000_000),
  'a line separator after it': (good) => `${good}\u2028`,
  'a carriage return after it': (good) => `${good}\r`,
  'Arabic digits': () => '٠'.repeat(64),
  'a long s': () => 'ſ'.repeat(64),
  'the Kelvin sign': () => '\u212a'.repeat(64),
};

const MISUSE = {
  undefined: () => undefined,
  null: () => null,
  'a parsed body': () => ({ event: 'video.deleted' }),
  'an array': () => [1, 2, 3],
  'a number': () => 7,
  'a DataView': () => new DataView(new ArrayBuffer(4)),
  'a Uint16Array': () => new Uint16Array(4),
  'a Blob': () => new Blob(['{}']),
  'a String object': () => new String('{}'),
};

const SECRETS = {
  undefined: () => undefined,
  null: () => null,
  empty: () => '',
  blank: () => ' \t\n\u00a0\ufeff\u200b',
  NULs: () => '\0\0',
  'no bytes': () => new Uint8Array(),
  'blank bytes': () => bytes('  '),
  'zero bytes': () => new Uint8Array(32),
  'an empty list': () => [],
  'a blank one second': () => ['good', ' '],
  'a hole in the list': () => ['good', undefined],
  'a number': () => 12345678,
  'an object': () => ({}),
  'a lone surrogate': () => 'key\ud800',
  'its replacement': () => 'key\ufffd',
  'a long one': () => 'k'.repeat(100_000),
  'of exactly a block': () => 'k'.repeat(64),
  'of a block and one': () => 'k'.repeat(65),
  'bytes no text can be': () => Uint8Array.of(0xff, 0xfe, 0x00, 0x80),
  'the same secret twice': () => ['key', 'key'],
  'an emoji': () => '🔑',
  decomposed: () => 'e\u0301',
  composed: () => '\u00e9',
};

/**
 * @param {import('./index.js').Cases} cases
 * @param {import('./lines.js').Say} say
 */
export async function signatures({ vectors, bodies, headers }, say) {
  for (const [at, { body: name, secret, signature }] of vectors.entries()) {
    const body = bodies[name];
    const id = `vector ${at} ${name}`;
    say(`${id} signs`, (await sign(body, secret)) === signature);
    say(`${id} bytes`, await verify(body, signature, secret));
    say(`${id} ArrayBuffer`, await verify(Uint8Array.from(body).buffer, signature, secret));
    const roomy = new Uint8Array(body.length + 7).fill(0xaa);
    roomy.set(body, 3);
    say(`${id} view`, await verify(roomy.subarray(3, 3 + body.length), signature, secret));
    say(`${id} upper case`, await verify(body, signature.toUpperCase(), secret));
    say(`${id} secret in bytes`, await verify(body, signature, bytes(secret)));
    say(`${id} third of four`, await verify(body, signature, ['a', bytes('b'), secret, 'd']));
    say(`${id} wrong secret`, await verify(body, signature, `${secret}.`));
    const flipped = (Number.parseInt(signature[at], 16) ^ 1).toString(16);
    say(`${id} flipped`, await verify(body, signature.slice(0, at) + flipped + signature.slice(at + 1), secret));
    say(`${id} longer`, await verify(Uint8Array.of(...body, 0), signature, secret));
    say(`${id} as text`, await verify(new TextDecoder().decode(body), signature, secret));
    say(`${id} event`, await tried(() => constructEvent(body, signature, secret)));
    say(`${id} trusted`, await tried(() => parseEvent(body)));
  }
  const [{ body: name, secret, signature: good }] = vectors;
  const body = bodies[name];
  for (const [title, value] of headers) say(`header ${title}`, await tried(() => verify(body, value, secret)));
  for (const [title, make] of Object.entries(NOT_TEXT)) {
    say(`header ${title}`, await tried(() => verify(body, make(good), secret)));
    say(`construct ${title}`, await tried(() => constructEvent(body, make(good), secret)));
  }
  for (const [title, make] of Object.entries(MISUSE)) {
    say(`body ${title} verify`, await tried(() => verify(make(), good, secret)));
    say(`body ${title} sign`, await tried(() => sign(make(), secret)));
    say(`body ${title} parse`, await tried(() => parseEvent(make())));
  }
  for (const [title, make] of Object.entries(SECRETS)) {
    say(`secret ${title} sign`, await tried(() => sign(body, make())));
    say(`secret ${title} verify`, await tried(() => verify(body, good, make())));
    say(`secret ${title} junk header`, await tried(() => verify(body, 'junk', make())));
  }
  for (const text of ['', '\ud800', '\ufffd', 'é', 'e\u0301', '😀', '\0', '\u2028', '\ufeff{}']) {
    say(`text ${spell(text)}`, await sign(text, secret));
  }
  const made = generateSecret();
  say('a generated secret', [/^[\w-]{43}$/.test(made), made !== generateSecret()]);
  const big = new Uint8Array(1_000_000).map((_, at) => at * 31 + (at >> 8));
  say('a megabyte', await verify(big, await sign(big, secret), secret));
  if (typeof SharedArrayBuffer === 'function') {
    const shared = new Uint8Array(new SharedArrayBuffer(body.length));
    shared.set(body);
    say('shared memory', await tried(() => verify(shared, good, secret)));
  } else say('shared memory', { ok: true, secretIndex: 0 });
}
