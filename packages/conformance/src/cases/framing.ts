import { accepted, anything, noCrash, refused, refusedBefore, refusedOrClosed } from '../answer-rules.js';
import { type Header, request } from '../http/message.js';
import { SIGNATURE } from '../protocol.js';
import {
  alive,
  type CaseDefinition,
  casesOf,
  claiming,
  forged,
  GUIDE,
  genuine,
  good,
  type Step,
  signature,
} from './define.js';

const STREAMS =
  'Read the body to its end whatever its framing, with the HTTP server’s own reader rather than by Content-Length alone.';

/** More than the buffers of both machines hold, so that all of it is taken only by an endpoint that reads on. */
const ENDLESS = 64 * 1_048_576;

const evenly = (length: number, parts: number) =>
  Array.from({ length: parts - 1 }, (_, index) => Math.floor(((index + 1) * length) / parts));

/** How a body is sent: its framing, its speed, its size. */
export const framingCases: readonly CaseDefinition[] = casesOf({ family: 'http', level: 'reliable' }, [
  {
    id: 'http.chunked',
    title: 'a chunked body is accepted',
    why: 'A sender or a proxy that streams does not know the length.',
    reference: 'RFC 9112, section 7.1',
    fix: STREAMS,
    steps: (deliveries) => {
      const [one, many] = [deliveries.body(), deliveries.body()];
      return [
        { label: 'one chunk', request: genuine(deliveries, one, { framing: 'chunked' }), accept: accepted },
        {
          label: '20 chunks',
          request: genuine(deliveries, many, { framing: 'chunked', cuts: evenly(many.length, 20) }),
          accept: accepted,
        },
      ];
    },
  },
  {
    id: 'http.byte-by-byte',
    title: 'a body sent byte by byte is accepted',
    why: 'Networks cut where they like.',
    reference: 'RFC 9112, section 6',
    fix: STREAMS,
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        {
          label: 'one byte a chunk',
          request: genuine(deliveries, body, { framing: 'chunked', cuts: evenly(body.length, body.length) }),
          accept: accepted,
        },
      ];
    },
  },
  {
    id: 'http.forged-chunked',
    title: 'a forged chunked body is refused',
    why: 'A receiver that reads by Content-Length sees an empty body, and may verify that.',
    reference: GUIDE.signatures,
    fix: STREAMS,
    level: 'verifies',
    steps: (deliveries) => [
      forged(
        'the signature of no bytes',
        claiming(deliveries.body(), [signature(deliveries.sign(Buffer.alloc(0)))], { framing: 'chunked' }),
      ),
      forged(
        'another secret',
        claiming(deliveries.body(), [signature(deliveries.sign(deliveries.body()))], { framing: 'chunked' }),
      ),
    ],
  },
  {
    id: 'http.slow-body',
    title: 'a body that takes its time is accepted',
    why: 'A busy network is not an attack.',
    reference: GUIDE.retries,
    fix: 'Give a body at least several seconds to arrive.',
    steps: (deliveries, timing) => {
      const body = deliveries.body();
      return [
        {
          label: 'in 10 pieces',
          request: genuine(deliveries, body, { cuts: evenly(body.length, 10), pauseMs: timing.slowBody / 10 }),
          accept: accepted,
        },
      ];
    },
  },
  {
    id: 'http.aborted-body',
    title: 'a body broken off half-way breaks nothing',
    why: 'Senders die and networks fail; what arrived is not a delivery.',
    reference: GUIDE.retries,
    fix: 'Discard a body that ended early; never verify or process what arrived of it.',
    level: 'safe',
    steps: (deliveries) => {
      const [long, chunked] = [deliveries.body(), deliveries.body()];
      return [
        {
          label: 'with a length, broken off',
          request: genuine(deliveries, long, { stopAfter: long.length >> 1 }),
          accept: anything,
        },
        {
          label: 'chunked, broken off',
          request: genuine(deliveries, chunked, { stopAfter: chunked.length >> 1, framing: 'chunked' }),
          accept: anything,
        },
        {
          label: 'before the first byte',
          request: genuine(deliveries, deliveries.body(), { stopAfter: 0 }),
          accept: anything,
        },
        alive(deliveries),
      ];
    },
  },
  {
    id: 'http.oversized-body',
    title: 'an unsigned body of 8 MB is refused or cut off',
    why: 'Whoever buffers everything for everybody is brought down by a few requests.',
    reference: GUIDE.security,
    fix: 'Limit the body (1 MiB is ample) and answer 413.',
    level: 'safe',
    steps: (deliveries) => [
      { label: '8 MB, no signature', request: claiming(Buffer.alloc(8_000_000, 0x20), []), accept: refusedOrClosed },
      {
        label: '8 MB, a wrong signature',
        request: claiming(Buffer.alloc(8_000_000, 0x20), [signature('f'.repeat(64))]),
        accept: refusedOrClosed,
      },
      alive(deliveries),
    ],
  },
  {
    id: 'http.endless-body',
    title: 'an unsigned body that does not end is refused before it is read',
    why: 'Whoever reads to the end before refusing lets a stranger choose how much memory and time a request takes.',
    reference: GUIDE.security,
    fix: 'Count the bytes while they arrive, and answer 413 as soon as the limit is passed. Express body parsers read on to the end: limit the body in the proxy before them, or read the stream yourself.',
    level: 'safe',
    steps: (deliveries) => {
      const endless = (framing: 'length' | 'chunked'): Step => ({
        label: `${ENDLESS >> 20} MiB, ${framing === 'length' ? 'declared' : 'chunked'}`,
        request: claiming(Buffer.alloc(ENDLESS), [signature('f'.repeat(64))], {
          framing,
          cuts: evenly(ENDLESS, ENDLESS >> 18),
        }),
        accept: refusedBefore(ENDLESS),
      });
      return [endless('length'), endless('chunked'), alive(deliveries)];
    },
  },
  {
    id: 'http.header-injection',
    title: 'unusual bytes in other headers break nothing',
    why: 'Logs and parsers of a stranger’s header fail in ways of their own.',
    reference: GUIDE.security,
    fix: 'Do not parse headers you do not need.',
    level: 'safe',
    steps: (deliveries) => {
      const body = deliveries.body();
      const headers: Header[] = [
        ['User-Agent', '$\u007bjndi:ldap://x}%s%n<script>\'"\u00e9'],
        ['Cookie', '=;;=\u00ff'],
        ['X-Forwarded-For', 'not an address, ::::'],
      ];
      return [
        {
          label: 'unusual headers',
          request: request(body, { headers: [...headers, ...deliveries.headers(body)] }),
          accept: noCrash,
        },
        alive(deliveries),
      ];
    },
  },
  {
    id: 'http.underscored-header',
    title: 'a header written with underscores is not taken for the signature',
    why: 'Frameworks that turn headers into variables confuse dashes and underscores.',
    reference: 'RFC 3875, section 4.1.18',
    fix: `Read ${SIGNATURE} by that name only.`,
    level: 'safe',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        forged('X_VideoCloud_Signature', claiming(body, [['X_VideoCloud_Signature', deliveries.sign(body)]]), {
          accept: refused,
        }),
        good(deliveries),
      ];
    },
  },
]);
