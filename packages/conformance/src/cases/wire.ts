import { setTimeout as sleep } from 'node:timers/promises';
import { type AnswerRule, accepted, refused, refusedOrClosed } from '../answer-rules.js';
import type { EndpointAnswer } from '../http/message.js';
import { describe, type request } from '../http/message.js';
import {
  alive,
  type CaseDefinition,
  casesOf,
  claiming,
  genuine,
  good,
  type ScriptContext,
  signature,
} from './define.js';

const SERVER = 'Leave HTTP to a maintained server; this one is in the server or proxy, not in the webhook code.';

function judge(label: string, answer: EndpointAnswer, rule: AnswerRule): string | undefined {
  return rule.test(answer) ? undefined : `${label}: ${describe(answer)}; acceptable is ${rule.says}`;
}

/** Closed instead of answered: a server may end a connection after any answer. */
const orClosed = (rule: AnswerRule): AnswerRule => ({
  says: `${rule.says}, or a closed connection`,
  test: (answer) => rule.test(answer) || answer.failure === 'closed',
});

async function inTurn(
  context: ScriptContext,
  messages: readonly (readonly [string, ReturnType<typeof request>, AnswerRule])[],
  pipelined: boolean,
): Promise<string | undefined> {
  const connection = await context.open();
  try {
    if (pipelined) for (const [, message] of messages) await connection.writeRequest(message);
    for (const [index, [label, message, rule]] of messages.entries()) {
      if (!pipelined) await connection.writeRequest(message);
      const answer = await context.answer(connection, message.method);
      const problem = judge(label, answer, index === 0 ? rule : orClosed(rule));
      if (problem !== undefined) return problem;
      if (answer.status === null) break;
    }
    return undefined;
  } finally {
    connection.close();
  }
}

const forgery = (context: ScriptContext) => claiming(context.deliveries.body(), [signature('f'.repeat(64))]);

/** What only bytes on a socket can show. */
export const wireCases: readonly CaseDefinition[] = casesOf({ family: 'http', level: 'reliable', needs: ['wire'] }, [
  {
    id: 'http.keep-alive',
    title: 'several deliveries on one connection are each accepted',
    why: 'Senders reuse connections.',
    reference: 'RFC 9112, section 9.3',
    fix: SERVER,
    script: (context) =>
      inTurn(
        context,
        [1, 2, 3, 4].map((n) => [`delivery ${n}`, genuine(context.deliveries), accepted] as const),
        false,
      ),
  },
  {
    id: 'http.keep-alive-after-refusal',
    title: 'a delivery on the connection of a refused one is accepted',
    why: 'A refusal that leaves the body unread makes its bytes the beginning of the next request.',
    reference: 'RFC 9112, section 9.3',
    fix: 'Read the body to its end before refusing, or close the connection.',
    script: (context) => {
      const large = claiming(Buffer.alloc(100_000, 0x20), [signature('f'.repeat(64))]);
      return inTurn(
        context,
        [
          ['a forgery', forgery(context), refused],
          ['a genuine delivery', genuine(context.deliveries), accepted],
          ['a large forgery', large, refused],
          ['another genuine delivery', genuine(context.deliveries), accepted],
        ],
        false,
      );
    },
  },
  {
    id: 'http.pipelined',
    title: 'pipelined deliveries get each their own answer',
    why: 'An answer to the wrong request acknowledges what was never handled.',
    reference: 'RFC 9112, section 9.3.2',
    fix: SERVER,
    level: 'safe',
    script: (context) =>
      inTurn(
        context,
        [
          ['a genuine delivery', genuine(context.deliveries), accepted],
          ['a forgery', forgery(context), refused],
          ['another genuine delivery', genuine(context.deliveries), accepted],
        ],
        true,
      ),
  },
  {
    id: 'http.expect-continue',
    title: 'a sender that waits for 100 Continue is served',
    why: 'Some HTTP clients hold back larger bodies for it.',
    reference: 'RFC 9110, section 10.1.1',
    fix: SERVER,
    steps: (deliveries) => [
      {
        label: 'Expect: 100-continue',
        request: genuine(deliveries, deliveries.body(), { expectContinue: true }),
        accept: accepted,
      },
    ],
  },
  {
    id: 'http.http-1.0',
    title: 'HTTP/1.0 is served',
    why: 'nginx uses it by default for the applications behind it.',
    reference: 'RFC 9112, section 2.3',
    fix: SERVER,
    steps: (deliveries) => [
      { label: 'HTTP/1.0', request: genuine(deliveries, deliveries.body(), { version: '1.0' }), accept: accepted },
    ],
  },
  {
    id: 'http.cut-head',
    title: 'a request head that arrives in pieces is understood',
    why: 'Networks cut where they like.',
    reference: 'RFC 9112, section 2.2',
    fix: SERVER,
    script: async (context) => {
      const connection = await context.open();
      try {
        const bytes = Buffer.from(connection.encode(genuine(context.deliveries)));
        // In order: the line of a short path ends before the twentieth byte.
        const cuts = [
          0,
          1,
          20,
          bytes.indexOf('\r\n') + 1,
          bytes.indexOf('ignature') + 30,
          bytes.indexOf('\r\n\r\n') + 2,
          bytes.length,
        ].sort((one, other) => one - other);
        for (const [index, from] of cuts.slice(0, -1).entries()) {
          await connection.write(bytes.subarray(from, cuts[index + 1]));
          await sleep(5);
        }
        return judge('a head in six pieces', await context.answer(connection), accepted);
      } finally {
        connection.close();
      }
    },
  },
  {
    id: 'http.short-length',
    title: 'a body longer than its Content-Length is not taken whole',
    why: 'Bytes beyond the length belong to the next request; a receiver that reads them verifies what a proxy saw otherwise.',
    reference: 'RFC 9112, section 6.3',
    fix: SERVER,
    level: 'verifies',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        {
          label: 'signed whole, declared 10 bytes shorter',
          request: genuine(deliveries, body, { declaredLength: body.length - 10 }),
          accept: refusedOrClosed,
        },
      ];
    },
  },
  {
    id: 'http.long-length',
    title: 'a body shorter than its Content-Length is not taken',
    why: 'What ended early is not the message that was sent.',
    reference: 'RFC 9112, section 8',
    fix: 'Discard a body that ended early.',
    level: 'safe',
    steps: (deliveries) => {
      const body = deliveries.body();
      return [
        {
          label: 'signed as sent, declared 10 bytes longer, then hung up',
          request: genuine(deliveries, body, { declaredLength: body.length + 10 }),
          accept: refusedOrClosed,
        },
        alive(deliveries),
      ];
    },
  },
  {
    id: 'http.not-http',
    title: 'bytes that are not HTTP break nothing',
    why: 'Every open port is scanned.',
    reference: 'RFC 9112, section 2.2',
    fix: SERVER,
    level: 'safe',
    script: async (context) => {
      for (const junk of [
        '\u0016\u0003\u0001\u0002\u0000',
        'GET\r\n\r\n',
        'POST / HTTP/9.9\r\n\r\n',
        `POST /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`,
        '\u0000'.repeat(1000),
      ]) {
        const connection = await context.open();
        await connection.write(Buffer.from(junk, 'latin1'));
        await sleep(5);
        connection.close();
      }
      return context.run([alive(context.deliveries)]);
    },
  },
  {
    id: 'http.stalled-sender',
    title: 'a sender that stalls does not hold up another',
    why: 'A server that serves one connection at a time is stopped by one slow sender, and every other delivery runs into its deadline.',
    reference: 'RFC 9110, section 2.2',
    fix: "Serve connections concurrently (in Python's standard library, ThreadingHTTPServer).",
    script: async (context) => {
      const stalled = await Promise.all([1, 2, 3].map(() => context.open()));
      try {
        for (const connection of stalled) {
          const body = context.deliveries.body();
          await connection.writeRequest(genuine(context.deliveries, body, { stopAfter: body.length >> 1 }));
        }
        const others = context.run([
          good(context.deliveries, 'a genuine delivery beside three stalled ones'),
          good(context.deliveries, 'another'),
        ]);
        await sleep(context.timing.stall);
        return await others;
      } finally {
        for (const connection of stalled) connection.close();
      }
    },
  },
]);
