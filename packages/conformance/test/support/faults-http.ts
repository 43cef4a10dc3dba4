import type { Fault } from './faults.js';
import { LIMIT, RIGHT, refusing, reply } from './reference-receiver.js';

/** Faults in what is let in, and in doing something before the request is verified. */
export const HTTP: readonly Fault[] = [
  {
    name: 'takes GET for a delivery',
    caughtBy: 'http.method-get',
    stages: { admit: (request) => (request.method === 'GET' ? undefined : RIGHT.admit(request)) },
  },
  {
    name: 'takes PUT for a delivery',
    caughtBy: 'http.method-put',
    also: ['effects.other-methods-never'],
    stages: { admit: (request) => (request.method === 'PUT' ? undefined : RIGHT.admit(request)) },
  },
  {
    name: 'compares the whole Content-Type',
    caughtBy: 'http.content-type-parameters',
    stages: {
      admit: (request) =>
        RIGHT.admit(request) ?? (request.headers['content-type']?.includes('charset') ? reply(415) : undefined),
    },
  },
  {
    name: 'crashes without a Content-Type',
    caughtBy: 'http.content-type-others',
    // Both send a forgery without one.
    also: ['signature.absent', 'signature.other-secret'],
    stages: {
      admit: (request) =>
        RIGHT.admit(request) ??
        (request.headers['content-type'] === undefined && request.headers['content-length'] !== '1000000'
          ? reply(500)
          : undefined),
    },
  },
  {
    name: 'demands a Content-Length',
    caughtBy: 'http.chunked',
    also: ['http.byte-by-byte', 'bytes.split-character'],
    stages: {
      admit: (request) => RIGHT.admit(request) ?? (request.headers['transfer-encoding'] ? reply(411) : undefined),
    },
  },
  {
    name: 'gives a body 200 ms',
    caughtBy: 'http.slow-body',
    // On a busy machine any body may take that long.
    also: ['broad'],
    stages: {
      read: async (request) => {
        const started = performance.now();
        const raw = await RIGHT.read(request);
        return performance.now() - started > 200 ? reply(408) : raw;
      },
    },
  },
  {
    name: 'handles what arrived of a broken body',
    caughtBy: 'effects.broken-off-never',
    also: ['http.long-length'],
    stages: {
      read: async (request) => {
        const chunks: Buffer[] = [];
        let size = 0;
        try {
          for await (const chunk of request.iterator({ destroyOnReturn: false })) {
            size += chunk.length;
            if (size > LIMIT) return reply(413);
            chunks.push(chunk);
          }
        } catch {
          // What arrived is taken for the whole.
        }
        return Buffer.concat(chunks);
      },
    },
  },
  {
    name: 'works before verifying',
    caughtBy: 'effects.unsigned-never',
    also: ['effects.forgery-never', 'delivery.retry-after-refusal-once'],
    stages: {
      refuse: RIGHT.refuse,
      handle: refusing(({ raw }, stages, state) => stages.work(raw, state)),
    },
  },
];
