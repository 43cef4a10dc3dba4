// Differences that are the runtime's own, not ours: each is named with its reason, must still be there, and is printed.
const COMPRESSOR =
  'its zlib compresses to other bytes than the sender’s (Node): what was inflated cannot be deflated back';
const HEADERS = 'Bun.serve answers 431 itself to 16 KB of headers';
const PIPELINE = 'Bun.serve answers only the first of two requests in one packet, also without this package';
const PROMISES =
  'on Workers, for which its build is made, a request waits without end for the promise of another one whose client has left';

/** @type {Record<string, Record<string, string>>} runtime → line id → reason */
export const KNOWN = {
  Bun: {
    'http/hono/as-signature,-16-KB-of-hex': HEADERS,
    'http/hono/as-signature,-16-KB-of-hex-verified': HEADERS,
    'http/hono/two-in-one-packet': PIPELINE,
  },
  Deno: { 'doctor/body:-inflated': COMPRESSOR },
  Chromium: { 'doctor/body:-inflated': COMPRESSOR, 'policy/a-provider-is-asked': PROMISES },
  workerd: { 'policy/a-provider-is-asked': PROMISES },
  'workerd with nodejs_compat': { 'policy/a-provider-is-asked': PROMISES },
};
