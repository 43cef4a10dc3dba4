import { gzipSync } from 'node:zlib';
import { accepted, anything, noCrash } from '../verdicts.js';
import { type CaseDefinition, casesOf, claiming, genuine, good, type Step, signature } from './define.js';
import { FORGERIES } from './forgeries.js';

const FIRST =
  'Verify before anything else happens: no handler, queue, log of the payload or database write may come before the comparison.';
const WHY = 'The status is only what the sender is told. A handler that ran has run.';

/** What the receiver did, whatever it answered. */
export const effectsCases: readonly CaseDefinition[] = casesOf(
  { family: 'effects', level: 'safe', needs: ['effects'] },
  [
    {
      id: 'effects.genuine-once',
      title: 'a genuine delivery is handled exactly once',
      why: WHY,
      fix: 'Check the effects probe and the `event` option first: the kit must ask for an event your receiver handles. Then run the handler once a delivery.',
      steps: (forge) => [good(forge, 'a genuine delivery', forge.body(), { handled: 'once' })],
    },
    {
      id: 'effects.unsigned-never',
      title: 'an unsigned request is not handled',
      why: WHY,
      fix: FIRST,
      steps: (forge) => [
        { label: 'no signature header', request: claiming(forge.body(), []), accept: anything, handled: 'never' },
        { label: 'a blank one', request: claiming(forge.body(), [signature('')]), accept: anything, handled: 'never' },
      ],
    },
    {
      id: 'effects.forgery-never',
      title: 'no forgery of the signature family is handled',
      why: WHY,
      fix: FIRST,
      steps: (forge) =>
        FORGERIES.flatMap((forgery) =>
          forgery.variants(forge).map(
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
      steps: (forge) =>
        // What arrives is a whole, signed event: only the missing rest says that it is not a delivery.
        (['length', 'chunked'] as const).map((framing): Step => {
          const body = forge.body();
          const message = genuine(forge, body, { framing, stopAfter: body.length, declaredLength: body.length + 10 });
          return { label: `broken off, ${framing}`, request: message, accept: anything, handled: 'never' };
        }),
    },
    {
      id: 'effects.other-methods-never',
      title: 'a signed request of another method is not handled',
      why: WHY,
      fix: 'Route POST only.',
      steps: (forge) =>
        ['PUT', 'PATCH', 'DELETE'].map(
          (method): Step => ({
            label: method,
            request: genuine(forge, forge.body(), { method }),
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
      steps: (forge) => {
        const body = forge.body();
        const message = claiming(gzipSync(body), [signature(forge.sign(body)), ['Content-Encoding', 'gzip']]);
        return [{ label: 'gzip', request: message, accept: anything, handled: 'never' }];
      },
    },
    {
      id: 'effects.odd-at-most-once',
      title: 'a signed body that is no event is handled at most once',
      why: WHY,
      fix: 'Hand what you cannot read to one place, once.',
      steps: (forge) => [
        {
          label: 'not JSON',
          request: genuine(forge, Buffer.from(`{"id":"${forge.id()}"`)),
          accept: noCrash,
          handled: 'at most once',
        },
        {
          label: 'an unknown event',
          request: genuine(forge, forge.body(forge.event('video.archived'))),
          accept: accepted,
          handled: 'at most once',
        },
      ],
    },
  ],
);
