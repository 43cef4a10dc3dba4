import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './faults.js';
import { hmac, type Incoming, MALFORMED, MISMATCH, process, RIGHT, reply, SECRET } from './reference-receiver.js';

const header = ({ header: value }: Incoming) => (typeof value === 'string' ? value : '');
const envelope = (value: unknown) => value as { event: string; timestamp: string; data: Record<string, unknown> };
const json = (raw: Buffer): unknown => JSON.parse(raw.toString('utf8'));

/** Faults of everything after verification. */
export const HANDLING: readonly Fault[] = [
  {
    name: 'refuses events it does not know',
    caughtBy: 'envelope.unknown-event',
    also: ['envelope.inherited-name', 'envelope.long-strings', 'effects.odd-at-most-once'],
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (/^(?:video\.(?:uploaded|processed|published|updated|deleted)|user|engagement|system|comment)/.test(
          envelope(value).event,
        )
          ? undefined
          : reply(400)),
    },
  },
  {
    name: 'refuses names missing from the subscribable list',
    caughtBy: 'envelope.delivered-names',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (/^(?:user\.registered|comment\.created)$/.test(envelope(value).event) ? reply(400) : undefined),
    },
  },
  {
    name: 'looks handlers up in a plain object',
    caughtBy: 'envelope.inherited-name',
    stages: { screen: (value) => RIGHT.screen(value) ?? (envelope(value).event in {} ? reply(500) : undefined) },
  },
  {
    name: 'validates payloads strictly',
    caughtBy: 'envelope.odd-payload',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (envelope(value).event === 'video.processed' &&
        envelope(value).data &&
        !Array.isArray(envelope(value).data) &&
        typeof envelope(value).data === 'object' &&
        (typeof envelope(value).data.status !== 'string' ||
          (envelope(value).data.formats as unknown[]).some(
            (format) => typeof (format as { url?: unknown } | null)?.url !== 'string',
          ))
          ? reply(422)
          : undefined),
    },
  },
  {
    name: 'refuses members it does not know',
    caughtBy: 'envelope.extra-members',
    stages: { screen: (value) => RIGHT.screen(value) ?? ('apiVersion' in envelope(value) ? reply(422) : undefined) },
  },
  {
    name: 'knows two statuses',
    caughtBy: 'envelope.open-values',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (envelope(value).data?.status === 'partially_ready' ? reply(422) : undefined),
    },
  },
  {
    name: 'knows one form of timestamp',
    caughtBy: 'envelope.timestamp-forms',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (/[+]03:00$/.test(String(envelope(value).timestamp)) ? reply(422) : undefined),
    },
  },
  {
    name: 'crashes on invalid JSON',
    caughtBy: 'envelope.invalid-json',
    also: ['envelope.no-bytes', 'envelope.not-utf8', 'effects.odd-at-most-once'],
    stages: {
      parse: (raw) => {
        try {
          return RIGHT.parse(raw);
        } catch (error) {
          throw error instanceof SyntaxError ? new Error('crash') : error;
        }
      },
    },
  },
  {
    name: 'crashes on null',
    caughtBy: 'envelope.not-an-object',
    stages: { screen: (value) => (value === null ? reply(500) : RIGHT.screen(value)) },
  },
  {
    name: 'crashes on bytes that are not UTF-8',
    caughtBy: 'envelope.not-utf8',
    stages: {
      parse: (raw) => {
        try {
          return RIGHT.parse(raw);
        } catch (error) {
          throw error instanceof TypeError ? new Error('crash') : error;
        }
      },
    },
  },
  {
    name: 'crashes without data',
    caughtBy: 'envelope.missing-members',
    stages: { screen: (value) => RIGHT.screen(value) ?? (envelope(value).data === undefined ? reply(500) : undefined) },
  },
  {
    name: 'crashes on data of another type',
    caughtBy: 'envelope.wrong-members',
    stages: { screen: (value) => RIGHT.screen(value) ?? (envelope(value).data === null ? reply(500) : undefined) },
  },
  {
    name: 'recurses into nested JSON',
    caughtBy: 'envelope.deep-nesting',
    stages: {
      parse: (raw) => {
        if (/(?:\[|\{"a":){1000}/.test(raw.toString('latin1')))
          throw new RangeError('Maximum call stack size exceeded');
        return RIGHT.parse(raw);
      },
    },
  },
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
    also: ['http.byte-by-byte'],
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
        try {
          for await (const chunk of request) chunks.push(chunk);
        } catch {
          return Buffer.concat(chunks);
        }
        const raw = Buffer.concat(chunks);
        return raw.length > 1024 * 1024 ? reply(413) : raw;
      },
    },
  },
  {
    name: 'works before verifying',
    caughtBy: 'effects.unsigned-never',
    also: ['effects.forgery-never', 'delivery.retry-after-refusal-once'],
    stages: {
      refuse: RIGHT.refuse,
      handle: async (request, stages, state) => {
        const turnedAway = stages.admit(request);
        if (turnedAway) {
          request.resume();
          return turnedAway;
        }
        const raw = await stages.read(request);
        if (!Buffer.isBuffer(raw)) return raw;
        const incoming = { request, raw, header: request.headers['x-videocloud-signature'] };
        const refusal = stages.refuse(incoming, stages);
        if (refusal) await stages.work(raw, state);
        return refusal ?? process(raw, incoming, stages, state);
      },
    },
  },
  {
    name: 'handles every copy',
    caughtBy: 'delivery.copy-once',
    also: ['delivery.copies-at-once', 'delivery.copy-signed-otherwise', 'delivery.retry-after-lost-answer'],
    stages: { claim: () => 'new' },
  },
  {
    name: 'refuses copies',
    caughtBy: 'delivery.copy-accepted',
    also: [
      'delivery.copy-once',
      'delivery.copies-at-once',
      'delivery.copies-at-once-accepted',
      'delivery.copy-signed-otherwise',
      'delivery.retry-after-lost-answer',
    ],
    stages: {
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        return answer.body === 'already done' ? reply(400) : answer;
      },
    },
  },
  {
    name: 'looks up, then inserts',
    caughtBy: 'delivery.copies-at-once',
    stages: {
      claim: async (key, { claims }) => {
        const known = claims.get(key);
        await sleep(20);
        if (known === 'done') return 'done';
        claims.set(key, 'busy');
        return 'new';
      },
    },
  },
  {
    name: 'crashes on a unique index',
    caughtBy: 'delivery.copies-at-once-accepted',
    also: ['delivery.copies-at-once'],
    stages: {
      work: async (raw, state) => {
        await sleep(10);
        return RIGHT.work(raw, state);
      },
      handle: async (request, stages, state) => {
        const answer = await RIGHT.handle(request, stages, state);
        return answer.status === 409 ? reply(500) : answer;
      },
    },
  },
  {
    name: 'deduplicates by signature',
    caughtBy: 'delivery.copy-signed-otherwise',
    stages: { key: (_raw, incoming) => header(incoming) },
  },
  {
    name: 'remembers a delivery before verifying it',
    caughtBy: 'delivery.retry-after-refusal-once',
    stages: {
      handle: async (request, stages, state) => {
        const turnedAway = stages.admit(request);
        if (turnedAway) {
          request.resume();
          return turnedAway;
        }
        const raw = await stages.read(request);
        if (!Buffer.isBuffer(raw)) return raw;
        const incoming = { request, raw, header: request.headers['x-videocloud-signature'] };
        const refusal = stages.refuse(incoming, stages);
        if (refusal) state.claims.set(stages.key(raw, incoming), 'done');
        return refusal ?? process(raw, incoming, stages, state);
      },
    },
  },
  {
    name: 'acknowledges a failed handler',
    caughtBy: 'delivery.retry-after-failure',
    stages: {
      settle: (key, _outcome, state) => RIGHT.settle(key, 'done', state),
      screen: (value) => RIGHT.screen(value),
    },
  },
  {
    name: 'remembers a failed handler as done',
    caughtBy: 'delivery.retry-after-failure',
    stages: {
      settle: (key, outcome, state) => {
        const answer = RIGHT.settle(key, outcome, state);
        if (outcome === 'failed') state.claims.set(key, 'done');
        return answer;
      },
    },
  },
  {
    name: 'has a five-minute limit',
    caughtBy: 'delivery.old-retry',
    also: ['delivery.old-retry-once', 'delivery.out-of-order'],
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (Date.now() - Date.parse(envelope(value).timestamp) > 300_000 ? reply(400) : undefined),
    },
  },
  {
    name: 'throws old deliveries away',
    caughtBy: 'delivery.old-retry-once',
    also: ['delivery.out-of-order'],
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ?? (Date.now() - Date.parse(envelope(value).timestamp) > 300_000 ? reply(200) : undefined),
    },
  },
  {
    name: 'allows no clock skew',
    caughtBy: 'delivery.clock-ahead',
    stages: {
      screen: (value) =>
        RIGHT.screen(value) ??
        (Date.parse(envelope(value).timestamp) - Date.now() > 5_000 &&
        !String(envelope(value).timestamp).endsWith('+03:00')
          ? reply(400)
          : undefined),
    },
  },
  {
    name: 'deduplicates by event and second',
    caughtBy: 'delivery.same-second',
    also: ['broad'],
    stages: {
      key: (raw) => {
        try {
          return `${envelope(json(raw)).event} ${envelope(json(raw)).timestamp}`;
        } catch {
          return raw.toString('hex');
        }
      },
    },
  },
  {
    name: 'deduplicates by video',
    caughtBy: 'delivery.same-video',
    also: ['delivery.out-of-order'],
    stages: {
      key: (raw) => {
        try {
          return String(envelope(json(raw)).data.videoId ?? raw.toString('hex'));
        } catch {
          return raw.toString('hex');
        }
      },
    },
  },
  {
    name: 'serves one request at a time, slowly',
    caughtBy: 'time.fifty',
    also: ['broad'],
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
