import { accepted, noCrash } from '../answer-rules.js';
import type { DeliveryFactory } from '../delivery-factory.js';
import {
  alive,
  type CaseDefinition,
  casesOf,
  claiming,
  forged,
  GUIDE,
  genuine,
  good,
  type OwnDefinition,
  type Step,
  signature,
} from './define.js';
import { phpJson, pretty, pythonJson, sortedKeys } from './serializers.js';

/** A correctly signed body whose bytes change when it is parsed and serialized again. */
interface Spelling {
  readonly id: string;
  readonly title: string;
  readonly body: (deliveries: DeliveryFactory) => Buffer;
  readonly reference?: string | undefined;
}

const RAW =
  'Compute the HMAC over the raw bytes as received, before any parser sees them (express.raw(), request.get_data(), php://input), never over re-serialized JSON.';
const WHY =
  'Any JSON text is a possible body; a receiver that parses and re-serializes before verifying refuses this one, and after six refusals the subscription is off.';

/** `note` written like this, in an otherwise plain body. */
const noted = (raw: string) => (deliveries: DeliveryFactory) => deliveries.bodyWith(raw);
/** A plain body with its text changed. */
const rewritten = (change: (text: string) => string) => (deliveries: DeliveryFactory) =>
  Buffer.from(change(deliveries.body().toString('utf8')));

const SPELLINGS: readonly Spelling[] = [
  { id: 'escaped-slash', title: 'escaped slashes: \\/', body: noted('"https:\\/\\/videocloud.example\\/v\\/1"') },
  { id: 'escaped-letter', title: 'an escaped letter: \\u00e9', body: noted('"caf\\u00e9 \\u041c\\u043e\\u0451"') },
  { id: 'escaped-ascii', title: 'escaped ASCII: \\u0041', body: noted('"\\u0041\\u003c\\u003e\\u0026"') },
  { id: 'trailing-zero', title: 'a number with a trailing zero: 1.0', body: noted('1.0') },
  { id: 'exponent', title: 'a number with an exponent: 1E2', body: noted('[1E2,1e+2,100e-2]') },
  { id: 'negative-zero', title: 'negative zero', body: noted('[-0,-0.0]') },
  { id: 'big-integer', title: 'an integer above 2^53', body: noted('9007199254740993') },
  {
    id: 'long-decimal',
    title: 'more decimals than a double holds',
    body: noted('0.1000000000000000055511151231257827021181583404541015625'),
  },
  { id: 'duplicate-keys', title: 'duplicate keys', body: noted('{"a":1,"a":2}'), reference: 'RFC 8259, section 4' },
  { id: 'number-keys', title: 'keys that look like numbers, out of order', body: noted('{"10":1,"9":2,"b":3,"a":4}') },
  { id: 'proto-key', title: 'a key named __proto__', body: noted('{"__proto__":{"admin":true},"constructor":1}') },
  { id: 'spaces', title: 'spaces after colons and commas', body: rewritten((text) => pythonJson(JSON.parse(text))) },
  { id: 'indented', title: 'indented JSON', body: rewritten((text) => pretty(JSON.parse(text))) },
  {
    id: 'carriage-returns',
    title: 'line ends of CR LF',
    body: rewritten((text) => pretty(JSON.parse(text)).replaceAll('\n', '\r\n')),
  },
  { id: 'trailing-newline', title: 'a trailing newline', body: rewritten((text) => `${text}\n`) },
  { id: 'leading-space', title: 'leading white space', body: rewritten((text) => ` \n\t${text}`) },
  { id: 'emoji', title: 'emoji and other characters outside the basic plane', body: noted('"🎬 👩‍👩‍👧‍👦 𝒱ideo"') },
  {
    id: 'combining',
    title: 'composed and decomposed accents side by side',
    body: noted('"\u00e9 e\u0301 \u212b \u00c5"'),
  },
  { id: 'line-separators', title: 'U+2028, U+2029 and DEL unescaped', body: noted('"\u2028\u2029\u007f"') },
  {
    id: 'lone-surrogates',
    title: 'lone surrogate escapes',
    body: noted('"\\ud83c and \\udfac"'),
    reference: 'RFC 8259, section 8.2',
  },
  { id: 'escaped-nul', title: 'an escaped NUL', body: noted('"a\\u0000b"'), reference: 'RFC 8259, section 7' },
  { id: 'html', title: 'characters that HTML escapers change', body: noted('"<b>&amp;\'</b>"') },
  { id: 'form-like', title: 'plus, percent and ampersand, as in a form', body: noted('"a=1&b=%20+%2B"') },
];

const spellings: OwnDefinition[] = SPELLINGS.map((spelling) => ({
  id: `bytes.${spelling.id}`,
  title: `a correctly signed body is accepted: ${spelling.title}`,
  why: WHY,
  reference: spelling.reference ?? GUIDE.signatures,
  fix: RAW,
  steps: (deliveries) => [good(deliveries, spelling.title, spelling.body(deliveries))],
}));

const SERIALIZERS = {
  'JSON.stringify': JSON.stringify,
  'json.dumps': pythonJson,
  json_encode: phpJson,
  'sorted keys': sortedKeys,
  indented: pretty,
};

/** The pairs of original and re-serialized bytes that differ. */
function* reserializations(
  deliveries: DeliveryFactory,
): Generator<{ label: string; original: Buffer; reserialized: Buffer }> {
  for (const spelling of SPELLINGS) {
    const original = spelling.body(deliveries);
    const value: unknown = JSON.parse(original.toString('utf8'));
    for (const [name, serialize] of Object.entries(SERIALIZERS)) {
      const reserialized = Buffer.from(serialize(value));
      if (!reserialized.equals(original)) yield { label: `${spelling.id}, ${name}`, original, reserialized };
    }
  }
}

const sized = (deliveries: DeliveryFactory, bytes: number) => {
  const empty = deliveries.bodyWith('""');
  return Buffer.from(
    empty.toString('utf8').replace(/"note":""\}\}$/, `"note":"${'x'.repeat(bytes - empty.length)}"}}`),
  );
};

/** Correctly signed bytes that must be taken as they are, and their re-serialized copies, which must not. */
export const bytesCases: readonly CaseDefinition[] = casesOf(
  { family: 'bytes', level: 'verifies', reference: GUIDE.signatures },
  [
    ...spellings,
    {
      id: 'bytes.reserialized-signature',
      title: 'a signature made over the re-serialized body is refused',
      why: 'A receiver that accepts it verifies something other than what it received: two different bodies then share a signature.',
      fix: RAW,
      steps: (deliveries) =>
        [...reserializations(deliveries)].map(({ label, original, reserialized }) =>
          forged(label, claiming(original, [signature(deliveries.sign(reserialized))])),
        ),
    },
    {
      id: 'bytes.reserialized-body',
      title: 'a re-serialized body under the original signature is refused',
      why: 'Bytes changed on the way, by whomever, are not the bytes that were signed.',
      fix: RAW,
      steps: (deliveries) =>
        [...reserializations(deliveries)].map(({ label, original, reserialized }) =>
          forged(label, claiming(reserialized, [signature(deliveries.sign(original))])),
        ),
    },
    {
      id: 'bytes.split-character',
      title: 'a body cut inside characters is put together as bytes',
      why: 'A receiver that decodes each chunk as text by itself replaces the halves of a character, and the signature no longer fits.',
      reference: 'RFC 9112, section 7.1',
      fix: 'Collect the chunks as bytes and join them (Buffer.concat) before anything decodes them: no setEncoding, no `body += chunk`.',
      steps: (deliveries) => {
        const step = (framing: 'length' | 'chunked', pauseMs: number): Step => {
          const body = deliveries.bodyWith('"🎬 Моё видео 🎬"');
          const first = body.indexOf(Buffer.from('🎬'));
          const cuts = [first + 1, first + 2, first + 6, body.lastIndexOf(Buffer.from('🎬')) + 3];
          return {
            label: `${framing === 'length' ? 'with a length' : 'chunked'}`,
            request: genuine(deliveries, body, { framing, cuts, pauseMs }),
            accept: accepted,
          };
        };
        return [step('chunked', 10), step('length', 10)];
      },
    },
    {
      id: 'bytes.byte-order-mark',
      title: 'a correctly signed body with a byte order mark breaks nothing',
      why: 'Text decoders drop the mark: the HMAC must be over the bytes with it, and the JSON parser must not break on it.',
      reference: 'RFC 8259, section 8.1',
      fix: 'Verify the bytes as received; skip a leading mark for parsing, or answer 4xx.',
      level: 'safe',
      steps: (deliveries) => {
        const body = Buffer.concat([Buffer.from('\ufeff'), deliveries.body()]);
        return [
          { label: 'a byte order mark, signed', request: genuine(deliveries, body), accept: noCrash },
          alive(deliveries),
        ];
      },
    },
    {
      id: 'bytes.over-100-kb',
      title: 'a correctly signed body of 120 KB is accepted',
      why: 'The guide states no limit; body parsers often have one of 100 KB, and after six refusals the subscription is off.',
      reference: GUIDE.payloads,
      fix: 'Raise the body limit of the webhook route to 1 MiB.',
      steps: (deliveries) => [good(deliveries, '120 000 bytes', sized(deliveries, 120_000))],
    },
    {
      id: 'bytes.one-megabyte',
      title: 'a correctly signed body of 1 MB is accepted',
      why: 'The guide states no limit; a refused delivery is sent five times more and then switches the subscription off.',
      reference: GUIDE.payloads,
      fix: 'Raise the body limit of the webhook route to 1 MiB, and of every proxy before it.',
      level: 'reliable',
      steps: (deliveries) => [good(deliveries, '1 000 000 bytes', sized(deliveries, 1_000_000))],
    },
  ],
);
