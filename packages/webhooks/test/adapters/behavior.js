// What the receivers under contract do. Plain JavaScript, because `next build` reads it too.
// The package is handed in: the vitest side runs the source, the Next.js side the built package.

/**
 * @typedef {typeof import('../../src/index.js').createReceiver} CreateReceiver
 * @typedef {{ route: string, what: string, event: string | null, sha256?: string }} Call
 */

export const SECRET = 'whsec-simple';
export const OLD_SECRET = 'x';
export const MAX_BODY_BYTES = 262_144;

/** The limits every entry of the contract is given. */
export const LIMITS = { bodyTimeout: 1_000, handlerTimeout: 1_000, maxBodyBytes: MAX_BODY_BYTES };

/**
 * What `verifyWebhook` is given. It takes no handler timeout.
 *
 * @param {string} route
 * @param {(call: Call) => void} log
 */
export function makeVerify(route, log) {
  return {
    secrets: [SECRET, OLD_SECRET],
    bodyTimeout: 1_000,
    maxBodyBytes: MAX_BODY_BYTES,
    onOutcome: noteOutcome(route, log),
  };
}

/**
 * An `onOutcome` that notes what the contract compares with the answers.
 *
 * @param {string} route
 * @param {(call: Call) => void} log
 * @returns {(info: import('../../src/index.js').OutcomeInfo) => void}
 */
function noteOutcome(route, log) {
  return ({ phase, status, result, code, event }) =>
    log({ route, what: `outcome ${phase} ${status ?? result} ${code}`, event });
}

/**
 * A receiver whose handlers do as the event asks: `system.error` with `data.mode` throws, hangs until it is aborted, or
 * takes its time. `user.deleted` has no handler.
 *
 * @param {CreateReceiver} createReceiver
 * @param {string} route
 * @param {(call: Call) => void} log
 * @param {Partial<Parameters<CreateReceiver>[0]>} [more]
 */
export function makeReceiver(createReceiver, route, log, more = {}) {
  const receiver = createReceiver({
    secrets: [SECRET, OLD_SECRET],
    ...LIMITS,
    onOutcome: noteOutcome(route, log),
    onError: (error, info) => log({ route, what: `onError ${error.code}`, event: info.event?.event ?? null }),
    ...more,
  });
  /** @satisfies {import('../../src/index.js').Handler<'*'>} */
  const note = async (event, context) => {
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(context.rawBody));
    const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    log({ route, what: `handled by ${context.secretIndex}`, event: event.event, sha256 });
  };
  receiver.on('video.*', note);
  receiver.on('user.created', note);
  receiver.on('user.updated', note);
  receiver.on('engagement.*', note);
  receiver.on('system.warning', note);
  receiver.on('system.error', async (event, context) => {
    const { mode } = event.data;
    log({ route, what: `began ${mode}`, event: event.event });
    if (mode === 'throw') throw new Error('the database said no: password=hunter2');
    const ms = mode === 'slow' ? 20_000 : mode === 'unhurried' ? 300 : 0;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      context.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        log({ route, what: 'aborted', event: event.event });
        resolve(undefined);
      });
    });
    log({ route, what: `ended ${mode}`, event: event.event });
  });
  return receiver;
}

/**
 * As {@link makeReceiver}, with an `onUnhandled` that takes whatever comes.
 *
 * @param {CreateReceiver} createReceiver
 * @param {string} route
 * @param {(call: Call) => void} log
 */
export function makeTolerantReceiver(createReceiver, route, log) {
  return makeReceiver(createReceiver, route, log, {
    onUnhandled: ({ event, reason }) => log({ route, what: `unhandled ${reason}`, event: event?.event ?? null }),
  });
}

/**
 * What the routes behind `verifyWebhook` answer.
 *
 * @param {{ event: { event: string }, rawBody: Uint8Array, secretIndex: number }} delivery
 */
export function seen({ event, rawBody, secretIndex }) {
  return { verified: event.event, bytes: rawBody.byteLength, secretIndex };
}
