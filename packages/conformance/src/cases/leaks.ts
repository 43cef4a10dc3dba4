import type { EndpointAnswer, WireRequest } from '../http/message.js';
import { AnswerTraits } from './answer-traits.js';
import {
  type CaseDefinition,
  casesOf,
  claiming,
  GUIDE,
  genuine,
  type OwnDefinition,
  type ScriptContext,
  signature,
} from './define.js';
import { FORGERIES } from './forgeries/index.js';

/** What stack traces and error pages of common languages look like. */
const TRACES: readonly (readonly [string, RegExp])[] = [
  ['a JavaScript stack', /\bat (?:[\w$.<>[\] ]+ \()?(?:file:|node:|[A-Za-z]:\\|\/)[^\s)]*:\d+:\d+/],
  ['a Python traceback', /Traceback \(most recent call last\)|File "[^"]+", line \d+/],
  ['a Go panic', /goroutine \d+ \[|panic: runtime error/],
  ['a PHP error', /(?:Fatal error|Warning|Notice|Stack trace)\b[^\n]{0,300}\.php(?:\(\d+\)| on line|:\d+)/],
  ['a Ruby backtrace', /\.rb:\d+:in [`']/],
  ['a Java or Kotlin stack', /\bat [\w$.]+\([\w$]+\.(?:java|kt):\d+\)/],
  ['a C# stack', /\bat [\w.`<>]+\([^)]*\) in [^\n]+:line \d+/],
  ['a Perl error', / at \S+\.p[lm] line \d+/],
  ['a path of installed packages', /(?:node_modules|site-packages|dist-packages|vendor\/bundle)[\\/]/],
];

/** An answer with the request that brought it about. */
interface Exchange {
  readonly message: WireRequest;
  readonly answer: EndpointAnswer;
}

/** Every kind of request that is refused or runs into an error. */
function provocations({ deliveries }: ScriptContext): readonly (readonly [string, WireRequest])[] {
  return [
    ['a genuine delivery', genuine(deliveries)],
    ...FORGERIES.filter(({ id }) => id !== 'prefixes' && id !== 'digit-changed').flatMap((forgery) =>
      forgery
        .variants(deliveries)
        .map(([label, message]): [string, WireRequest] => [`${forgery.id}, ${label}`, message]),
    ),
    ['a signature one digit short', claiming(deliveries.body(), [signature('f'.repeat(63))])],
    ['signed, not JSON', genuine(deliveries, Buffer.from('{"event":'))],
    ['signed, null', genuine(deliveries, Buffer.from('null'))],
    ['signed, not UTF-8', genuine(deliveries, Buffer.from([0x22, 0xff, 0x22]))],
    ['signed, no event', genuine(deliveries, Buffer.from('{"data":{}}'))],
    ['unsigned, not JSON', claiming(Buffer.from('{'), [])],
    ['signed, an unknown event', genuine(deliveries, deliveries.body(deliveries.event('constructor')))],
    ['another method', genuine(deliveries, deliveries.body(), { method: 'PUT' })],
    ['another encoding', claiming(deliveries.body(), [['Content-Encoding', 'x-unknown'], signature('f'.repeat(64))])],
  ];
}

const content = ({ head, body }: EndpointAnswer) => Buffer.concat([Buffer.from(`${head}\n`, 'latin1'), body]);

/** Looks for a leak in an answer; gives what it found, in words. */
interface Finder {
  find(exchange: Exchange, context: ScriptContext): string | undefined;
}

function leak({ find, ...own }: Pick<OwnDefinition, 'id' | 'title' | 'why' | 'fix'> & Finder): OwnDefinition {
  return {
    ...own,
    script: async (context) => {
      for (const [label, message] of provocations(context)) {
        const what = find({ message, answer: await context.send(message) }, context);
        if (what !== undefined) context.note(`${label}: the answer holds ${what}`);
      }
      return undefined;
    },
  };
}

/** How many leading digits of a nearly right signature are right. */
const RIGHT_DIGITS = [0, 1, 16, 32, 48, 62, 63];
/** How often each is sent at most: a difference by chance (an id, a clock, one of two servers) does not last so long. */
const MAX_ROUNDS = 12;

function nearMiss({ deliveries }: ScriptContext, right: number): WireRequest {
  const body = deliveries.body();
  const digits = deliveries.sign(body);
  const wrong = digits.slice(right).replace(/./g, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16));
  return claiming(body, [signature(digits.slice(0, right) + wrong)]);
}

/** What an answer must not reveal. */
export const leaksCases: readonly CaseDefinition[] = casesOf(
  { family: 'leaks', level: 'safe', reference: GUIDE.security },
  [
    leak({
      id: 'leaks.secret',
      title: 'no answer holds the secret',
      why: 'Whoever has it signs anything.',
      fix: 'Answer with a fixed short text; never echo configuration or errors.',
      find: ({ answer }, context) =>
        context.deliveries.secretSpellings().some((spelling) => content(answer).includes(spelling))
          ? 'the secret'
          : undefined,
    }),
    leak({
      id: 'leaks.expected-signature',
      title: 'no answer holds the expected signature',
      why: 'An error that says what the signature should have been signs any body for anybody.',
      fix: 'Answer 401 with a fixed text; log no expected value either.',
      find: ({ answer, message }, context) => {
        const text = content(answer).toString('latin1');
        const digest = context.deliveries.digest(message.body);
        const given = message.headers.map(([, value]) => value.toLowerCase()).join(' ');
        // What the request itself held reveals nothing to its sender.
        const revealed = [digest.toString('hex'), digest.toString('base64')].some(
          (spelling) =>
            text.toLowerCase().includes(spelling.toLowerCase()) &&
            !given.includes(spelling.toLowerCase()) &&
            message.query === undefined,
        );
        return revealed ? 'the expected signature' : undefined;
      },
    }),
    leak({
      id: 'leaks.stack-trace',
      title: 'no answer holds a stack trace or a path',
      why: 'It maps the code and its versions for an attacker.',
      fix: 'Answer errors with a fixed text (in Express, an error handler of your own, or NODE_ENV=production).',
      find: ({ answer }) => {
        const text = content(answer).toString('utf8');
        return TRACES.find(([, pattern]) => pattern.test(text))?.[0];
      },
    }),
    {
      id: 'leaks.near-miss',
      title: 'a nearly right signature is answered like any wrong one',
      why: 'An answer that depends on how far a guess was right lets the signature be found digit by digit.',
      reference: GUIDE.signatures,
      fix: 'Answer every mismatch with the same status and text.',
      script: async (context) => {
        const samples = RIGHT_DIGITS.map((right) => ({ right, traits: new AnswerTraits() }));
        for (let round = 0; round < MAX_ROUNDS; round += 1) {
          // Rotated: servers that take turns must not each get guesses of one kind only.
          const turn = round % samples.length;
          for (const { right, traits } of [...samples.slice(turn), ...samples.slice(0, turn)])
            traits.add(await context.send(nearMiss(context, right)));
          // One answer of each kind is no control yet.
          if (round > 0 && !samples.some((one) => samples.some((other) => one.traits.differFrom(other.traits))))
            return undefined;
        }
        return 'the answer depends on how many leading digits are right';
      },
    },
  ],
);
