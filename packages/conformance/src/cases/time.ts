import { request } from '../http/message.js';
import { refusedOrClosed } from '../verdicts.js';
import { alive, type CaseDefinition, claiming, forged, GUIDE, good, type Rig, signature } from './define.js';

const QUICK = 'Acknowledge once the event is stored, and do the work afterwards.';

function time(
  id: string,
  title: string,
  why: string,
  fix: string,
  script: (rig: Rig) => Promise<string | undefined>,
  more: Partial<CaseDefinition> = {},
): CaseDefinition {
  return {
    id: `time.${id}`,
    family: 'time',
    title,
    why,
    reference: GUIDE.security,
    fix,
    level: 'reliable',
    needs: [],
    script,
    ...more,
  };
}

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n + 1));
const forgery = (rig: Rig, n: number) =>
  forged(`forgery ${n}`, claiming(rig.forge.body(), [signature('f'.repeat(64))]));

/** Answers within the sender's deadline. The guide documents none; 10 s is assumed. */
export const timeCases: readonly CaseDefinition[] = [
  time(
    'one',
    'a delivery is answered within the deadline',
    'A sender that hears nothing counts a failure, and sends again what may be half done.',
    QUICK,
    (rig) => rig.run([good(rig.forge)]),
  ),
  time(
    'fifty',
    '50 deliveries at once are each answered within the deadline',
    'A bulk upload ends in a burst of events.',
    `${QUICK} Serve connections concurrently.`,
    (rig) =>
      rig.run(
        many(50, (n) => good(rig.forge, `delivery ${n} of 50`)),
        'together',
      ),
  ),
  time(
    'fifty-mixed',
    '25 deliveries and 25 forgeries at once get each their own verdict',
    'State shared between requests lets one answer for another.',
    'Keep body, signature and result in the request’s own variables.',
    (rig) =>
      rig.run(
        many(50, (n) => (n % 2 ? good(rig.forge, `delivery ${n}`) : forgery(rig, n))),
        'together',
      ),
    {
      level: 'verifies',
    },
  ),
  time(
    'under-flood',
    'a delivery during a flood of forgeries is answered within the deadline',
    'Refusing must be cheap, or anybody can delay the genuine.',
    'Refuse before parsing, storing or calling anything slow.',
    (rig) =>
      rig.run([...many(60, (n) => forgery(rig, n)), good(rig.forge, 'a genuine delivery in the flood')], 'together'),
  ),
  time(
    'refusal',
    'refusals are answered within the deadline',
    'Work done on a stranger’s request is work a stranger can ask for.',
    'Check the form of the header before computing anything, with a pattern that cannot backtrack.',
    (rig) =>
      rig.run([
        forged('4 000 digits and a letter', claiming(rig.forge.body(), [signature(`${'a'.repeat(4000)}z`)])),
        forged('spaces between 2 000 digits', claiming(rig.forge.body(), [signature('a '.repeat(2000))])),
        {
          label: '1 MB, wrongly signed',
          request: request(Buffer.alloc(1_000_000, 0x5b), { headers: [signature('f'.repeat(64))] }),
          accept: refusedOrClosed,
        },
        alive(rig.forge),
      ]),
  ),
];
