import { gzipSync } from 'node:zlib';
import { accepted, anything, noCrash } from '../verdicts.js';
import { type CaseDefinition, claiming, GUIDE, genuine, good, type Step, signature } from './define.js';
import { FORGERIES } from './forgeries.js';

const FIRST =
  'Verify before anything else happens: no handler, queue, log of the payload or database write may come before the comparison.';
const WHY = 'The status is only what the sender is told. A handler that ran has run.';

function effects(
  id: string,
  title: string,
  fix: string,
  steps: CaseDefinition['steps'],
  more: Partial<CaseDefinition> = {},
): CaseDefinition {
  return {
    id: `effects.${id}`,
    family: 'effects',
    title,
    why: WHY,
    reference: GUIDE.signatures,
    fix,
    level: 'safe',
    needs: ['effects'],
    steps,
    ...more,
  };
}

/** What the receiver did, whatever it answered. */
export const effectsCases: readonly CaseDefinition[] = [
  effects(
    'genuine-once',
    'a genuine delivery is handled exactly once',
    'Check the effects probe and the `event` option first: the kit must ask for an event your receiver handles. Then run the handler once a delivery.',
    (forge) => [good(forge, 'a genuine delivery', forge.body(), { handled: 'once' })],
  ),
  effects('unsigned-never', 'an unsigned request is not handled', FIRST, (forge) => [
    { label: 'no signature header', request: claiming(forge.body(), []), accept: anything, handled: 'never' },
    { label: 'a blank one', request: claiming(forge.body(), [signature('')]), accept: anything, handled: 'never' },
  ]),
  effects('forgery-never', 'no forgery of the signature family is handled', FIRST, (forge) =>
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
  ),
  effects(
    'broken-off-never',
    'a delivery broken off half-way is not handled',
    'Discard a body that ended early; begin only when it is whole and verified.',
    (forge) =>
      // What arrives is a whole, signed event: only the missing rest says that it is not a delivery.
      (['length', 'chunked'] as const).map((framing): Step => {
        const body = forge.body();
        const message = genuine(forge, body, { framing, stopAfter: body.length, declaredLength: body.length + 10 });
        return { label: `broken off, ${framing}`, request: message, accept: anything, handled: 'never' };
      }),
  ),
  effects(
    'other-methods-never',
    'a signed request of another method is not handled',
    'Route POST only.',
    (forge) =>
      ['PUT', 'PATCH', 'DELETE'].map(
        (method): Step => ({
          label: method,
          request: genuine(forge, forge.body(), { method }),
          accept: anything,
          handled: 'never',
        }),
      ),
    { reference: 'RFC 9110, section 9.3' },
  ),
  effects(
    'inflated-never',
    'a body signed before compression is not handled',
    'Refuse a Content-Encoding with 415 before reading the body.',
    (forge) => {
      const body = forge.body();
      const message = claiming(gzipSync(body), [signature(forge.sign(body)), ['Content-Encoding', 'gzip']]);
      return [{ label: 'gzip', request: message, accept: anything, handled: 'never' }];
    },
  ),
  effects(
    'odd-at-most-once',
    'a signed body that is no event is handled at most once',
    'Hand what you cannot read to one place, once.',
    (forge) => [
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
  ),
];
