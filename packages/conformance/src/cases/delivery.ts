import type { Forge } from '../forge.js';
import { accepted, acceptedOrBusy, anything, askedToRetry } from '../verdicts.js';
import { type CaseDefinition, claiming, forged, GUIDE, genuine, good, type Step, signature } from './define.js';

const MINUTE = 60_000;
/** The last attempt is made 111 minutes after the first; one minute more for the sender's own delays. */
const LAST_RETRY = 112 * MINUTE;
const ONCE =
  'Claim a key (SHA-256 of the raw body) in a store with an atomic insert before handling, mark it done after, and answer 2xx to what is done.';

function delivery(
  id: string,
  title: string,
  why: string,
  fix: string,
  steps: CaseDefinition['steps'],
  more: Partial<CaseDefinition> = {},
): CaseDefinition {
  return {
    id: `delivery.${id}`,
    family: 'delivery',
    title,
    why,
    reference: GUIDE.retries,
    fix,
    level: 'reliable',
    needs: [],
    steps,
    ...more,
  };
}

const EFFECTS: Partial<CaseDefinition> = { needs: ['effects'] };

function aged(forge: Forge, offsetMs: number): Buffer {
  return forge.body({ ...forge.event(), timestamp: forge.timestamp(offsetMs) });
}

/** At least once and unordered: what retries, copies and delays make of one delivery. */
export const deliveryCases: readonly CaseDefinition[] = [
  delivery(
    'copy-accepted',
    'a copy of a handled delivery is acknowledged',
    'An answer lost on the way makes the sender send again; a refusal would be retried until the subscription is off.',
    'Answer 2xx to a delivery you already handled.',
    (forge) => {
      const body = forge.body();
      return [1, 2, 3].map((n) => good(forge, `the same bytes, time ${n}`, body));
    },
  ),
  delivery(
    'copy-once',
    'a delivery sent three times is handled once',
    'Delivery is at least once: without deduplication a customer is charged or mailed twice.',
    ONCE,
    (forge) => {
      const body = forge.body();
      return [
        good(forge, 'the first time', body),
        good(forge, 'the second', body),
        good(forge, 'the third', body, { handled: 'once' }),
      ];
    },
    EFFECTS,
  ),
  delivery(
    'copies-at-once',
    '50 copies at once are handled once',
    'A look-up followed by an insert lets copies through that arrive together.',
    `${ONCE} Look-up and insert must be one atomic operation; answer 409 or 503 while another copy is being handled.`,
    (forge) => {
      const body = forge.body();
      return [
        { label: '50 copies at once', request: genuine(forge, body), accept: acceptedOrBusy, copies: 50 },
        good(forge, 'one more afterwards', body, { handled: 'once' }),
      ];
    },
    EFFECTS,
  ),
  delivery(
    'copies-at-once-accepted',
    '50 copies at once break nothing',
    'A unique index that is violated is a 500 in many frameworks, and the sender retries.',
    `${ONCE} Catch the violation of the unique index.`,
    (forge) => {
      const body = forge.body();
      return [
        { label: '50 copies at once', request: genuine(forge, body), accept: acceptedOrBusy, copies: 50 },
        good(forge, 'one more afterwards', body),
      ];
    },
  ),
  delivery(
    'copy-signed-otherwise',
    'a copy whose signature is written otherwise is handled once',
    'After a rotation one body has two signatures, and hex has two cases: the signature is no deduplication key.',
    'Key the deduplication on the body, not on the signature.',
    (forge) => {
      const body = forge.body();
      const upper = claiming(body, [signature(forge.sign(body).toUpperCase())]);
      return [
        good(forge, 'lower-case digits', body),
        { label: 'upper-case digits', request: upper, accept: accepted, handled: 'once' },
      ];
    },
    EFFECTS,
  ),
  delivery(
    'retry-after-refusal',
    'a delivery refused once is accepted when it comes rightly signed',
    'A forger who guesses a body, or a wrong secret set right, must not make the true delivery a duplicate.',
    'Claim the deduplication key only after the signature is verified.',
    (forge) => {
      const body = forge.body();
      return [forged('wrongly signed', claiming(body, [signature('f'.repeat(64))])), good(forge, 'then rightly', body)];
    },
  ),
  delivery(
    'retry-after-refusal-once',
    'a delivery refused once is handled when it comes rightly signed',
    'A forger who guesses a body, or a wrong secret set right, must not make the true delivery a duplicate.',
    'Claim the deduplication key only after the signature is verified.',
    (forge) => {
      const body = forge.body();
      return [
        forged('wrongly signed', claiming(body, [signature('f'.repeat(64))])),
        good(forge, 'then rightly', body, { handled: 'once' }),
      ];
    },
    EFFECTS,
  ),
  delivery(
    'retry-after-break',
    'a delivery broken off and sent again is handled once',
    'The first attempt never arrived whole; the second is the delivery.',
    'Claim nothing before the body is whole and verified.',
    (forge) => {
      const body = forge.body();
      return [
        { label: 'broken off', request: genuine(forge, body, { stopAfter: body.length - 1 }), accept: anything },
        good(forge, 'sent again', body, { handled: 'once' }),
      ];
    },
    EFFECTS,
  ),
  delivery(
    'retry-after-lost-answer',
    'a delivery whose answer was lost is handled once',
    'The sender that hung up before the answer sends the same bytes a minute later.',
    `${ONCE} Do not stop a handler because the sender went away.`,
    (forge) => {
      const body = forge.body();
      const patient: Step = {
        label: 'hung up without reading the answer',
        request: genuine(forge, body, { stopAfter: body.length }),
        accept: anything,
      };
      return [patient, { label: 'sent again', request: genuine(forge, body), accept: acceptedOrBusy, handled: 'once' }];
    },
    EFFECTS,
  ),
  delivery(
    'retry-after-failure',
    'a delivery whose handler failed is refused, and handled when it comes again',
    'A failure that is acknowledged, or remembered as done, is an event lost.',
    'Let a failed handler become a 5xx, and release the deduplication key when it fails.',
    (forge) => {
      const body = forge.body();
      return [
        { label: 'the handler fails', request: genuine(forge, body), accept: askedToRetry, failFirst: true },
        good(forge, 'sent again', body, { handled: 'once' }),
      ];
    },
    { needs: ['effects', 'failNext'], optional: true },
  ),
  delivery(
    'old-retry',
    'an honest retry after 111 minutes is accepted',
    'The sixth attempt comes 111 minutes after the event, with the first one’s timestamp: a five-minute limit copied from another platform loses it.',
    'Set no limit on the age of the timestamp, or one above 116 minutes.',
    (forge) => [
      good(forge, 'a timestamp of 112 minutes ago', aged(forge, -LAST_RETRY)),
      good(forge, 'a timestamp of 6 minutes ago', aged(forge, -6 * MINUTE)),
    ],
  ),
  delivery(
    'old-retry-once',
    'an honest retry after 111 minutes is handled',
    'Acknowledged and thrown away is lost.',
    'Set no limit on the age of the timestamp, or one above 116 minutes.',
    (forge) => [good(forge, 'a timestamp of 112 minutes ago', aged(forge, -LAST_RETRY), { handled: 'once' })],
    EFFECTS,
  ),
  delivery(
    'clock-ahead',
    'a timestamp a minute ahead is accepted',
    'Two clocks never agree.',
    'Allow 300 seconds of skew.',
    (forge) => [good(forge, 'a minute ahead', aged(forge, MINUTE))],
  ),
  delivery(
    'out-of-order',
    'an older event after a newer one is handled',
    'Delivery is unordered: a retry of the older one comes later.',
    'Do not drop events for being older than the last one seen; compare timestamps when writing state.',
    (forge) => {
      const videoId = forge.id();
      const at = (offset: number, n: number) =>
        forge.body({ ...forge.event(undefined, { videoId, attempt: n }), timestamp: forge.timestamp(offset) });
      return [
        good(forge, 'the newer event', at(0, 2), { handled: 'once' }),
        good(forge, 'the older event of the same video', at(-30 * MINUTE, 1), { handled: 'once' }),
      ];
    },
    EFFECTS,
  ),
  delivery(
    'same-second',
    'different events of one second are each handled',
    'Events come in bursts: event name and timestamp together are no identity.',
    'Key the deduplication on the whole body.',
    (forge) => {
      const timestamp = forge.timestamp();
      return ['first', 'second', 'third'].map((label) =>
        good(forge, `the ${label} of the second`, forge.body({ ...forge.event(), timestamp }), { handled: 'once' }),
      );
    },
    EFFECTS,
  ),
  delivery(
    'same-video',
    'different events of one video are each handled',
    'A video is processed, updated and processed again: its id is no identity of the event.',
    'Key the deduplication on the whole body.',
    (forge) => {
      const videoId = forge.id();
      return [1, 2].map((n) =>
        good(
          forge,
          `event ${n} of the video`,
          forge.body({ ...forge.event(undefined, { videoId, revision: n }), timestamp: forge.timestamp(n * -1000) }),
          { handled: 'once' },
        ),
      );
    },
    EFFECTS,
  ),
];
