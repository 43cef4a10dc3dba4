import { setTimeout as sleep } from 'node:timers/promises';
import { header } from './fault-parts.js';
import type { Fault } from './faults.js';
import { hmac, MALFORMED, MISMATCH, process, RIGHT, reply, SECRET } from './reference-receiver.js';

/** Faults in what is answered, and how soon. */
export const ANSWER: readonly Fault[] = [
  {
    name: 'mixes up concurrent requests',
    caughtBy: 'time.fifty-mixed',
    also: ['broad'],
    stages: {
      handle: async (request, stages, state) => {
        state.extra.set('header', request.headers['x-videocloud-signature']);
        const raw = await stages.read(request);
        await sleep(20);
        if (!Buffer.isBuffer(raw)) return raw;
        const turnedAway = stages.admit(request);
        if (turnedAway) return turnedAway;
        const incoming = { request, raw, header: state.extra.get('header') as string };
        return stages.refuse(incoming, stages) ?? process(raw, incoming, stages, state);
      },
    },
  },
  {
    name: 'serves one request at a time, slowly',
    caughtBy: 'time.fifty',
    also: ['broad'],
    deadline: 3_000,
    stages: {
      work: async (raw, state) => {
        const turn = (state.extra.get('turn') as Promise<void> | undefined) ?? Promise.resolve();
        const mine = turn.then(() => sleep(100));
        state.extra.set('turn', mine);
        await mine;
        return RIGHT.work(raw, state);
      },
    },
  },
  {
    name: 'tells the secret',
    caughtBy: 'leaks.secret',
    stages: {
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        return answer === MALFORMED ? reply(401, `key ${SECRET}`) : answer;
      },
    },
  },
  {
    name: 'tells the expected signature',
    caughtBy: 'leaks.expected-signature',
    stages: {
      refuse: (i, s) => {
        const refusal = RIGHT.refuse(i, s);
        return refusal === MISMATCH ? reply(401, `expected ${hmac(SECRET, i.raw)}`) : refusal;
      },
    },
  },
  {
    name: 'tells its stack',
    caughtBy: 'leaks.stack-trace',
    stages: {
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        return answer.body === 'not JSON' ? reply(400, `${new SyntaxError('bad').stack}`) : answer;
      },
    },
  },
  {
    name: 'tells how many digits are right',
    caughtBy: 'leaks.near-miss',
    stages: {
      refuse: (i, s) => {
        const refusal = RIGHT.refuse(i, s);
        return refusal === MISMATCH && header(i)[0] === hmac(SECRET, i.raw)[0] ? reply(403, 'almost') : refusal;
      },
    },
  },
];
