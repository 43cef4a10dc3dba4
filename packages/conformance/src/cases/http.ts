import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { accepted, noCrash, notADelivery, refusedOrClosed } from '../answer-rules.js';
import type { DeliveryFactory } from '../delivery-factory.js';
import { type Header, request } from '../http/message.js';
import {
  alive,
  type CaseDefinition,
  casesOf,
  forged,
  GUIDE,
  genuine,
  type OwnDefinition,
  type Step,
  signature,
} from './define.js';

const POST_ONLY = 'Route POST only, and answer 405 with `Allow: POST` to the rest.';

const encoded = (deliveries: DeliveryFactory, body: Uint8Array, signed: Uint8Array, encoding: string) =>
  request(body, { headers: [...deliveries.headers(signed), ['Content-Encoding', encoding]] });

function otherMethod(method: string): OwnDefinition {
  return {
    id: `http.method-${method.toLowerCase()}`,
    title: `${method} is not taken for a delivery`,
    why: 'Deliveries are POSTs. What reacts to other methods can be reached by links, prefetchers and caches.',
    reference: 'RFC 9110, section 15.5.6',
    fix: POST_ONLY,
    level: 'safe',
    steps: (deliveries) => [
      {
        label: `a signed ${method}`,
        request: genuine(deliveries, deliveries.body(), { method }),
        accept: notADelivery,
      },
      alive(deliveries),
    ],
  };
}

/** GET and HEAD may be a page of the same address: then they answer without a signature just the same. */
function readMethod(method: 'GET' | 'HEAD'): OwnDefinition {
  return {
    ...otherMethod(method),
    steps: undefined,
    script: async (context) => {
      const signed = await context.send(genuine(context.deliveries, context.deliveries.body(), { method }));
      if (signed.status !== null && signed.status >= 200 && signed.status < 400) {
        const bare = await context.send(request(Buffer.alloc(0), { method }));
        if (bare.status !== signed.status)
          return `a signed ${method} was answered ${signed.status}, a bare one ${bare.status ?? 'not at all'}: it is taken for a delivery`;
      } else if (!notADelivery.test(signed))
        return `a signed ${method} was answered ${signed.status ?? 'not at all'}; acceptable is ${notADelivery.says}`;
      return context.run([alive(context.deliveries)]);
    },
  };
}

/** Methods, encodings, types and headers. */
export const httpCases: readonly CaseDefinition[] = casesOf({ family: 'http', level: 'reliable' }, [
  readMethod('GET'),
  readMethod('HEAD'),
  ...['PUT', 'PATCH', 'DELETE'].map(otherMethod),
  {
    id: 'http.method-options',
    title: 'OPTIONS breaks nothing',
    why: 'Scanners and browsers send it.',
    reference: 'RFC 9110, section 9.3.7',
    fix: POST_ONLY,
    level: 'safe',
    steps: (deliveries) => [
      {
        label: 'OPTIONS',
        request: request(Buffer.alloc(0), { method: 'OPTIONS' }),
        accept: { ...noCrash, test: (answer) => noCrash.test(answer) || answer.status === 501 },
      },
      alive(deliveries),
    ],
  },
  {
    id: 'http.identity-encoding',
    title: 'Content-Encoding: identity is accepted',
    why: 'It says that nothing was encoded.',
    reference: 'RFC 9110, section 8.4',
    fix: 'Treat identity as no encoding.',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [{ label: 'identity', request: encoded(deliveries, body, body, 'identity'), accept: accepted }];
    },
  },
  {
    id: 'http.inflated-signature',
    title: 'a signature over the inflated body is refused',
    why: 'The signature is over the bytes as received. A receiver that inflates first verifies other bytes, and inflates for strangers.',
    reference: GUIDE.signatures,
    fix: 'Refuse a Content-Encoding with 415 before reading the body; in Express, express.raw({ inflate: false }).',
    level: 'verifies',
    steps: (deliveries) =>
      (
        [
          ['gzip', gzipSync],
          ['deflate', deflateSync],
          ['br', brotliCompressSync],
        ] as const
      ).map(([encoding, compress]) => {
        const body = deliveries.body();
        return forged(encoding, encoded(deliveries, compress(body), body, encoding));
      }),
  },
  {
    id: 'http.signed-gzip',
    title: 'a signature over compressed bytes breaks nothing',
    why: 'VideoCloud sends no content encoding; a proxy might.',
    reference: GUIDE.signatures,
    fix: 'Refuse a Content-Encoding with 415.',
    level: 'safe',
    steps: (deliveries) => {
      const body = gzipSync(deliveries.body());
      const junk = deliveries.body();
      return [
        { label: 'gzip, signed as sent', request: encoded(deliveries, body, body, 'gzip'), accept: noCrash },
        { label: 'not gzip at all, signed', request: encoded(deliveries, junk, junk, 'gzip'), accept: noCrash },
        { label: 'an unknown encoding', request: encoded(deliveries, junk, junk, 'x-unknown'), accept: noCrash },
        alive(deliveries),
      ];
    },
  },
  {
    id: 'http.compressed-bomb',
    title: 'a compressed bomb is refused in time',
    why: 'Twenty kilobytes inflate to twenty megabytes before anything is verified.',
    reference: GUIDE.security,
    fix: 'Refuse a Content-Encoding with 415 before reading the body, or limit the inflated size.',
    level: 'safe',
    steps: (deliveries) => [
      {
        label: '20 MB of zeros in gzip, unsigned',
        request: encoded(deliveries, gzipSync(Buffer.alloc(20_000_000)), Buffer.alloc(0), 'gzip'),
        accept: refusedOrClosed,
      },
      alive(deliveries),
    ],
  },
  {
    id: 'http.content-type-parameters',
    title: 'a charset parameter in Content-Type is accepted',
    why: 'Proxies and client libraries add it.',
    reference: 'RFC 9110, section 8.3.1',
    fix: 'Match the media type, not the whole header.',
    steps: (deliveries) =>
      ['application/json; charset=utf-8', 'application/json;charset=UTF-8', 'Application/JSON'].map((type) => {
        const body = deliveries.body();
        return {
          label: type,
          request: request(body, { headers: [['Content-Type', type], signature(deliveries.sign(body))] }),
          accept: accepted,
        };
      }),
  },
  {
    id: 'http.content-type-others',
    title: 'another or no Content-Type breaks nothing',
    why: 'A body parser that skips the request leaves an undefined body behind.',
    reference: 'RFC 9110, section 8.3',
    fix: 'Read the raw body whatever its type, or answer 415.',
    level: 'safe',
    steps: (deliveries) => {
      const types: (string | undefined)[] = [
        undefined,
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        ';;;',
      ];
      return [
        ...types.map((type): Step => {
          const body = deliveries.body();
          const headers: Header[] = type === undefined ? [] : [['Content-Type', type]];
          return {
            label: type ?? 'none',
            request: request(body, { headers: [...headers, signature(deliveries.sign(body))] }),
            accept: noCrash,
          };
        }),
        alive(deliveries),
      ];
    },
  },
  {
    id: 'http.extra-headers',
    title: 'headers a proxy adds are accepted',
    why: 'X-Forwarded-For, tracing headers and cookies come with every proxy.',
    reference: 'RFC 9110, section 5.1',
    fix: 'Ignore headers you do not know.',
    steps: (deliveries) => {
      const body = deliveries.body();
      const added = Array.from({ length: 40 }, (_, n): Header => [`X-Added-${n}`, 'x'.repeat(40)]);
      return [
        {
          label: '40 more headers',
          request: request(body, { headers: [...added, ...deliveries.headers(body)] }),
          accept: accepted,
        },
      ];
    },
  },
  {
    id: 'http.query',
    title: 'a query added to the URL changes nothing',
    why: 'The signature covers the body only.',
    reference: GUIDE.signatures,
    fix: 'Match the route by its path.',
    steps: (deliveries) => [
      {
        label: '?region=eu&a=%20',
        request: genuine(deliveries, deliveries.body(), { query: 'region=eu&a=%20' }),
        accept: accepted,
      },
    ],
  },
]);
