import { refusedOrClosed } from '../answer-rules.js';
import { request } from '../http/message.js';
import {
  alive,
  type CaseDefinition,
  casesOf,
  claiming,
  forged,
  GUIDE,
  good,
  type ScriptContext,
  signature,
} from './define.js';

const QUICK = 'Acknowledge once the event is stored, and do the work afterwards.';

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n + 1));
const forgery = (context: ScriptContext, n: number) =>
  forged(`forgery ${n}`, claiming(context.deliveries.body(), [signature('f'.repeat(64))]));

const COMMON = { family: 'time', level: 'reliable', reference: GUIDE.security } as const;

/** Answers within the sender's deadline. The guide documents none; 10 s is assumed. */
export const timeCases: readonly CaseDefinition[] = casesOf(COMMON, [
  {
    id: 'time.one',
    title: 'a delivery is answered within the deadline',
    why: 'A sender that hears nothing counts a failure, and sends again what may be half done.',
    fix: QUICK,
    script: (context) => context.run([good(context.deliveries)]),
  },
  {
    id: 'time.fifty',
    title: '50 deliveries at once are each answered within the deadline',
    why: 'A bulk upload ends in a burst of events.',
    fix: `${QUICK} Serve connections concurrently.`,
    script: (context) =>
      context.run(
        many(50, (n) => good(context.deliveries, `delivery ${n} of 50`)),
        'together',
      ),
  },
  {
    id: 'time.fifty-mixed',
    title: '25 deliveries and 25 forgeries at once get each their own answer',
    why: 'State shared between requests lets one answer for another.',
    fix: 'Keep body, signature and result in the request’s own variables.',
    script: (context) =>
      context.run(
        many(50, (n) => (n % 2 ? good(context.deliveries, `delivery ${n}`) : forgery(context, n))),
        'together',
      ),
    level: 'verifies',
  },
  {
    id: 'time.under-flood',
    title: 'a delivery during a flood of forgeries is answered within the deadline',
    why: 'Refusing must be cheap, or anybody can delay the genuine.',
    fix: 'Refuse before parsing, storing or calling anything slow.',
    script: (context) =>
      context.run(
        [...many(60, (n) => forgery(context, n)), good(context.deliveries, 'a genuine delivery in the flood')],
        'together',
      ),
  },
  {
    id: 'time.refusal',
    title: 'refusals are answered within the deadline',
    why: 'Work done on a stranger’s request is work a stranger can ask for.',
    fix: 'Check the form of the header before computing anything, with a pattern that cannot backtrack.',
    script: (context) =>
      context.run([
        forged('4 000 digits and a letter', claiming(context.deliveries.body(), [signature(`${'a'.repeat(4000)}z`)])),
        forged('spaces between 2 000 digits', claiming(context.deliveries.body(), [signature('a '.repeat(2000))])),
        {
          label: '1 MB, wrongly signed',
          request: request(Buffer.alloc(1_000_000, 0x5b), { headers: [signature('f'.repeat(64))] }),
          accept: refusedOrClosed,
        },
        alive(context.deliveries),
      ]),
  },
]);
