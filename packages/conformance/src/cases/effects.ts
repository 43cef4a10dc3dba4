import { gzipSync } from 'node:zlib';
import { accepted, anything, noCrash } from '../answer-rules.js';
import { type CaseDefinition, casesOf, claiming, genuine, good, type Step, signature } from './define.js';
import { FORGERIES } from './forgeries/index.js';

const FIRST =
  'Verify before anything else happens: no handler, queue, log of the payload or database write may come before the comparison.';
const WHY = 'The status shows only what the sender receives, not whether a handler ran.';

/** What the receiver did, whatever it answered. */
export const effectsCases: readonly CaseDefinition[] = casesOf(
  { family: 'effects', level: 'safe', needs: ['effects'] },
  [
    {
      id: 'effects.genuine-once',
      title: 'a genuine delivery is handled exactly once',
      why: WHY,
      fix: 'Check the effects probe and the `event` option first: the kit must ask for an event your receiver handles. Then run the handler once a delivery.',
      steps: (deliveries) => [good(deliveries, 'a genuine delivery', deliveries.body(), { handled: 'once' })],
    },
    {
      id: 'effects.unsigned-never',
      title: 'an unsigned request is not handled',
      why: WHY,
      fix: FIRST,
      steps: (deliveries) => [
        { label: 'no signature header', request: claiming(deliveries.body(), []), accept: anything, handled: 'never' },
        {
          label: 'a blank one',
          request: claiming(deliveries.body(), [signature('')]),
          accept: anything,
          handled: 'never',
        },
      ],
    },
    {
      id: 'effects.forgery-never',
      title: 'no forgery of the signature family is handled',
      why: WHY,
      fix: FIRST,
      steps: (deliveries) =>
        FORGERIES.flatMap((forgery) =>
          forgery.variants(deliveries).map(
            ([label, message]): Step => ({
              label: `${forgery.id}, ${label}`,
              request: message,
              accept: anything,
              handled: 'never',
            }),
          ),
        ),
    },
    {
      id: 'effects.broken-off-never',
      title: 'a delivery broken off half-way is not handled',
      why: WHY,
      fix: 'Discard a body that ended early; begin only when it is whole and verified.',
      steps: (deliveries) =>
        // What arrives is a whole, signed event: only the missing rest says that it is not a delivery.
        (['length', 'chunked'] as const).map((framing): Step => {
          const body = deliveries.body();
          const message = genuine(deliveries, body, {
            framing,
            stopAfter: body.length,
            declaredLength: body.length + 10,
          });
          return { label: `broken off, ${framing}`, request: message, accept: anything, handled: 'never' };
        }),
    },
    {
      id: 'effects.other-methods-never',
      title: 'a signed request of another method is not handled',
      why: WHY,
      fix: 'Route POST only.',
      steps: (deliveries) =>
        ['PUT', 'PATCH', 'DELETE'].map(
          (method): Step => ({
            label: method,
            request: genuine(deliveries, deliveries.body(), { method }),
            accept: anything,
            handled: 'never',
          }),
        ),
      reference: 'RFC 9110, section 9.3',
    },
    {
      id: 'effects.inflated-never',
      title: 'a body signed before compression is not handled',
      why: WHY,
      fix: 'Refuse a Content-Encoding with 415 before reading the body.',
      steps: (deliveries) => {
        const body = deliveries.body();
        const message = claiming(gzipSync(body), [signature(deliveries.sign(body)), ['Content-Encoding', 'gzip']]);
        return [{ label: 'gzip', request: message, accept: anything, handled: 'never' }];
      },
    },
    {
      id: 'effects.odd-at-most-once',
      title: 'a signed body that is no event is handled at most once',
      why: WHY,
      fix: 'Hand what you cannot read to one place, once.',
      steps: (deliveries) => [
        {
          label: 'not JSON',
          request: genuine(deliveries, Buffer.from(`{"id":"${deliveries.id()}"`)),
          accept: noCrash,
          handled: 'at most once',
        },
        {
          label: 'an unknown event',
          request: genuine(deliveries, deliveries.body(deliveries.event('video.archived'))),
          accept: accepted,
          handled: 'at most once',
        },
      ],
    },
  ],
);
