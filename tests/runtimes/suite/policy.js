import { createReceiver, memoryStore } from '@videocloud/webhooks';
import { hmac, sha256, tried } from './lines.js';
import { deleted, outlined, post, shown, streamed } from './receiver.js';

const SECRET = 'whsec-policy';
const hang = () => new Promise(() => undefined);
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A receiver that writes down what it was told, and a sender for it. */
function receiverOf(options = {}, handler = () => undefined) {
  const told = [];
  const note = (name) => (first, second) => {
    const { code, message, reason, error, attempt, event, issues, deliveryKey } = first;
    const cause = (error ?? first).cause;
    const about = cause instanceof Error ? `${cause.name}: ${cause.message}` : cause;
    told.push([
      name,
      code ?? error?.code,
      message,
      reason,
      attempt,
      event?.event,
      issues,
      deliveryKey,
      about,
      second?.attempt,
    ]);
  };
  const observers = { onError: note('error'), onDuplicate: note('duplicate') };
  const receiver = createReceiver({ secrets: SECRET, ...observers, ...options(note) });
  receiver.on('video.deleted', (event, context) => {
    told.push(['handler', event.event, context.attempt, context.secretIndex, context.deliveryKey]);
    return handler(event, context);
  });
  const send = async (body = deleted(), more = {}) =>
    outlined(await receiver.receive({ body, signature: await hmac(body, SECRET) }, more));
  return { receiver, send, told: () => told.splice(0) };
}

const plain =
  (options = {}) =>
  () =>
    options;
const claimed = (answer) => ({ claim: answer, complete: async () => true, release: async () => true });
const boom = () => {
  throw new Error('boom');
};

/** Options that must be refused when the receiver is built. */
const REFUSED = {
  'no options': undefined,
  'no secrets': {},
  'a blank secret': { secrets: ' ' },
  'an empty list': { secrets: [] },
  'a list with a blank': { secrets: ['a', ''] },
  'seconds by mistake': { secrets: 'a', handlerTimeout: 25 },
  'a text for a time': { secrets: 'a', bodyTimeout: '10s' },
  'no end of time': { secrets: 'a', storeTimeout: Number.POSITIVE_INFINITY },
  'a short age': { secrets: 'a', maxAge: 300_000 },
  'no bytes': { secrets: 'a', maxBodyBytes: 0 },
  'a dead letter without a store': { secrets: 'a', onDeadLetter: boom },
  'attempts without a store': { secrets: 'a', maxAttempts: 3 },
  'six attempts': { secrets: 'a', maxAttempts: 6, idempotency: memoryStore(), onDeadLetter: boom },
  'an inbox and a store': { secrets: 'a', inbox: { accept: boom }, idempotency: memoryStore() },
  'a long lease': { secrets: 'a', idempotency: { store: memoryStore(), lease: 60_000 } },
  'a short memory': { secrets: 'a', idempotency: { store: memoryStore(), ttl: 1_000 } },
  'no store at all': { secrets: 'a', idempotency: new Map() },
  'an unknown acknowledge': { secrets: 'a', acknowledge: 'never' },
  'an observer that is none': { secrets: 'a', onError: 'log' },
  'a clock that is none': { secrets: 'a', now: 7 },
};

/** @param {import('./lines.js').Say} say */
export async function policy(say) {
  for (const [title, options] of Object.entries(REFUSED)) {
    say(`refused: ${title}`, await tried(() => typeof createReceiver(options)));
  }
  for (const pattern of ['video.deletd', 'video', '', '*.*', 'toString', '__proto__', 7, undefined]) {
    say(
      `on ${String(pattern)}`,
      await tried(() => typeof createReceiver({ secrets: 'a' }).on(pattern, () => undefined)),
    );
  }
  say('on without a handler', await tried(() => typeof createReceiver({ secrets: 'a' }).on('*')));
  // Those that wait for a deadline wait together.
  await Promise.all(
    [handlers, secrets, stores, deadLetters, background].map(async (part) => {
      const lines = [];
      await part((id, verdict) => lines.push([id, verdict]));
      return lines;
    }),
  ).then((parts) => {
    for (const [id, verdict] of parts.flat()) say(id, verdict);
  });
}

async function handlers(say) {
  const thrown = {
    'an Error': boom,
    'a text': () => Promise.reject('text'),
    undefined: () => Promise.reject(undefined),
  };
  for (const [title, handler] of Object.entries(thrown)) {
    const { send, told } = receiverOf(plain(), handler);
    say(`a handler that throws ${title}`, [await send(), told()]);
  }
  let aborted;
  const slow = receiverOf(
    plain({ handlerTimeout: 1_000 }),
    (_, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = [signal.aborted, signal.reason instanceof Error, signal.reason?.name];
          resolve();
        });
      }),
  );
  say('a handler that takes too long', [await slow.send(), slow.told(), aborted]);
  await slow.receiver.drain();
  const outer = new AbortController();
  outer.abort(new RangeError('enough'));
  const seen = [];
  const dispatched = receiverOf(plain(), (_, context) => {
    seen.push(context.signal.aborted, context.signal.reason?.message, context.attempt);
  });
  say('dispatch with a signal', [
    outlined(await dispatched.receiver.dispatch(deleted(), { signal: outer.signal, attempt: 4 })),
    seen,
  ]);
  const times = receiverOf(plain({ maxAge: 6_960_000, now: () => Date.UTC(2024, 2, 31, 15) }));
  say('too old', [await times.send(), times.told()]);
  const early = receiverOf(plain({ maxAge: 6_960_000, now: () => Date.UTC(2024, 2, 31, 11) }));
  say('from the future', [await early.send(), early.told()]);
}

async function secrets(say) {
  const providers = {
    throws: boom,
    rejects: () => Promise.reject(new Error('vault')),
    hangs: hang,
    'gives nothing': () => undefined,
    'gives a blank': () => ' ',
    'gives an empty list': async () => [],
    'gives a number': () => 7,
    'gives the second': async () => ['old', SECRET],
    'gives it': () => SECRET,
  };
  for (const [title, provider] of Object.entries(providers)) {
    const { send, told } = receiverOf(plain({ secrets: provider, storeTimeout: 1_000 }));
    say(`a provider that ${title}`, [await send(), told()]);
  }
  let asked = 0;
  const provider = async () => {
    asked++;
    await later(20);
    return SECRET;
  };
  const counted = receiverOf(plain({ secrets: provider }));
  await Promise.all([counted.send(), counted.send(), counted.send()]);
  await counted.receiver.receive({ body: deleted(), signature: 'junk' });
  say('a provider is asked', asked);
}

async function stores(say) {
  let gate = Promise.resolve();
  const { send, told } = receiverOf(plain({ idempotency: memoryStore() }), () => gate);
  say('the first', [await send(), told()]);
  say('the key is', await sha256(deleted()));
  say('a copy', [await send(), told()]);
  let open;
  gate = new Promise((resolve) => {
    open = resolve;
  });
  const one = send(deleted('w'));
  while (told().length === 0) await later(1);
  const two = await send(deleted('w'));
  open();
  say('two at once', [await one, { ...two, headers: Object.keys(two.headers) }, told()]);
  const keyless = receiverOf(plain({ idempotency: { store: memoryStore(), key: () => null } }));
  say('no key', [await keyless.send(), await keyless.send(), keyless.told()]);
  const keyed = receiverOf(
    plain({ idempotency: { store: memoryStore(), key: async ({ event }) => event.data.videoId } }),
  );
  say('a key of its own', [await keyed.send(), await keyed.send(), keyed.told()]);
  const badKey = receiverOf(plain({ idempotency: { store: memoryStore(), key: boom } }));
  say('a key function that throws', [await badKey.send(), badKey.told()]);
  const faults = {
    throws: boom,
    rejects: () => Promise.reject(new Error('down')),
    hangs: hang,
    'gives nothing': async () => undefined,
    'gives junk': async () => ({ state: 'odd' }),
    'says done': async () => ({ state: 'done' }),
    'says wait': async () => ({ state: 'in_progress', retryAfterMs: 1_500 }),
  };
  for (const [title, claim] of Object.entries(faults)) {
    const faulty = receiverOf(plain({ idempotency: claimed(claim), storeTimeout: 1_000 }));
    say(`a store that ${title}`, [await faulty.send(), faulty.told()]);
  }
  const forgetful = { ...claimed(async () => ({ state: 'claimed', token: 't', attempt: 1 })), complete: boom };
  const lost = receiverOf(plain({ idempotency: forgetful }));
  say('a store that fails afterwards', [await lost.send(), lost.told()]);
  const store = memoryStore({ maxEntries: 2 });
  const times = { leaseMs: 1_000, ttlMs: 7_000_000 };
  const first = await store.claim('k', times);
  say('a claim', [first.state, first.attempt, (await store.claim('k', times)).state]);
  say('with a wrong token', [await store.complete('k', 'no', 7_000_000), await store.release('k', 'no')]);
  say('released and claimed', [await store.release('k', first.token), (await store.claim('k', times)).attempt]);
  for (const key of ['__proto__', 'constructor', '\ud800', ''])
    say(`key ${JSON.stringify(key)}`, (await tried(() => store.claim(key, times))).state);
}

async function deadLetters(say) {
  const failing = receiverOf(
    (note) => ({ idempotency: memoryStore(), maxAttempts: 2, onDeadLetter: note('dead') }),
    boom,
  );
  say('attempt 1 of 2', [await failing.send(), failing.told()]);
  say('attempt 2 of 2', [await failing.send(), failing.told()]);
  say('after that', [await failing.send(), failing.told()]);
  const lost = receiverOf(() => ({ idempotency: memoryStore(), maxAttempts: 1, onDeadLetter: boom }), boom);
  say('a dead letter that is lost', [await lost.send(), lost.told()]);
  const fifth = claimed(async () => ({ state: 'claimed', token: 't', attempt: 6 }));
  const crashed = receiverOf((note) => ({ idempotency: fifth, onDeadLetter: note('dead') }));
  say('attempt 6', [await crashed.send(), crashed.told()]);
  for (const body of ['', '{', '[]', '{"event":"x"}', '\ufeff', '"\ud800"']) {
    const taken = receiverOf((note) => ({ onUnhandled: note('unhandled') }));
    say(`unhandled ${JSON.stringify(body)}`, [await taken.send(new TextEncoder().encode(body)), taken.told()]);
  }
  const throws = receiverOf(() => ({ onUnhandled: boom }));
  say('onUnhandled throws', [await throws.send(new TextEncoder().encode('{}')), throws.told()]);
  const loud = receiverOf(() => ({ onError: boom, onDuplicate: boom, idempotency: memoryStore() }), boom);
  say('an observer throws', await loud.send());
}

async function background(say) {
  const works = [];
  const waitUntil = (work) => works.push(work);
  const before = receiverOf(plain({ acknowledge: 'before' }), () => later(20));
  say('at once', [await before.send(deleted(), { waitUntil }), before.told()]);
  await Promise.all(works);
  say('afterwards', before.told());
  const failing = receiverOf((note) => ({ acknowledge: 'before', onDeadLetter: note('dead') }), boom);
  say('at once, failing', await failing.send());
  await failing.receiver.drain();
  say('its dead letter', failing.told());
  const noPlatform = receiverOf(plain(), () => later(1));
  // Sorted: where hashes take a promise, waitUntil is called before the handler.
  say('waitUntil throws', [
    await noPlatform.send(deleted(), { waitUntil: boom }),
    noPlatform.told().map(String).sort(),
  ]);
  const accepted = [];
  const accept = async ({ event, rawBody, secretIndex }) => {
    accepted.push([event?.event, await sha256(rawBody), secretIndex]);
    return { duplicate: accepted.length > 1 };
  };
  const durable = receiverOf(plain({ inbox: { accept } }));
  say('an inbox', [await durable.send(), await durable.send(), accepted, durable.told()]);
  const full = receiverOf(plain({ inbox: { accept: boom } }));
  say('an inbox that throws', [await full.send(), full.told()]);
  const hung = receiverOf(plain({ inbox: { accept: hang }, storeTimeout: 1_000 }));
  say('an inbox that hangs', [await hung.send(), hung.told()]);
  const { receiver } = receiverOf(plain());
  const signature = await hmac(deleted(), SECRET);
  const { fetch } = receiver;
  say('fetch is bound', await shown(await fetch(await post(streamed(deleted()), signature))));
}
