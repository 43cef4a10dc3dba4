import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../http/message.js';
import { describe, type request } from '../http/message.js';
import { accepted, refused, refusedOrClosed, type Verdict } from '../verdicts.js';
import { alive, type CaseDefinition, casesOf, claiming, genuine, good, type Rig, signature } from './define.js';

const SERVER = 'Leave HTTP to a maintained server; this one is in the server or proxy, not in the webhook code.';

function judge(label: string, answer: Answer, verdict: Verdict): string | undefined {
  return verdict.test(answer) ? undefined : `${label}: ${describe(answer)}; acceptable is ${verdict.says}`;
}

/** Closed instead of answered: a server may end a connection after any answer. */
const orClosed = (verdict: Verdict): Verdict => ({
  says: `${verdict.says}, or a closed connection`,
  test: (answer) => verdict.test(answer) || answer.failure === 'closed',
});

async function inTurn(
  rig: Rig,
  messages: readonly (readonly [string, ReturnType<typeof request>, Verdict])[],
  pipelined: boolean,
): Promise<string | undefined> {
  const line = await rig.open();
  try {
    if (pipelined) for (const [, message] of messages) await line.writeRequest(message);
    for (const [index, [label, message, verdict]] of messages.entries()) {
      if (!pipelined) await line.writeRequest(message);
      const answer = await rig.answer(line, message.method);
      const problem = judge(label, answer, index === 0 ? verdict : orClosed(verdict));
      if (problem !== undefined) return problem;
      if (answer.status === null) break;
    }
    return undefined;
  } finally {
    line.close();
  }
}

const forgery = (rig: Rig) => claiming(rig.forge.body(), [signature('f'.repeat(64))]);

/** What only bytes on a socket can show. */
export const wireCases: readonly CaseDefinition[] = casesOf({ family: 'http', level: 'reliable', needs: ['wire'] }, [
  {
    id: 'http.keep-alive',
    title: 'several deliveries on one connection are each accepted',
    why: 'Senders reuse connections.',
    reference: 'RFC 9112, section 9.3',
    fix: SERVER,
    script: (rig) =>
      inTurn(
        rig,
        [1, 2, 3, 4].map((n) => [`delivery ${n}`, genuine(rig.forge), accepted] as const),
        false,
      ),
  },
  {
    id: 'http.keep-alive-after-refusal',
    title: 'a delivery on the connection of a refused one is accepted',
    why: 'A refusal that leaves the body unread makes its bytes the beginning of the next request.',
    reference: 'RFC 9112, section 9.3',
    fix: 'Read the body to its end before refusing, or close the connection.',
    script: (rig) => {
      const large = claiming(Buffer.alloc(100_000, 0x20), [signature('f'.repeat(64))]);
      return inTurn(
        rig,
        [
          ['a forgery', forgery(rig), refused],
          ['a genuine delivery', genuine(rig.forge), accepted],
          ['a large forgery', large, refused],
          ['another genuine delivery', genuine(rig.forge), accepted],
        ],
        false,
      );
    },
  },
  {
    id: 'http.pipelined',
    title: 'pipelined deliveries get each their own verdict',
    why: 'An answer to the wrong request acknowledges what was never handled.',
    reference: 'RFC 9112, section 9.3.2',
    fix: SERVER,
    level: 'safe',
    script: (rig) =>
      inTurn(
        rig,
        [
          ['a genuine delivery', genuine(rig.forge), accepted],
          ['a forgery', forgery(rig), refused],
          ['another genuine delivery', genuine(rig.forge), accepted],
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
    steps: (forge) => [
      {
        label: 'Expect: 100-continue',
        request: genuine(forge, forge.body(), { expectContinue: true }),
        accept: accepted,
      },
    ],
  },
  {
    id: 'http.http-1.0',
    title: 'HTTP/1.0 is served',
    why: 'nginx speaks it to the applications behind it unless told otherwise.',
    reference: 'RFC 9112, section 2.3',
    fix: SERVER,
    steps: (forge) => [
      { label: 'HTTP/1.0', request: genuine(forge, forge.body(), { version: '1.0' }), accept: accepted },
    ],
  },
  {
    id: 'http.cut-head',
    title: 'a request head that arrives in pieces is understood',
    why: 'Networks cut where they like.',
    reference: 'RFC 9112, section 2.2',
    fix: SERVER,
    script: async (rig) => {
      const line = await rig.open();
      try {
        const bytes = Buffer.from(line.encode(genuine(rig.forge)));
        const cuts = [
          0,
          1,
          20,
          bytes.indexOf('\r\n') + 1,
          bytes.indexOf('ignature') + 30,
          bytes.indexOf('\r\n\r\n') + 2,
          bytes.length,
        ];
        for (const [index, from] of cuts.slice(0, -1).entries()) {
          await line.write(bytes.subarray(from, cuts[index + 1]));
          await sleep(5);
        }
        return judge('a head in six pieces', await rig.answer(line), accepted);
      } finally {
        line.close();
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
    steps: (forge) => {
      const body = forge.body();
      return [
        {
          label: 'signed whole, declared 10 bytes shorter',
          request: genuine(forge, body, { declaredLength: body.length - 10 }),
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
    steps: (forge) => {
      const body = forge.body();
      return [
        {
          label: 'signed as sent, declared 10 bytes longer, then hung up',
          request: genuine(forge, body, { declaredLength: body.length + 10 }),
          accept: refusedOrClosed,
        },
        alive(forge),
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
    script: async (rig) => {
      for (const junk of [
        '\u0016\u0003\u0001\u0002\u0000',
        'GET\r\n\r\n',
        'POST / HTTP/9.9\r\n\r\n',
        `POST /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`,
        '\u0000'.repeat(1000),
      ]) {
        const line = await rig.open();
        await line.write(Buffer.from(junk, 'latin1'));
        await sleep(5);
        line.close();
      }
      return rig.run([alive(rig.forge)]);
    },
  },
  {
    id: 'http.stalled-sender',
    title: 'a sender that stalls does not hold up another',
    why: 'A server that serves one connection at a time is stopped by one slow sender, and every other delivery runs into its deadline.',
    reference: 'RFC 9110, section 2.2',
    fix: "Serve connections concurrently (in Python's standard library, ThreadingHTTPServer).",
    script: async (rig) => {
      const stalled = await Promise.all([1, 2, 3].map(() => rig.open()));
      try {
        for (const line of stalled) {
          const body = rig.forge.body();
          await line.writeRequest(genuine(rig.forge, body, { stopAfter: body.length >> 1 }));
        }
        const others = rig.run([
          good(rig.forge, 'a genuine delivery beside three stalled ones'),
          good(rig.forge, 'another'),
        ]);
        await sleep(rig.pace.stall);
        return await others;
      } finally {
        for (const line of stalled) line.close();
      }
    },
  },
]);
