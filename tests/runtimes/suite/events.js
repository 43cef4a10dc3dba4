import {
  constructEvent,
  DELIVERED_EVENT_TYPES,
  EVENT_TYPES,
  eventSchema,
  isEngagementEvent,
  isEvent,
  isKnownEvent,
  isSystemEvent,
  isUserEvent,
  isVideoEvent,
  isWebhookError,
  parseEvent,
  SIGNATURE_HEADER,
  validateEvent,
  WebhookError,
} from '@videocloud/webhooks';
import { fixture, signedBody, signedRequest } from '@videocloud/webhooks/testing';
import { hmac, tried } from './lines.js';

const AT = '2024-03-31T12:00:00Z';
const envelope = (event, data = {}, timestamp = AT) => ({ event, timestamp, data });

const VALUES = {
  nothing: undefined,
  null: null,
  'a number': 1,
  'a text': 'video.deleted',
  'an array': [],
  'an empty object': {},
  'a null-prototype event': Object.assign(Object.create(null), envelope('video.deleted', { videoId: 'v' })),
  'an unknown name': envelope('video.renamed'),
  __proto__: envelope('__proto__'),
  constructor: envelope('constructor'),
  'a blank name': envelope(''),
  'a name that is no text': envelope(7),
  'data that is null': envelope('video.deleted', null),
  'data that is an array': envelope('video.deleted', []),
  'an odd payload': envelope('video.uploaded', { videoId: 7 }),
  'many faults': envelope('video.processed', { formats: [{ quality: 1 }, null, 'x'], processingTime: '5' }),
  'extra members': { ...envelope('video.deleted', { videoId: 'v', more: [1] }), extra: true },
};

const TIMESTAMPS = [
  AT,
  '2024-02-29T23:59:59.999999999+05:30',
  '2023-02-29T12:00:00Z',
  '2024-03-31T12:00:00',
  '2024-03-31',
  '2024-03-31t12:00:00z',
  '2016-12-31T23:59:60Z',
  '2016-12-31T23:58:60Z',
  '2017-01-01T05:29:60+05:30',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '+002024-03-31T12:00:00Z',
  '2024-03-31T24:00:00Z',
  '2024-03-31 12:00:00Z',
  '2024-03-31T12:00:00.Z',
  '2024-03-31T12:00:00,5Z',
  '2024-03-31T12:00:00+24:00',
  '2024-03-31T12:00:00-00:00',
  '２０２４-03-31T12:00:00Z',
  `2024-03-31T12:00:00.${'0'.repeat(60)}Z`,
  'now',
  '',
];

const TEXTS = {
  'no text': '',
  spaces: '   ',
  'a byte order mark alone': '\ufeff',
  'two byte order marks': `\ufeff\ufeff${JSON.stringify(envelope('video.deleted'))}`,
  'a no-break space in front': `\u00a0${JSON.stringify(envelope('video.deleted'))}`,
  'a trailing comma': '{"event":"video.deleted",}',
  NaN: '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"a":NaN}}',
  'a comment': '{}//',
  'single quotes': "{'event':'x'}",
  'a control character': '{"event":"a\u0001b","timestamp":"2024-03-31T12:00:00Z","data":{}}',
  'a lone surrogate': '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"a":"\\ud800"}}',
  'raw U+2028': '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"a":"\u2028"}}',
  'a huge number': '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"a":1e999,"b":-0}}',
  'duplicate members':
    '{"event":"a","event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{},"data":{"b":1}}',
  '__proto__ inside': '{"event":"video.deleted","timestamp":"2024-03-31T12:00:00Z","data":{"__proto__":{"a":1}}}',
  'deep arrays': `{"event":"video.deleted","timestamp":"${AT}","data":{"a":${'['.repeat(900)}${']'.repeat(900)}}}`,
};

/**
 * @param {import('./index.js').Cases} cases
 * @param {import('./lines.js').Say} say
 */
export async function events({ vectors: [{ secret }] }, say) {
  say('names', [SIGNATURE_HEADER, EVENT_TYPES, DELIVERED_EVENT_TYPES]);
  const values = { ...VALUES };
  for (const type of DELIVERED_EVENT_TYPES) values[`the fixture of ${type}`] = fixture(type);
  const groups = [isVideoEvent, isUserEvent, isEngagementEvent, isSystemEvent, isKnownEvent];
  for (const [title, value] of Object.entries(values)) {
    say(`${title} validates`, await tried(() => validateEvent(value)));
    say(`${title} by schema`, await tried(() => eventSchema['~standard'].validate(value)));
    say(`${title} is`, [
      ...groups.map((is) => is(value)),
      DELIVERED_EVENT_TYPES.filter((type) => isEvent(value, type)),
    ]);
  }
  say('a misspelled name', await tried(() => isEvent(fixture('video.deleted'), 'video.delete')));
  for (const timestamp of TIMESTAMPS) {
    const body = JSON.stringify(envelope('video.deleted', {}, timestamp));
    say(`timestamp ${timestamp}`, await tried(() => parseEvent(body)));
    const options = { maxAge: 6_960_000, now: () => Date.UTC(2024, 2, 31, 13) };
    const signature = await hmac(new TextEncoder().encode(body), secret);
    say(`age of ${timestamp}`, await tried(() => constructEvent(body, signature, secret, options)));
  }
  for (const [title, text] of Object.entries(TEXTS)) say(`text of ${title}`, await tried(() => parseEvent(text)));
  for (const maxAge of [1, 6_959_999, Number.NaN, '1h', null]) {
    say(`maxAge ${maxAge}`, await tried(() => constructEvent('{}', '0'.repeat(64), secret, { maxAge })));
  }
  const made = new WebhookError('body_not_json', 'made', { status: 400, hint: 'fix', cause: 1 });
  say('an error', [
    isWebhookError(made),
    isWebhookError(new Error('x')),
    made instanceof Error,
    { ...made },
    Object.keys(made),
  ]);
  say('a fixture with overrides', fixture('video.processed', { data: { formats: [], more: { deep: 1 } } }));
  say('no fixture', await tried(() => fixture('video.uploadd')));
  const signed = await signedBody(fixture('user.registered', { data: { name: '\ud800' } }), secret);
  // A Buffer on Node, which JSON would spell otherwise.
  say('a signed body', { ...signed, body: new Uint8Array(signed.body) });
  const request = await signedRequest('https://example.com/hooks?a=1', fixture('video.deleted'), secret);
  say('a signed request', [
    request.method,
    request.url,
    [...request.headers],
    new Uint8Array(await request.arrayBuffer()),
  ]);
  say('a bad URL', (await tried(() => signedRequest('http://[hooks', '{}', secret))).threw);
}
