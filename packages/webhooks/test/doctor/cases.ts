import { createHash, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CauseCode, DiagnoseInput } from '../../src/doctor/index.js';

export const SECRET = 'kJ8#vT2-secret_Zq/9+w';
/** What the sender has: written by hand, as bytes, never by the serializer under suspicion. */
export const SENT = Buffer.from(
  '{"event":"video.uploaded","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_123456","title":"Моё видео","size":10485760,"duration":120,"url":"https://v.example/a?b=1&c=2"}}',
);
export const ASCII = Buffer.from(
  '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00+00:00","data":{"videoId":"vid_1","userId":"usr_1"}}',
);
export const hex = (body: Uint8Array | string, secret: string | Uint8Array = SECRET, algorithm = 'sha256') =>
  createHmac(algorithm, secret).update(body).digest('hex');

export interface Broken {
  name: string;
  codes: CauseCode[];
  input: DiagnoseInput;
}

/** The body arrived as `got`; `sent` was signed. */
function body(
  name: string,
  codes: CauseCode | CauseCode[],
  sent: Uint8Array | string,
  got: Uint8Array | string,
): Broken {
  const input = { body: typeof got === 'string' ? Buffer.from(got) : got, signature: hex(sent), secrets: SECRET };
  return { name: `body: ${name}`, codes: [codes].flat(), input };
}
/** The receiver has `configured`, the sender signed with `real`. */
function secret(
  name: string,
  codes: CauseCode | CauseCode[],
  configured: string | Uint8Array,
  real: string | Uint8Array,
): Broken {
  return {
    name: `secret: ${name}`,
    codes: [codes].flat(),
    input: { body: SENT, signature: hex(SENT, real), secrets: configured },
  };
}
function signature(
  name: string,
  codes: CauseCode | CauseCode[],
  value: unknown,
  more: Partial<DiagnoseInput> = {},
): Broken {
  return {
    name: `signature: ${name}`,
    codes: [codes].flat(),
    input: { body: SENT, signature: value, secrets: SECRET, ...more },
  };
}

const text = SENT.toString();
const value = JSON.parse(text);
const python =
  '{"event": "video.uploaded", "timestamp": "2024-03-31T12:00:00Z", "data": {"videoId": "vid_1", "tags": ["a", "b"], "size": 1}}';
const rewritten = (sent: string) => JSON.stringify(JSON.parse(sent));
const sorted = (v: unknown): unknown =>
  typeof v === 'object' && v !== null && !Array.isArray(v)
    ? Object.fromEntries(
        Object.entries(v)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([k, x]) => [k, sorted(x)]),
      )
    : v;
const escapeAll = (s: string) =>
  s.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const jsonb =
  '{"data": {"size": 10485760, "title": "Моё видео", "format": "mp4", "status": "processing", "userId": "usr_123456", "videoId": "vid_123456", "duration": 120}, "event": "video.uploaded", "timestamp": "2024-03-31T12:00:00Z"}';
const fromJsonb =
  '{"event":"video.uploaded","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"vid_123456","title":"Моё видео","size":10485760,"duration":120,"format":"mp4","userId":"usr_123456","status":"processing"}}';

export const BODIES: Broken[] = [
  body('python’s spaces were lost', 'body_reserialized', python, rewritten(python)),
  body('pretty-printed by two', 'body_reserialized', text, JSON.stringify(value, null, 2)),
  body('pretty-printed by four', 'body_reserialized', text, JSON.stringify(value, null, 4)),
  body('pretty-printed with tabs', 'body_reserialized', text, JSON.stringify(value, null, '\t')),
  body('pretty original was compacted', 'body_reserialized', JSON.stringify(value, null, 2), text),
  body(
    'pretty original with CRLF was compacted',
    'body_reserialized',
    JSON.stringify(value, null, 2).replace(/\n/g, '\r\n'),
    text,
  ),
  body('members were sorted', 'body_reserialized', text, JSON.stringify(sorted(value))),
  body('sorted original', 'body_reserialized', JSON.stringify(sorted(value)), text),
  body('passed through jsonb', 'body_reserialized', fromJsonb, jsonb),
  body('\\/ was unescaped', 'body_reserialized', text.replace(/\//g, '\\/'), text),
  body('/ was escaped', 'body_reserialized', text, text.replace(/\//g, '\\/')),
  body('\\uXXXX was unescaped', 'body_reserialized', escapeAll(text), text),
  body('non-ASCII was escaped', 'body_reserialized', text, escapeAll(text)),
  body('PHP: both escapes were undone', 'body_reserialized', escapeAll(text).replace(/\//g, '\\/'), text),
  body('Go’s \\u0026 was unescaped', 'body_reserialized', text.replace(/&/g, '\\u0026'), text),
  body('1.0 became 1', 'body_reserialized', text.replace('120', '120.0'), text),
  body(
    'both numbers had .0',
    'body_reserialized',
    text.replace('120', '120.0').replace('10485760', '10485760.0'),
    text,
  ),
  body('an exponent was expanded', 'body_reserialized', text.replace('120', '1.2e2'), text),
  body('Java’s 1.048576E7', 'body_reserialized', text.replace('10485760', '1.048576E7').replace('120', '120.0'), text),
  body(
    'an integer above 2^53 was rounded',
    'body_reserialized',
    text.replace('10485760', '9007199254740993'),
    rewritten(text.replace('10485760', '9007199254740993')),
  ),
  body(
    'a snowflake id was rounded',
    'body_reserialized',
    text.replace('120', '1204857601234567891'),
    rewritten(text.replace('120', '1204857601234567891')),
  ),
  body(
    '-0 became 0',
    'body_reserialized',
    ASCII.toString().replace('"usr_1"', '-0'),
    ASCII.toString().replace('"usr_1"', '0'),
  ),
  body(
    'spaces, 1.0, \\/, \\u and a newline at once',
    'body_reserialized',
    `${escapeAll(python.replace('vid_1', 'a/é').replace(' 1}', ' 1.0}')).replace(/\//g, '\\/')}\n`,
    rewritten(python.replace('vid_1', 'a/é')),
  ),
  body(
    'braces padded by hand',
    'body_reserialized',
    '{ "event": "video.deleted", "timestamp": "2024-03-31T12:00:00Z", "data": { "videoId": "v" } }',
    '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"videoId":"v"}}',
  ),
  body('a parser dropped the newline', ['body_newline_stripped', 'body_reserialized'], `${text}\n`, text),
  body('LF added', 'body_newline_added', text, `${text}\n`),
  body('CRLF added', 'body_newline_added', text, `${text}\r\n`),
  body('LF stripped', 'body_newline_stripped', `${python}\n`, python),
  body('CRLF stripped', 'body_newline_stripped', `${python}\r\n`, python),
  body('LF became CRLF', 'body_line_endings_changed', `{\n"a":"b"\n}`, `{\r\n"a":"b"\r\n}`),
  body('CRLF became LF', 'body_line_endings_changed', `{\r\n "a" :"b"\r\n}`, `{\n "a" :"b"\n}`),
  body('white space around', 'body_space_added', text, ` ${text} `),
  body('BOM added', 'body_bom_added', text, `\ufeff${text}`),
  body('BOM stripped', 'body_bom_stripped', `\ufeff${text}`, text),
  body('read as latin1, written as UTF-8', 'body_double_encoded', text, Buffer.from(SENT.toString('latin1'), 'utf8')),
  body(
    'read as windows-1251, written as UTF-8',
    'body_double_encoded',
    '{"a":"Привет"}',
    new TextDecoder('windows-1251').decode(Buffer.from('{"a":"Привет"}')),
  ),
  body('converted to latin1', 'body_charset_changed', '{"a":"café"}', Buffer.from('{"a":"café"}', 'latin1')),
  body(
    'converted to windows-1251',
    'body_charset_changed',
    '{"a":"жук"}',
    Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xe6, 0xf3, 0xea, 0x22, 0x7d]),
  ),
  body('converted to UTF-16', 'body_charset_changed', ASCII, Buffer.from(ASCII.toString(), 'utf16le')),
  body('normalized', 'body_unicode_normalized', '{"a":"e\u0301"}', '{"a":"\u00e9"}'),
  body('escaped for HTML', 'body_html_escaped', text, text.replace(/&/g, '&amp;').replace(/"/g, '&quot;')),
  body('stringified twice', 'body_json_encoded_twice', text, JSON.stringify(text)),
  body('form-encoded', 'body_form_encoded', text, encodeURIComponent(text).replace(/%20/g, '+')),
  body('form-encoded as a key', 'body_form_encoded', text, `${encodeURIComponent(text)}=`),
  body('form-encoded in payload=', 'body_form_encoded', text, `payload=${encodeURIComponent(text)}`),
  body('form-decoded: + became a space', 'body_form_decoded', ASCII, ASCII.toString().replace('+', ' ')),
  body(
    'parsed as a form into an object',
    'body_form_decoded',
    ASCII,
    JSON.stringify(Object.fromEntries(new URLSearchParams(ASCII.toString()))),
  ),
  body('base64', 'body_base64_encoded', SENT, SENT.toString('base64')),
  body('base64url', 'body_base64_encoded', SENT, SENT.toString('base64url')),
  body('hex', 'body_hex_encoded', SENT, SENT.toString('hex')),
  body('in a Lambda event', 'body_wrapped', SENT, JSON.stringify({ body: text, isBase64Encoded: false })),
  body(
    'in a base64 Lambda event',
    'body_wrapped',
    SENT,
    JSON.stringify({ body: SENT.toString('base64'), isBase64Encoded: true }),
  ),
  body('as a nested value', 'body_wrapped', SENT, JSON.stringify({ headers: {}, body: value })),
  body('a Buffer stringified', 'body_bytes_as_json', SENT, JSON.stringify(SENT)),
  body('a Uint8Array stringified', 'body_bytes_as_json', SENT, JSON.stringify(new Uint8Array(SENT))),
  body('still gzipped', 'body_compressed', SENT, gzipSync(SENT)),
  body('inflated', 'body_decompressed', gzipSync(SENT), SENT),
  body('cut by its closing braces', 'body_truncated', SENT, text.slice(0, -2)),
  body('NULs after it', 'body_trailing_bytes', SENT, Buffer.concat([SENT, Buffer.alloc(40)])),
  body('junk after it', 'body_trailing_bytes', SENT, `${text}{"more":1`),
  body('twice in the buffer', 'body_repeated', SENT, Buffer.concat([SENT, SENT])),
  body('chunk framing left in', 'body_chunk_framed', SENT, `${SENT.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`),
  body('headers left in', 'body_with_headers', SENT, `POST /hooks HTTP/1.1\r\nHost: x\r\n\r\n${text}`),
];

export const SECRETS: Broken[] = [
  secret('newline at its end', 'secret_whitespace', `${SECRET}\n`, SECRET),
  secret('space before it', 'secret_whitespace', ` ${SECRET}`, SECRET),
  secret('the sender has the newline', 'secret_whitespace', SECRET, `${SECRET}\n`),
  secret('a literal \\n', 'secret_whitespace', `${SECRET}\\n`, SECRET),
  secret('a zero-width space inside', 'secret_whitespace', `kJ8\u200bvT2`, 'kJ8vT2'),
  secret('quoted', 'secret_quoted', `"${SECRET}"`, SECRET),
  secret('the sender quotes it', 'secret_quoted', SECRET, `'${SECRET}'`),
  secret('prefix of another provider', 'secret_prefixed', `whsec_${SECRET}`, SECRET),
  secret('prefix lost', 'secret_prefix_missing', SECRET, `whsec_${SECRET}`),
  secret('with its name', 'secret_with_name', `WEBHOOK_SECRET=${SECRET}`, SECRET),
  secret(
    'decoded from hex by the sender',
    'secret_hex',
    '00112233445566778899aabbccddeeff',
    Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
  ),
  secret(
    'decoded from hex by us',
    'secret_hex',
    Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
    '00112233445566778899aabbccddeeff',
  ),
  secret('decoded from base64 by the sender', 'secret_base64', 'WnE5IHZUMiBrSjggd0w1IG5CNw==', 'Zq9 vT2 kJ8 wL5 nB7'),
  secret('decoded from base64 by us', 'secret_base64', 'Zq9 vT2 kJ8 wL5 nB7', 'WnE5IHZUMiBrSjggd0w1IG5CNw=='),
  secret(
    'Standard Webhooks style',
    ['secret_prefixed', 'secret_base64'],
    'whsec_WnE5IHZUMiBrSjggd0w1IG5CNw==',
    'Zq9 vT2 kJ8 wL5 nB7',
  ),
  secret('percent-encoded', 'secret_url_encoded', encodeURIComponent(SECRET), SECRET),
  secret('in another case', 'secret_case', 'ABC-DEF', 'abc-def'),
  secret('hashed', 'secret_hashed', SECRET, createHash('sha256').update(SECRET).digest('hex')),
  secret('in latin1', 'secret_charset', 'sécret-à-moi', Buffer.from('sécret-à-moi', 'latin1')),
  secret('with a comment', 'secret_extra_characters', `${SECRET} # production`, SECRET),
  secret('with something pasted after it', 'secret_extra_characters', `${SECRET};x`, SECRET),
  secret('the guide’s sample', 'secret_placeholder', SECRET, 'your_webhook_secret'),
  secret('undefined at the sender', 'secret_missing_at_sender', SECRET, 'undefined'),
  secret('empty at the sender', 'secret_missing_at_sender', SECRET, ''),
  {
    name: 'secret: of another subscription',
    codes: ['secret_other_configured'],
    input: { body: SENT, signature: hex(SENT, 'other'), secrets: SECRET, otherSecrets: ['other'] },
  },
  {
    name: 'secret: the webhook’s id',
    codes: ['secret_is_webhook_id'],
    input: {
      body: SENT,
      signature: hex(SENT, 'whk_123456'),
      secrets: SECRET,
      headers: { 'x-webhook-id': 'whk_123456' },
    },
  },
  { name: 'secret: blank', codes: ['secret_blank'], input: { body: SENT, signature: hex(SENT), secrets: ' ' } },
  {
    name: 'secret: second of two, with a newline',
    codes: ['secret_whitespace'],
    input: { body: SENT, signature: hex(SENT), secrets: ['xQ7-rival', `${SECRET}\n`] },
  },
];

const good = hex(SENT);
const raw = Buffer.from(good, 'hex');
export const SIGNATURES: Broken[] = [
  signature('missing', 'signature_missing', undefined),
  signature('empty', 'signature_missing', ''),
  signature('base64', 'signature_base64', raw.toString('base64')),
  signature('base64url', 'signature_base64', raw.toString('base64url')),
  signature('sha256=', 'signature_prefixed', `sha256=${good}`),
  signature('v1,', 'signature_prefixed', `v1,${good}`),
  signature('v1,base64', ['signature_prefixed', 'signature_base64'], `v1,${raw.toString('base64')}`),
  signature('a prefix without a separator', 'signature_prefixed', `sha256${good}`),
  signature('newline after it', 'signature_whitespace', `${good}\n`),
  signature('colons in it', 'signature_whitespace', (good.match(/../g) ?? []).join(':')),
  signature('quoted', 'signature_quoted', `"${good}"`),
  signature('joined twice', 'signature_joined', `${good}, ${good}`),
  signature('joined with another', 'signature_joined', `${'0'.repeat(64)},${good}`),
  signature('an array', 'signature_joined', [good, good]),
  signature('a list of one, as of headersDistinct', 'signature_not_text', [good]),
  signature('a list of one, with a mistake', ['signature_not_text', 'signature_base64'], [raw.toString('base64')]),
  signature('a list of one that was joined', ['signature_not_text', 'signature_joined'], [`${good}, ${good}`]),
  signature('a list with one text', 'signature_not_text', [undefined, good]),
  signature('a list of one, beside the headers', 'signature_not_text', [good], {
    headers: { 'X-VideoCloud-Signature': [good] },
  }),
  signature('bytes, beside the headers', 'signature_not_text', Buffer.from(good), {
    headers: { 'X-VideoCloud-Signature': good },
  }),
  signature('a list, beside the headers', 'signature_joined', [good, good], {
    headers: { 'X-VideoCloud-Signature': [good, good] },
  }),
  signature('glued twice', 'signature_joined', good + good),
  signature('truncated', 'signature_truncated', good.slice(0, 40 - 8)),
  signature('truncated with dots', 'signature_truncated', `${good.slice(0, 20)}...`),
  signature('its head lost', 'signature_truncated', good.slice(10)),
  signature('junk after it', 'signature_trailing_characters', `${good}zz`),
  signature('more hex after it', 'signature_trailing_characters', `${good}00`),
  signature(
    'full-width digits',
    'signature_lookalikes',
    good.replace(/\d/g, (d) => String.fromCharCode(0xff10 + Number(d))),
  ),
  signature('Cyrillic letters', 'signature_lookalikes', good.replace(/a/g, 'а').replace(/c/g, 'с')),
  signature(
    'percent-encoded base64',
    ['signature_percent_encoded', 'signature_base64'],
    encodeURIComponent(raw.toString('base64')),
  ),
  signature('base64 of hex', 'signature_encoded_twice', Buffer.from(good).toString('base64')),
  signature('raw bytes', 'signature_not_text', raw),
  signature('sha1', 'algorithm_sha1', hex(SENT, SECRET, 'sha1')),
  signature('sha512', 'algorithm_sha512', hex(SENT, SECRET, 'sha512')),
  signature('sha1 with a prefix', ['signature_prefixed', 'algorithm_sha1'], `sha1=${hex(SENT, SECRET, 'sha1')}`),
  signature('plain hash', 'signature_without_key', createHash('sha256').update(SENT).digest('hex')),
  signature('glued hash', 'signature_without_hmac', createHash('sha256').update(SECRET).update(SENT).digest('hex')),
  signature('arguments swapped', 'signature_arguments_swapped', hex(SECRET, SENT)),
  signature('timestamp.body, header', 'signature_over_timestamp', hex(`1711886400.${text}`), {
    headers: { 'X-Timestamp': '1711886400' },
  }),
  signature('timestamp.body, envelope', 'signature_over_timestamp', hex(`1711886400.${text}`)),
  signature(
    'Stripe style',
    ['signature_over_timestamp', 'signature_prefixed'],
    `t=1720000000,v1=${hex(`1720000000.${text}`)}`,
  ),
  signature(
    'Standard Webhooks style',
    ['signature_over_timestamp', 'signature_prefixed', 'signature_base64'],
    `v1,${createHmac('sha256', SECRET).update(`msg_1.1720000000.${text}`).digest('base64')}`,
    { headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1720000000' } },
  ),
  signature('of the data alone', 'signature_over_part', hex(JSON.stringify(value.data))),
  signature('of nothing', 'signature_without_body', hex('')),
  signature('of [object Object]', 'signature_without_body', hex('[object Object]')),
  signature('in another header', 'signature_other_header', undefined, {
    headers: { 'X-Hub-Signature-256': `sha256=${good}` },
  }),
  signature('in the headers, not passed', 'signature_header_unread', 'abc', {
    headers: new Headers({ 'X-VideoCloud-Signature': good }),
  }),
  {
    name: 'body: empty although declared',
    codes: ['body_empty'],
    input: { body: '', signature: good, secrets: SECRET, headers: { 'content-length': String(SENT.length) } },
  },
  {
    name: 'body: cut in the middle, declared longer',
    codes: ['body_truncated'],
    input: {
      body: text.slice(0, 60),
      signature: good,
      secrets: SECRET,
      headers: { 'content-length': String(SENT.length) },
    },
  },
  {
    name: 'body: parsed',
    codes: ['body_already_parsed'],
    input: { body: JSON.parse(python), signature: hex(python), secrets: SECRET },
  },
];

export const PAIRS: Broken[] = [
  {
    name: 'pair: rewritten, newline in secret',
    codes: ['body_reserialized', 'secret_whitespace'],
    input: { body: rewritten(python), signature: hex(python), secrets: `${SECRET}\n` },
  },
  {
    name: 'pair: base64, newline inside',
    codes: ['body_base64_encoded', 'body_newline_added'],
    input: { body: Buffer.from(`${text}\n`).toString('base64'), signature: good, secrets: SECRET },
  },
  {
    name: 'pair: BOM and newline',
    codes: ['body_bom_added', 'body_newline_added'],
    input: { body: `\ufeff${text}\n`, signature: good, secrets: SECRET },
  },
  {
    name: 'pair: gzipped and quoted secret',
    codes: ['body_compressed', 'secret_quoted'],
    input: { body: gzipSync(SENT), signature: good, secrets: `"${SECRET}"` },
  },
  {
    name: 'pair: quoted and newline in secret',
    codes: ['secret_quoted', 'secret_whitespace'],
    input: { body: SENT, signature: good, secrets: `"${SECRET}\\n"` },
  },
  {
    name: 'pair: rewritten and base64 signature',
    codes: ['body_reserialized', 'signature_base64'],
    input: {
      body: rewritten(python),
      signature: createHmac('sha256', SECRET).update(python).digest('base64'),
      secrets: SECRET,
    },
  },
  {
    name: 'pair: sha512 and newline',
    codes: ['algorithm_sha512', 'body_newline_added'],
    input: { body: `${text}\n`, signature: hex(SENT, SECRET, 'sha512'), secrets: SECRET },
  },
  {
    name: 'pair: wrapped and rewritten',
    codes: ['body_wrapped', 'body_reserialized'],
    input: { body: JSON.stringify({ body: rewritten(python) }), signature: hex(python), secrets: SECRET },
  },
];
