// What a receiver with a known mistake would accept: the refused bytes, with the signature that the mistake computes.
import { createHash, createHmac } from 'node:crypto';
import type { FindingCode } from '../../protocol.js';

/** A request that is accepted only by a receiver with one mistake. */
export interface Experiment {
  /** What its acceptance means; for `hashed` and `keyed` the doctor names the mistake. */
  readonly code: FindingCode;
  readonly headers: Readonly<Record<string, string>>;
  /** What the receiver hashed, where that is not the delivered bytes. */
  readonly hashed?: Uint8Array | undefined;
  /** The secret of the receiver, where that is not the subscription's. */
  readonly keyed?: Uint8Array | undefined;
  /** For the text of the finding. */
  readonly value?: string | undefined;
}

export interface ExperimentInput {
  readonly body: Uint8Array;
  readonly secret: Uint8Array;
  /** Of this subscription, before its rotations. */
  readonly former: readonly Uint8Array[];
  /** Of other subscriptions of the same host. */
  readonly others: readonly { readonly id: string; readonly secret: Uint8Array }[];
  readonly webhookId: string;
}

const NAME = 'X-VideoCloud-Signature';
const MOST_OTHERS = 10;
const SAMPLES = ['your_webhook_secret', 'new_webhook_secret', 'secret', 'test-secret', 'changeme'];
// What a body turns into that was read before, or parsed.
const NOTHING = ['', '{}', '[object Object]', 'undefined', 'null'];
const OTHER_NAMES = ['X-Hub-Signature-256', 'X-Webhook-Signature', 'X-Signature'];

const hmac = (secret: Uint8Array | string, content: Uint8Array | string, algorithm = 'sha256'): string =>
  createHmac(algorithm, secret).update(content).digest('hex');
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** The experiments, the most common mistakes first. */
export function* experiments(input: ExperimentInput): Generator<Experiment> {
  const { body, secret, former, others, webhookId } = input;
  const key = (code: FindingCode, keyed: Uint8Array | string, value?: string): Experiment => ({
    code,
    headers: { [NAME]: hmac(keyed, body) },
    keyed: Buffer.from(keyed),
    value,
  });
  const sent = [body];
  for (const [value, form] of rewritten(body)) {
    const hashed = Buffer.from(form);
    if (sent.some((known) => Buffer.compare(known, hashed) === 0)) continue;
    sent.push(hashed);
    yield { code: 'mistake', headers: { [NAME]: hmac(secret, hashed) }, hashed, value };
  }
  for (const value of NOTHING) {
    const hashed = Buffer.from(value);
    yield { code: 'body_lost', headers: { [NAME]: hmac(secret, hashed) }, hashed, value: JSON.stringify(value) };
  }
  for (const one of former) yield key('secret_former', one);
  for (const { id, secret: one } of others.slice(0, MOST_OTHERS)) yield key('secret_of_other', one, id);
  for (const [value, keyed] of variants(secret)) yield key('mistake', keyed, value);
  for (const encoding of ['base64', 'hex'] as const) {
    const decoded = Buffer.from(Buffer.from(secret).toString('utf8'), encoding);
    if (decoded.length > 0) yield key('secret_decoded', decoded, encoding);
  }
  for (const sample of SAMPLES) yield key('secret_sample', sample, sample);
  for (const nothing of ['', 'undefined', 'null']) yield key('secret_unset', nothing);
  yield key('mistake', webhookId, 'HMAC(webhook id)');
  yield* otherForms(body, secret);
}

type Named<T> = readonly [name: string, value: T];

/** What receivers hash in place of the raw body, the most common first. */
function rewritten(body: Uint8Array): Named<string>[] {
  const bytes = Buffer.from(body);
  const text = bytes.toString('utf8');
  return [
    ...jsonForms(text),
    ['body + "\\n"', `${text}\n`],
    ['body.trim()', text.trim()],
    ['body with \\r\\n', text.replaceAll('\n', '\r\n')],
    ["body.toString('latin1')", bytes.toString('latin1')],
    ["body.toString('base64')", bytes.toString('base64')],
  ];
}

/** The same JSON value in the spellings of common serializers; none for what is no JSON, or nested too deep for them. */
function jsonForms(text: string): Named<string>[] {
  try {
    const value: unknown = JSON.parse(text);
    const compact = JSON.stringify(value);
    const php = compact.replaceAll('/', '\\/');
    const python = spaced(value);
    return [
      ['JSON.stringify(body)', compact],
      ['JSON.stringify(body, null, 2)', JSON.stringify(value, null, 2)],
      ['json.dumps(body, ensure_ascii=False)', python],
      ['json.dumps(body)', ascii(python)],
      ["json.dumps(body, separators=(',', ':'))", ascii(compact)],
      ['json_encode($body)', ascii(php)],
      ['json_encode($body, JSON_UNESCAPED_UNICODE)', php],
      ['JSON.stringify(rawBody)', JSON.stringify(text)],
    ];
  } catch {
    return [];
  }
}

/** As `json.dumps` of Python writes it. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
    .join(', ')}}`;
}

const ascii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Spellings of a secret that receivers hold. */
function variants(secret: Uint8Array): Named<string>[] {
  const text = Buffer.from(secret).toString('utf8');
  const forms: Named<string>[] = [
    ['secret.trim()', text.trim()],
    ['secret + "\\n"', `${text}\n`],
    ['secret + "\\r\\n"', `${text}\r\n`],
    ['secret + " "', `${text} `],
    ['" " + secret', ` ${text}`],
    ['"secret"', `"${text}"`],
    ["'secret'", `'${text}'`],
    ['secret.toLowerCase()', text.toLowerCase()],
    ['secret.toUpperCase()', text.toUpperCase()],
    ['NAME=secret', `VIDEOCLOUD_WEBHOOK_SECRET=${text}`],
    ['SHA256(secret)', sha256(secret)],
    ['base64(secret)', Buffer.from(secret).toString('base64')],
    ['hex(secret)', Buffer.from(secret).toString('hex')],
    ['encodeURIComponent(secret)', encodeURIComponent(text)],
  ];
  return forms.filter(([, form]) => form !== text && form !== '');
}

/** Other ways to write a signature, and other headers to look for it in. */
function* otherForms(body: Uint8Array, secret: Uint8Array): Generator<Experiment> {
  const right = hmac(secret, body);
  const form = (value: string, signature: string): Experiment => ({
    code: 'form_expected',
    headers: { [NAME]: signature },
    value,
  });
  yield form('sha256=<hex>', `sha256=${right}`);
  yield form('base64', Buffer.from(right, 'hex').toString('base64'));
  yield form('HEX', right.toUpperCase());
  yield form('HMAC-SHA1', hmac(secret, body, 'sha1'));
  yield form('HMAC-SHA512', hmac(secret, body, 'sha512'));
  yield form('SHA256(body)', sha256(body));
  yield form('SHA256(secret + body)', sha256(Buffer.concat([secret, body])));
  yield form('SHA256(body + secret)', sha256(Buffer.concat([body, secret])));
  yield form('HMAC(key: body, message: secret)', hmac(body, secret));
  yield form('HMAC(SHA256(body))', hmac(secret, sha256(body)));
  for (const value of OTHER_NAMES)
    for (const signature of [right, `sha256=${right}`])
      yield { code: 'header_expected', headers: { [NAME]: right, [value]: signature }, value };
}
