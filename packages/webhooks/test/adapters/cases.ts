import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DELIVERED_EVENT_TYPES } from '../../src/index.js';
import { fixture } from '../../src/testing/index.js';
import { fixtureBytes, malformedHeaders } from '../support.js';
import { OLD_SECRET, SECRET } from './behavior.js';

/** One request of the contract, and what every adapter must answer. */
export interface Case {
  title: string;
  body: Uint8Array;
  headers: Record<string, string | readonly string[] | undefined>;
  status: number;
  code?: string;
  /** What the receiver's log must hold afterwards, in order; nothing when absent. */
  calls?: readonly string[];
}

type Expected = Pick<Case, 'status' | 'code' | 'calls'>;

const JSON_TYPE = { 'content-type': 'application/json' };

/** The digest by `node:crypto` itself, not by the code under test. */
export function hmac(body: Uint8Array, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function signedHeaders(body: Uint8Array, secret = SECRET): Record<string, string> {
  return { ...JSON_TYPE, 'x-videocloud-signature': hmac(body, secret) };
}

/** How the log spells a delivery that a handler got byte for byte. */
export function handled(name: string, body: Uint8Array, secretIndex = 0): string {
  return `handled by ${secretIndex} ${name} ${createHash('sha256').update(body).digest('hex')}`;
}

export const GUIDE = fixtureBytes('guide-event.json');
export const GUIDE_HANDLED = handled('comment.created', GUIDE);

/** A known event whose handler does as `mode` says; see behavior.js. */
export function asking(mode: string): Uint8Array {
  return bytesOf(`{"event":"system.error","timestamp":"2024-03-31T12:00:00Z","data":{"mode":"${mode}"}}`);
}

function named(name: string, data = '{}', more = ''): Uint8Array {
  return bytesOf(`{"event":${JSON.stringify(name)},"timestamp":"2024-03-31T12:00:00Z","data":${data}${more}}`);
}

function signed(title: string, body: Uint8Array, expected: Expected): Case {
  return { title, body, headers: signedHeaders(body), ...expected };
}

const UNTOLD = new Set(['user.deleted', 'system.error']);

const eachEvent = DELIVERED_EVENT_TYPES.filter((type) => !UNTOLD.has(type)).map((type) => {
  const body = bytesOf(JSON.stringify(fixture(type)));
  return signed(`${type} as the guide shows it`, body, { status: 200, calls: [handled(type, body)] });
});

// Bodies that do not survive JSON.parse and JSON.stringify: only the raw bytes give the signature.
const exactBytes = Object.entries({
  'float-one.json': 'video.deleted',
  'escaped-slash.json': 'video.deleted',
  'escaped-unicode.json': 'video.deleted',
  'lone-surrogate-escape.json': 'video.deleted',
  'big-integer.json': 'video.deleted',
  'spaces.json': 'video.deleted',
  'crlf.json': 'video.deleted',
  'trailing-newline.json': 'video.deleted',
  'emoji.json': 'video.deleted',
  'replacement-char.json': 'video.deleted',
  'duplicate-keys.json': 'video.updated',
  'bom.json': 'video.deleted',
}).map(([file, type]) => {
  const body = fixtureBytes(file);
  return signed(`${file}, byte for byte`, body, { status: 200, calls: [handled(type, body)] });
});

const oddNames = ['video.renamed', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'VIDEO.UPLOADED', ' '];

/** 200, though no handler runs: not an error to the sender. */
const unhandled = [
  ...oddNames.map((name) => signed(`the unknown event name ${name}`, named(name), { status: 200 })),
  signed('a known name with an odd payload', named('video.processed', '{"videoId":7}'), {
    status: 200,
    calls: ['onError payload_invalid video.processed'],
  }),
  signed('a known name nobody handles', named('user.deleted'), { status: 200 }),
];

const members = bytesOf(
  '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"__proto__":{"a":1},"constructor":{"b":2}},"__proto__":{"event":"x"}}',
);
const offset = bytesOf('{"event":"video.deleted","timestamp":"2024-02-29T23:59:59.123456789+05:30","data":{}}');

const oddButFine = [
  signed('__proto__ and constructor as members', members, { status: 200, calls: [handled('video.deleted', members)] }),
  signed('nanoseconds and an offset', offset, { status: 200, calls: [handled('video.deleted', offset)] }),
  {
    ...signed('the upper-case digest', GUIDE, { status: 200, calls: [GUIDE_HANDLED] }),
    headers: { ...JSON_TYPE, 'x-videocloud-signature': hmac(GUIDE).toUpperCase() },
  },
  {
    ...signed('the old secret of a rotation', GUIDE, { status: 200, calls: [handled('comment.created', GUIDE, 1)] }),
    headers: signedHeaders(GUIDE, OLD_SECRET),
  },
  ...['identity', 'Identity', ''].map((encoding) => ({
    ...signed(`Content-Encoding: ${encoding || '(blank)'}`, GUIDE, { status: 200, calls: [GUIDE_HANDLED] }),
    headers: { ...signedHeaders(GUIDE), 'content-encoding': encoding },
  })),
  ...[undefined, 'text/plain', 'application/octet-stream', 'application/json; charset=latin1'].map((type) => ({
    ...signed(`Content-Type: ${type}`, GUIDE, { status: 200, calls: [GUIDE_HANDLED] }),
    headers: { ...signedHeaders(GUIDE), 'content-type': type },
  })),
];

const unusable = [
  ...['invalid-utf8.json', 'overlong-utf8.json', 'all-bytes.bin'].map((file) =>
    signed(`${file}, signed`, fixtureBytes(file), { status: 400, code: 'body_not_utf8' }),
  ),
  ...['not-json.txt', 'empty.bin', 'nul.bin'].map((file) =>
    signed(`${file}, signed`, fixtureBytes(file), { status: 400, code: 'body_not_json' }),
  ),
  signed('only a byte order mark', fixtureBytes('bom.json').slice(0, 3), { status: 400, code: 'body_not_json' }),
  signed('two byte order marks', bytesOf('\ufeff\ufeff{}'), { status: 400, code: 'body_not_json' }),
  signed('half an event', GUIDE.slice(0, 100), { status: 400, code: 'body_not_json' }),
  signed('two events', bytesOf('{}{}'), { status: 400, code: 'body_not_json' }),
  signed('100,000 nested arrays', bytesOf('['.repeat(100_000) + ']'.repeat(100_000)), {
    status: 400,
    code: 'envelope_invalid',
  }),
  signed('100,000 opened arrays', bytesOf('['.repeat(100_000)), { status: 400, code: 'body_not_json' }),
  ...['42', '-0', '"video.uploaded"', 'null', 'true', '[]', '{}', '[{"event":"video.deleted"}]'].map((text) =>
    signed(`${text} at the top`, bytesOf(text), { status: 400, code: 'envelope_invalid' }),
  ),
  ...['2024-02-30T12:00:00Z', '2023-02-29T12:00:00Z', '2024-03-31T12:00:00', '2024-03-31', '1711886400', ''].map(
    (timestamp) =>
      signed(
        `the timestamp "${timestamp}"`,
        bytesOf(`{"event":"video.deleted","timestamp":"${timestamp}","data":{}}`),
        {
          status: 400,
          code: 'envelope_invalid',
        },
      ),
  ),
  ...['null', '[]', '"text"', '7'].map((data) =>
    signed(`the data ${data}`, named('video.deleted', data), { status: 400, code: 'envelope_invalid' }),
  ),
  signed('a blank event name', named(''), { status: 400, code: 'envelope_invalid' }),
  signed(
    'an envelope only on __proto__',
    bytesOf('{"__proto__":{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{}}}'),
    {
      status: 400,
      code: 'envelope_invalid',
    },
  ),
];

function forged(
  title: string,
  body: Uint8Array,
  signature: string | readonly string[] | undefined,
  code: string,
): Case {
  return { title, body, headers: { ...JSON_TYPE, 'x-videocloud-signature': signature }, status: 401, code };
}

const bom = bytesOf('\ufeff');
const fffd = fixtureBytes('replacement-char.json');
const good = hmac(GUIDE);

// What HTTP itself cannot carry, or trims before anybody sees it, is left to the tests of `verify`.
const UNSENDABLE = new Set(['a trailing newline', 'a leading space', 'a NUL inside']);

const refused = [
  forged('a forged signature', GUIDE, hmac(GUIDE, 'guessed'), 'signature_mismatch'),
  forged(
    'a tampered body',
    bytesOf(Buffer.from(GUIDE).toString().replace('vid_123456', 'vid_123457')),
    good,
    'signature_mismatch',
  ),
  forged(
    'a re-serialized body',
    bytesOf(JSON.stringify(JSON.parse(Buffer.from(GUIDE).toString()))),
    good,
    'signature_mismatch',
  ),
  forged('an added trailing newline', bytesOf(`${Buffer.from(GUIDE).toString()}\n`), good, 'signature_mismatch'),
  forged('a byte order mark added after signing', Buffer.concat([bom, GUIDE]), good, 'signature_mismatch'),
  forged(
    'a byte order mark taken off after signing',
    fixtureBytes('bom.json').slice(3),
    hmac(fixtureBytes('bom.json')),
    'signature_mismatch',
  ),
  forged('0xFF where U+FFFD was signed', fixtureBytes('invalid-utf8.json'), hmac(fffd), 'signature_mismatch'),
  forged('U+FFFD where 0xFF was signed', fffd, hmac(fixtureBytes('invalid-utf8.json')), 'signature_mismatch'),
  forged('no body with the signature of another', new Uint8Array(), good, 'signature_mismatch'),
  forged('no signature', GUIDE, undefined, 'signature_missing'),
  forged('a blank signature', GUIDE, '', 'signature_missing'),
  forged('a signature of spaces', GUIDE, '   ', 'signature_missing'),
  forged('two header lines', GUIDE, [good, good], 'signature_malformed'),
  forged('a good header line and a bad one', GUIDE, [good, '0'.repeat(64)], 'signature_malformed'),
  forged('64 bytes of latin1', GUIDE, '\xe9'.repeat(64), 'signature_malformed'),
  ...malformedHeaders(good).flatMap(([title, signature]) =>
    typeof signature === 'string' && !UNSENDABLE.has(title)
      ? [forged(`as signature, ${title}`, GUIDE, Buffer.from(signature).toString('latin1'), 'signature_malformed')]
      : [],
  ),
  forged('junk that is not even JSON, unsigned', bytesOf('\xff{'), undefined, 'signature_missing'),
];

const gzipped = gzipSync(GUIDE);
const encoded = ['gzip', 'br', 'deflate', 'identity, gzip', 'zstd', 'x'].map((encoding) => ({
  title: `Content-Encoding: ${encoding}`,
  body: gzipped,
  headers: { ...signedHeaders(gzipped), 'content-encoding': encoding },
  status: 415,
  code: 'content_encoding_unsupported',
}));

/** Each of these is sent with a Content-Length, all on one connection. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  'hands over every event': eachEvent,
  'verifies the raw bytes': exactBytes,
  'takes what is odd but fine': oddButFine,
  'answers 200 to what no handler wants': unhandled,
  'refuses every forgery': refused,
  'refuses signed bytes that are no event': unusable,
  'refuses an encoded body': encoded,
};

/** The signed bytes a receiver with `onUnhandled` takes all the same, and the reason it is told. */
export const TOLERATED: readonly { title: string; body: Uint8Array; call: string }[] = [
  { title: 'an unknown name', body: named('video.renamed'), call: 'unhandled unknown_event video.renamed' },
  { title: 'an odd payload', body: named('video.processed'), call: 'unhandled payload_invalid video.processed' },
  { title: 'a name nobody handles', body: named('user.deleted'), call: 'unhandled no_handler user.deleted' },
  { title: 'no envelope', body: bytesOf('{}'), call: 'unhandled envelope_invalid null' },
  { title: 'no JSON', body: fixtureBytes('not-json.txt'), call: 'unhandled body_not_json null' },
  { title: 'no UTF-8', body: fixtureBytes('invalid-utf8.json'), call: 'unhandled body_not_utf8 null' },
];

/** Whether a host that parses JSON in front of the entry lets a delivery through: what it cannot parse it answers itself. */
export function passesParser({ body, headers }: Pick<Case, 'body' | 'headers'>): boolean {
  if (
    /charset/.test(String(headers['content-type'])) ||
    !/^(identity)?$/i.test(String(headers['content-encoding'] ?? ''))
  )
    return false;
  const text = new TextDecoder().decode(body);
  return text === '' || (/^\s*[{[]/.test(text) && isJson(text));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
