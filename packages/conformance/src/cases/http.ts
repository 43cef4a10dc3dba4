import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Forge } from '../forge.js';
import { SIGNATURE } from '../forge.js';
import { type Header, request } from '../http/message.js';
import { accepted, anything, noCrash, notADelivery, refused, refusedOrClosed } from '../verdicts.js';
import { alive, type CaseDefinition, claiming, forged, GUIDE, genuine, good, type Step, signature } from './define.js';

const POST_ONLY = 'Route POST only, and answer 405 with `Allow: POST` to the rest.';
const STREAMS =
  'Read the body to its end whatever its framing, with the HTTP server’s own reader rather than by Content-Length alone.';

function http(
  id: string,
  title: string,
  why: string,
  reference: string,
  fix: string,
  more: Partial<CaseDefinition>,
): CaseDefinition {
  return { id: `http.${id}`, family: 'http', title, why, reference, fix, level: 'reliable', needs: [], ...more };
}

const evenly = (length: number, parts: number) =>
  Array.from({ length: parts - 1 }, (_, index) => Math.floor(((index + 1) * length) / parts));
const encoded = (forge: Forge, body: Uint8Array, signed: Uint8Array, encoding: string) =>
  request(body, { headers: [...forge.headers(signed), ['Content-Encoding', encoding]] });

function otherMethod(method: string): CaseDefinition {
  return http(
    `method-${method.toLowerCase()}`,
    `${method} is not taken for a delivery`,
    'Deliveries are POSTs. What reacts to other methods can be reached by links, prefetchers and caches.',
    'RFC 9110, section 15.5.6',
    POST_ONLY,
    {
      level: 'safe',
      steps: (forge) => [
        { label: `a signed ${method}`, request: genuine(forge, forge.body(), { method }), accept: notADelivery },
        alive(forge),
      ],
    },
  );
}

/** GET and HEAD may be a page of the same address: then they answer without a signature just the same. */
function readMethod(method: 'GET' | 'HEAD'): CaseDefinition {
  return {
    ...otherMethod(method),
    steps: undefined,
    script: async (rig) => {
      const signed = await rig.send(genuine(rig.forge, rig.forge.body(), { method }));
      if (signed.status !== null && signed.status >= 200 && signed.status < 400) {
        const bare = await rig.send(request(Buffer.alloc(0), { method }));
        if (bare.status !== signed.status)
          return `a signed ${method} was answered ${signed.status}, a bare one ${bare.status ?? 'not at all'}: it is taken for a delivery`;
      } else if (!notADelivery.test(signed))
        return `a signed ${method} was answered ${signed.status ?? 'not at all'}; acceptable is ${notADelivery.says}`;
      return rig.run([alive(rig.forge)]);
    },
  };
}

/** How a request is carried, apart from what it says. */
export const httpCases: readonly CaseDefinition[] = [
  readMethod('GET'),
  readMethod('HEAD'),
  ...['PUT', 'PATCH', 'DELETE'].map(otherMethod),
  http(
    'method-options',
    'OPTIONS breaks nothing',
    'Scanners and browsers send it.',
    'RFC 9110, section 9.3.7',
    POST_ONLY,
    {
      level: 'safe',
      steps: (forge) => [
        {
          label: 'OPTIONS',
          request: request(Buffer.alloc(0), { method: 'OPTIONS' }),
          accept: { ...noCrash, test: (answer) => noCrash.test(answer) || answer.status === 501 },
        },
        alive(forge),
      ],
    },
  ),
  http(
    'identity-encoding',
    'Content-Encoding: identity is accepted',
    'It says that nothing was encoded.',
    'RFC 9110, section 8.4',
    'Treat identity as no encoding.',
    {
      steps: (forge) => {
        const body = forge.body();
        return [{ label: 'identity', request: encoded(forge, body, body, 'identity'), accept: accepted }];
      },
    },
  ),
  http(
    'inflated-signature',
    'a signature over the inflated body is refused',
    'The signature is over the bytes as received. A receiver that inflates first verifies other bytes, and inflates for strangers.',
    GUIDE.signatures,
    'Refuse a Content-Encoding with 415 before reading the body; in Express, express.raw({ inflate: false }).',
    {
      level: 'verifies',
      steps: (forge) =>
        (
          [
            ['gzip', gzipSync],
            ['deflate', deflateSync],
            ['br', brotliCompressSync],
          ] as const
        ).map(([encoding, compress]) => {
          const body = forge.body();
          return forged(encoding, encoded(forge, compress(body), body, encoding));
        }),
    },
  ),
  http(
    'signed-gzip',
    'a signature over compressed bytes breaks nothing',
    'VideoCloud sends no content encoding; a proxy might.',
    GUIDE.signatures,
    'Refuse a Content-Encoding with 415.',
    {
      level: 'safe',
      steps: (forge) => {
        const body = gzipSync(forge.body());
        const junk = forge.body();
        return [
          { label: 'gzip, signed as sent', request: encoded(forge, body, body, 'gzip'), accept: noCrash },
          { label: 'not gzip at all, signed', request: encoded(forge, junk, junk, 'gzip'), accept: noCrash },
          { label: 'an unknown encoding', request: encoded(forge, junk, junk, 'x-unknown'), accept: noCrash },
          alive(forge),
        ];
      },
    },
  ),
  http(
    'compressed-bomb',
    'a compressed bomb is refused in time',
    'Twenty kilobytes inflate to twenty megabytes before anything is verified.',
    GUIDE.security,
    'Refuse a Content-Encoding with 415 before reading the body, or limit the inflated size.',
    {
      level: 'safe',
      steps: (forge) => [
        {
          label: '20 MB of zeros in gzip, unsigned',
          request: encoded(forge, gzipSync(Buffer.alloc(20_000_000)), Buffer.alloc(0), 'gzip'),
          accept: refusedOrClosed,
        },
        alive(forge),
      ],
    },
  ),
  http(
    'content-type-parameters',
    'a charset parameter in Content-Type is accepted',
    'Proxies and client libraries add it.',
    'RFC 9110, section 8.3.1',
    'Match the media type, not the whole header.',
    {
      steps: (forge) =>
        ['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'].map((type) => {
          const body = forge.body();
          return {
            label: type,
            request: request(body, { headers: [['Content-Type', type], signature(forge.sign(body))] }),
            accept: accepted,
          };
        }),
    },
  ),
  http(
    'content-type-others',
    'another or no Content-Type breaks nothing',
    'A body parser that skips the request leaves an undefined body behind.',
    'RFC 9110, section 8.3',
    'Read the raw body whatever its type, or answer 415.',
    {
      level: 'safe',
      steps: (forge) => {
        const types: (string | undefined)[] = [
          undefined,
          'text/plain',
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          ';;;',
        ];
        return [
          ...types.map((type): Step => {
            const body = forge.body();
            const headers: Header[] = type === undefined ? [] : [['Content-Type', type]];
            return {
              label: type ?? 'none',
              request: request(body, { headers: [...headers, signature(forge.sign(body))] }),
              accept: noCrash,
            };
          }),
          alive(forge),
        ];
      },
    },
  ),
  http(
    'extra-headers',
    'headers a proxy adds are accepted',
    'X-Forwarded-For, tracing headers and cookies come with every proxy.',
    'RFC 9110, section 5.1',
    'Ignore headers you do not know.',
    {
      steps: (forge) => {
        const body = forge.body();
        const added = Array.from({ length: 40 }, (_, n): Header => [`X-Added-${n}`, 'x'.repeat(40)]);
        return [
          {
            label: '40 more headers',
            request: request(body, { headers: [...added, ...forge.headers(body)] }),
            accept: accepted,
          },
        ];
      },
    },
  ),
  http(
    'query',
    'a query added to the URL changes nothing',
    'The signature covers the body only.',
    GUIDE.signatures,
    'Match the route by its path.',
    {
      steps: (forge) => [
        {
          label: '?region=eu&a=%20',
          request: genuine(forge, forge.body(), { query: 'region=eu&a=%20' }),
          accept: accepted,
        },
      ],
    },
  ),
  http(
    'chunked',
    'a chunked body is accepted',
    'A sender or a proxy that streams does not know the length.',
    'RFC 9112, section 7.1',
    STREAMS,
    {
      steps: (forge) => {
        const [one, many] = [forge.body(), forge.body()];
        return [
          { label: 'one chunk', request: genuine(forge, one, { framing: 'chunked' }), accept: accepted },
          {
            label: '20 chunks',
            request: genuine(forge, many, { framing: 'chunked', cuts: evenly(many.length, 20) }),
            accept: accepted,
          },
        ];
      },
    },
  ),
  http(
    'byte-by-byte',
    'a body sent byte by byte is accepted',
    'Networks cut where they like.',
    'RFC 9112, section 6',
    STREAMS,
    {
      steps: (forge) => {
        const body = forge.body();
        return [
          {
            label: 'one byte a chunk',
            request: genuine(forge, body, { framing: 'chunked', cuts: evenly(body.length, body.length) }),
            accept: accepted,
          },
        ];
      },
    },
  ),
  http(
    'forged-chunked',
    'a forged chunked body is refused',
    'A receiver that reads by Content-Length sees an empty body, and may verify that.',
    GUIDE.signatures,
    STREAMS,
    {
      level: 'verifies',
      steps: (forge) => [
        forged(
          'the signature of no bytes',
          claiming(forge.body(), [signature(forge.sign(Buffer.alloc(0)))], { framing: 'chunked' }),
        ),
        forged('another secret', claiming(forge.body(), [signature(forge.sign(forge.body()))], { framing: 'chunked' })),
      ],
    },
  ),
  http(
    'slow-body',
    'a body that takes its time is accepted',
    'A busy network is not an attack.',
    GUIDE.retries,
    'Give a body at least several seconds to arrive.',
    {
      steps: (forge, pace) => {
        const body = forge.body();
        return [
          {
            label: 'in 10 pieces',
            request: genuine(forge, body, { cuts: evenly(body.length, 10), pauseMs: pace.slowBody / 10 }),
            accept: accepted,
          },
        ];
      },
    },
  ),
  http(
    'aborted-body',
    'a body broken off half-way breaks nothing',
    'Senders die and networks fail; what arrived is not a delivery.',
    GUIDE.retries,
    'Discard a body that ended early; never verify or process what arrived of it.',
    {
      level: 'safe',
      steps: (forge) => {
        const [long, chunked] = [forge.body(), forge.body()];
        return [
          {
            label: 'with a length, broken off',
            request: genuine(forge, long, { stopAfter: long.length >> 1 }),
            accept: anything,
          },
          {
            label: 'chunked, broken off',
            request: genuine(forge, chunked, { stopAfter: chunked.length >> 1, framing: 'chunked' }),
            accept: anything,
          },
          { label: 'before the first byte', request: genuine(forge, forge.body(), { stopAfter: 0 }), accept: anything },
          alive(forge),
        ];
      },
    },
  ),
  http(
    'oversized-body',
    'an unsigned body of 8 MB is refused or cut off',
    'Whoever buffers everything for everybody is brought down by a few requests.',
    GUIDE.security,
    'Limit the body (1 MiB is ample) and answer 413.',
    {
      level: 'safe',
      steps: (forge) => [
        { label: '8 MB, no signature', request: claiming(Buffer.alloc(8_000_000, 0x20), []), accept: refusedOrClosed },
        {
          label: '8 MB, a wrong signature',
          request: claiming(Buffer.alloc(8_000_000, 0x20), [signature('f'.repeat(64))]),
          accept: refusedOrClosed,
        },
        alive(forge),
      ],
    },
  ),
  http(
    'header-injection',
    'unusual bytes in other headers break nothing',
    'Logs and parsers of a stranger’s header fail in ways of their own.',
    GUIDE.security,
    'Do not parse headers you do not need.',
    {
      level: 'safe',
      steps: (forge) => {
        const body = forge.body();
        const headers: Header[] = [
          ['User-Agent', '$\u007bjndi:ldap://x}%s%n<script>\'"\u00e9'],
          ['Cookie', '=;;=\u00ff'],
          ['X-Forwarded-For', 'not an address, ::::'],
        ];
        return [
          {
            label: 'unusual headers',
            request: request(body, { headers: [...headers, ...forge.headers(body)] }),
            accept: noCrash,
          },
          alive(forge),
        ];
      },
    },
  ),
  http(
    'underscored-header',
    'a header spelt with underscores is not taken for the signature',
    'Frameworks that turn headers into variables confuse dashes and underscores.',
    'RFC 3875, section 4.1.18',
    `Read ${SIGNATURE} by that name only.`,
    {
      level: 'safe',
      steps: (forge) => {
        const body = forge.body();
        return [
          forged('X_VideoCloud_Signature', claiming(body, [['X_VideoCloud_Signature', forge.sign(body)]]), {
            accept: refused,
          }),
          good(forge),
        ];
      },
    },
  ),
];
