import { accepted, acceptedOrBusy, anything, askedToRetry } from '../answer-rules.js';
import type { DeliveryFactory } from '../delivery-factory.js';
import { RETRY_HORIZON_MS } from '../protocol.js';
import {
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

const MINUTE = 60_000;
/** When the last retry arrives: a minute later than scheduled, for the sender's own delays. */
const LAST_RETRY = RETRY_HORIZON_MS + MINUTE;
const ONCE =
  'Claim a key (SHA-256 of the raw body) in a store with an atomic insert before handling, mark it done after, and answer 2xx to what is done.';

function aged(deliveries: DeliveryFactory, offsetMs: number): Buffer {
  return deliveries.body({ ...deliveries.event(), timestamp: deliveries.timestamp(offsetMs) });
}

const COMMON = { family: 'delivery', level: 'reliable', reference: GUIDE.retries } as const;

/** At least once and unordered: what retries, copies and delays make of one delivery. */
export const deliveryCases: readonly CaseDefinition[] = casesOf(COMMON, [
  {
    id: 'delivery.copy-accepted',
    title: 'a copy of a handled delivery is acknowledged',
    why: 'An answer lost on the way makes the sender send again; a refusal would be retried until the subscription is off.',
    fix: 'Answer 2xx to a delivery you already handled.',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [1, 2, 3].map((n) => good(deliveries, `the same bytes, time ${n}`, body));
    },
  },
  {
    id: 'delivery.copy-once',
    title: 'a delivery sent three times is handled once',
    why: 'Delivery is at least once: without deduplication a customer is charged or mailed twice.',
    fix: ONCE,
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        good(deliveries, 'the first time', body),
        good(deliveries, 'the second', body),
        good(deliveries, 'the third', body, { handled: 'once' }),
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.copies-at-once',
    title: '50 copies at once are handled once',
    why: 'A look-up followed by an insert lets copies through that arrive together.',
    fix: `${ONCE} Look-up and insert must be one atomic operation; answer 409 or 503 while another copy is being handled.`,
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        { label: '50 copies at once', request: genuine(deliveries, body), accept: acceptedOrBusy, copies: 50 },
        good(deliveries, 'one more afterwards', body, { handled: 'once' }),
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.copies-at-once-accepted',
    title: '50 copies at once break nothing',
    why: 'A unique index that is violated is a 500 in many frameworks, and the sender retries.',
    fix: `${ONCE} Catch the violation of the unique index.`,
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        { label: '50 copies at once', request: genuine(deliveries, body), accept: acceptedOrBusy, copies: 50 },
        good(deliveries, 'one more afterwards', body),
      ];
    },
  },
  {
    id: 'delivery.copy-signed-otherwise',
    title: 'a copy whose signature is written otherwise is handled once',
    why: 'After a rotation one body has two signatures, and hex has two cases: the signature is no deduplication key.',
    fix: 'Key the deduplication on the body, not on the signature.',
    steps: (deliveries) => {
      const body = deliveries.body();
      const upper = claiming(body, [signature(deliveries.sign(body).toUpperCase())]);
      return [
        good(deliveries, 'lower-case digits', body),
        { label: 'upper-case digits', request: upper, accept: accepted, handled: 'once' },
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.retry-after-refusal',
    title: 'a delivery refused once is accepted when it comes rightly signed',
    why: 'A forger who guesses a body, or a wrong secret set right, must not make the true delivery a duplicate.',
    fix: 'Claim the deduplication key only after the signature is verified.',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        forged('wrongly signed', claiming(body, [signature('f'.repeat(64))])),
        good(deliveries, 'then rightly', body),
      ];
    },
  },
  {
    id: 'delivery.retry-after-refusal-once',
    title: 'a delivery refused once is handled when it comes rightly signed',
    why: 'A forger who guesses a body, or a wrong secret set right, must not make the true delivery a duplicate.',
    fix: 'Claim the deduplication key only after the signature is verified.',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        forged('wrongly signed', claiming(body, [signature('f'.repeat(64))])),
        good(deliveries, 'then rightly', body, { handled: 'once' }),
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.retry-after-break',
    title: 'a delivery broken off and sent again is handled once',
    why: 'The first attempt never arrived whole; the second is the delivery.',
    fix: 'Claim nothing before the body is whole and verified.',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        { label: 'broken off', request: genuine(deliveries, body, { stopAfter: body.length - 1 }), accept: anything },
        good(deliveries, 'sent again', body, { handled: 'once' }),
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.retry-after-lost-answer',
    title: 'a delivery whose answer was lost is handled once',
    why: 'The sender that hung up before the answer sends the same bytes a minute later.',
    fix: `${ONCE} Do not stop a handler because the sender went away.`,
    steps: (deliveries) => {
      const body = deliveries.body();
      const patient: Step = {
        label: 'hung up without reading the answer',
        request: genuine(deliveries, body, { stopAfter: body.length }),
        accept: anything,
      };
      return [
        patient,
        { label: 'sent again', request: genuine(deliveries, body), accept: acceptedOrBusy, handled: 'once' },
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.retry-after-failure',
    title: 'a delivery whose handler failed is refused, and handled when it comes again',
    why: 'A failure that is acknowledged, or remembered as done, is an event lost.',
    fix: 'Let a failed handler become a 5xx, and release the deduplication key when it fails.',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        { label: 'the handler fails', request: genuine(deliveries, body), accept: askedToRetry, failFirst: true },
        good(deliveries, 'sent again', body, { handled: 'once' }),
      ];
    },
    needs: ['effects', 'failNext'],
    optional: true,
  },
  {
    id: 'delivery.old-retry',
    title: 'an honest retry after 111 minutes is accepted',
    why: 'The sixth attempt comes 111 minutes after the event, with the first one’s timestamp: a five-minute limit copied from another platform loses it.',
    fix: 'Set no limit on the age of the timestamp, or one above 116 minutes.',
    steps: (deliveries) => [
      good(deliveries, 'a timestamp of 112 minutes ago', aged(deliveries, -LAST_RETRY)),
      good(deliveries, 'a timestamp of 6 minutes ago', aged(deliveries, -6 * MINUTE)),
    ],
  },
  {
    id: 'delivery.old-retry-once',
    title: 'an honest retry after 111 minutes is handled',
    why: 'Acknowledged and thrown away is lost.',
    fix: 'Set no limit on the age of the timestamp, or one above 116 minutes.',
    steps: (deliveries) => [
      good(deliveries, 'a timestamp of 112 minutes ago', aged(deliveries, -LAST_RETRY), { handled: 'once' }),
    ],
    needs: ['effects'],
  },
  {
    id: 'delivery.clock-ahead',
    title: 'a timestamp a minute ahead is accepted',
    why: 'Two clocks never agree.',
    fix: 'Allow 300 seconds of skew.',
    steps: (deliveries) => [good(deliveries, 'a minute ahead', aged(deliveries, MINUTE))],
  },
  {
    id: 'delivery.out-of-order',
    title: 'an older event after a newer one is handled',
    why: 'Delivery is unordered: a retry of the older one comes later.',
    fix: 'Do not drop events for being older than the last one seen; compare timestamps when writing state.',
    steps: (deliveries) => {
      const videoId = deliveries.id();
      const at = (offset: number, attempt: number) => {
        const timestamp = deliveries.timestamp(offset);
        return deliveries.body({ ...deliveries.event(undefined, { videoId, attempt }), timestamp });
      };
      return [
        good(deliveries, 'the newer event', at(0, 2), { handled: 'once' }),
        good(deliveries, 'the older event of the same video', at(-30 * MINUTE, 1), { handled: 'once' }),
      ];
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.same-second',
    title: 'different events of one second are each handled',
    why: 'Events come in bursts: event name and timestamp together are no identity.',
    fix: 'Key the deduplication on the whole body.',
    steps: (deliveries) => {
      const timestamp = deliveries.timestamp();
      return ['first', 'second', 'third'].map((label) =>
        good(deliveries, `the ${label} of the second`, deliveries.body({ ...deliveries.event(), timestamp }), {
          handled: 'once',
        }),
      );
    },
    needs: ['effects'],
  },
  {
    id: 'delivery.same-video',
    title: 'different events of one video are each handled',
    why: 'A video is processed, updated and processed again: its id is no identity of the event.',
    fix: 'Key the deduplication on the whole body.',
    steps: (deliveries) => {
      const videoId = deliveries.id();
      return [1, 2].map((n) => {
        const timestamp = deliveries.timestamp(n * -1000);
        const body = deliveries.body({ ...deliveries.event(undefined, { videoId, revision: n }), timestamp });
        return good(deliveries, `event ${n} of the video`, body, { handled: 'once' });
      });
    },
    needs: ['effects'],
  },
]);
